internal import CRdKafka

/// What became of produced records: failures by tag, and the offset of one tag that is watched.
final class DeliveryReports {
    /// Records that could not be delivered, in the order of the reports.
    private(set) var failures: [(tag: Int, error: KafkaError)] = []
    /// The tag whose offset is wanted.
    var watchedTag: Int?
    /// The offset of the record with the watched tag, where the broker told it.
    private(set) var watchedOffset: Int64?

    /// Forgets everything.
    func reset() {
        failures.removeAll()
        watchedOffset = nil
    }

    /// Hands the failures over.
    func takeFailures() -> [(tag: Int, error: KafkaError)] {
        defer { failures.removeAll() }
        return failures
    }

    /// Takes one report. Records that an abort dropped are no failures of their own.
    func receive(_ report: rd_kafka_message_t) {
        let tag = Int(bitPattern: report._private)
        if report.err == RD_KAFKA_RESP_ERR_NO_ERROR {
            if tag == watchedTag { watchedOffset = report.offset >= 0 ? report.offset : nil }
            return
        }
        if report.err.rawValue == KafkaErrorCode.purgedQueue || report.err.rawValue == KafkaErrorCode.purgedInFlight { return }
        let topic = report.rkt.map { String(cString: rd_kafka_topic_name($0)) } ?? "?"
        failures.append((tag, KafkaError(report.err, "deliver a record to \(topic)-\(report.partition)")))
    }
}
