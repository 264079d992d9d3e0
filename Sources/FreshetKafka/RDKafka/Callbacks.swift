internal import CRdKafka
internal import Synchronization

/// What librdkafka's callbacks reach: one object a client, which outlives it.
///
/// Log lines come from the client's own threads; errors, statistics and delivery reports on the thread that polls.
final class Callbacks {
    let events: KafkaEventSink?
    /// Of producers: what became of the records.
    let deliveries = DeliveryReports()
    private let lastError = Mutex<(error: KafkaError, at: ContinuousClock.Instant)?>(nil)

    /// How long an error of the callback counts as the cause of a call's.
    private static let causeAge: Duration = .seconds(60)

    init(events: KafkaEventSink?) {
        self.events = events
    }

    /// Makes librdkafka call this object.
    func install(on native: OpaquePointer?) {
        rd_kafka_conf_set_opaque(native, Unmanaged.passUnretained(self).toOpaque())
        rd_kafka_conf_set_error_cb(native) { _, code, text, opaque in
            Callbacks.at(opaque)?.received(code: code, text: text.map { String(cString: $0) } ?? "")
        }
        rd_kafka_conf_set_log_cb(native) { client, level, facility, text in
            Callbacks.at(rd_kafka_opaque(client))?.logged(level, facility, text)
        }
        rd_kafka_conf_set_stats_cb(native) { _, json, length, opaque in
            guard let json else { return 0 }
            let text = String(decoding: UnsafeRawBufferPointer(start: json, count: length), as: UTF8.self)
            Callbacks.at(opaque)?.events?(.statistics(json: text))
            return 0  // librdkafka frees the text.
        }
    }

    /// Makes librdkafka report what became of each record.
    func installDeliveryReports(on native: OpaquePointer?) {
        rd_kafka_conf_set_dr_msg_cb(native) { _, message, opaque in
            guard let message else { return }
            Callbacks.at(opaque)?.deliveries.receive(message.pointee)
        }
    }

    /// The error that the callback told last, if it is young.
    var recentError: KafkaError? {
        lastError.withLock { last in last.flatMap { $0.at.duration(to: .now) < Self.causeAge ? $0.error : nil } }
    }

    private static func at(_ opaque: UnsafeMutableRawPointer?) -> Callbacks? {
        opaque.map { Unmanaged<Callbacks>.fromOpaque($0).takeUnretainedValue() }
    }

    private func received(code: Int32, text: String) {
        let error = KafkaError(rd_kafka_resp_err_t(code), "Kafka client", detail: text)
        // "All brokers down" follows the refusal of credentials, and must not hide it.
        lastError.withLock { last in
            if let old = last, error.hidesCause, !old.error.hidesCause, old.at.duration(to: .now) < Self.causeAge { return }
            last = (error, .now)
        }
        events?(.error(error))
    }

    private func logged(_ level: Int32, _ facility: UnsafePointer<CChar>?, _ text: UnsafePointer<CChar>?) {
        guard let events else { return }
        let facility = facility.map { String(cString: $0) } ?? ""
        let text = text.map { String(cString: $0) } ?? ""
        // One list of properties serves consumers and producers; that each leaves out the other's is no news.
        if facility == "CONFWARN", text.contains("will be ignored by this") { return }
        events(.log(level: level, facility: facility, text: text))
    }
}
