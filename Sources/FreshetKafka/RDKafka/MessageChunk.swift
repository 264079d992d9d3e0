internal import CRdKafka
internal import Glibc

/// Messages of the client's as records; it owns them until `release`, and the client while it lives.
final class MessageChunk: RecordChunk {
    private(set) var records: [ConsumedRecord] = []
    private(set) var ends: [PartitionEnd] = []
    private let owner: Client

    init(owner: Client) {
        self.owner = owner
    }

    deinit { release() }

    func reserve(_ count: Int) {
        records.reserveCapacity(count)
    }

    /// Takes one message over: keeps it as a record, notes it as an end, drops it, or returns it as an error.
    func accept(_ message: UnsafeMutablePointer<rd_kafka_message_t>, _ assignment: inout Assignment) -> KafkaError? {
        let content = message.pointee
        let index = content.rkt.flatMap { assignment.index(of: $0, content.partition) }
        if content.err == RD_KAFKA_RESP_ERR_NO_ERROR, let index {
            assignment.passes(content.offset, in: index)
            if !ends.isEmpty { ends.removeAll { $0.partition == index } }
            records.append(Self.record(message, index))
            return nil
        }
        defer { rd_kafka_message_destroy(message) }
        switch content.err {
        case RD_KAFKA_RESP_ERR_NO_ERROR: break
        case RD_KAFKA_RESP_ERR__PARTITION_EOF:
            guard let index, assignment.reaches(content.offset, in: index) else { break }
            if !ends.isEmpty { ends.removeAll { $0.partition == index } }
            ends.append(PartitionEnd(partition: index, position: content.offset))
        default: return Self.error(message, index.map { assignment.starts[$0].partition })
        }
        return nil
    }

    func forEachHeader(of record: ConsumedRecord, _ body: (_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer?) -> Void) {
        guard let handle = record.handle else { return }
        var headers: OpaquePointer?
        guard rd_kafka_message_headers(UnsafePointer<rd_kafka_message_t>(handle), &headers) == RD_KAFKA_RESP_ERR_NO_ERROR else { return }
        var index = 0
        var name: UnsafePointer<CChar>?
        var value: UnsafeRawPointer?
        var count = 0
        while rd_kafka_header_get_all(headers, index, &name, &value, &count) == RD_KAFKA_RESP_ERR_NO_ERROR {
            if let name {
                let text = UnsafeBufferPointer(start: name, count: strlen(name))
                body(UnsafeRawBufferPointer(text), value.map { UnsafeRawBufferPointer(start: $0, count: count) })
            }
            index += 1
        }
    }

    func release() {
        for record in records { rd_kafka_message_destroy(record.handle.map { UnsafeMutablePointer<rd_kafka_message_t>($0) }) }
        records.removeAll()
    }

    private static func record(_ message: UnsafeMutablePointer<rd_kafka_message_t>, _ index: Int) -> ConsumedRecord {
        let content = message.pointee
        var type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
        let timestamp = rd_kafka_message_timestamp(message, &type)
        let kind: ConsumedRecord.TimestampKind =
            type == RD_KAFKA_TIMESTAMP_CREATE_TIME ? .create : type == RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME ? .logAppend : .none
        return ConsumedRecord(
            partition: index, offset: content.offset, timestamp: timestamp, timestampKind: kind,
            key: content.key.map { UnsafeRawBufferPointer(start: $0, count: content.key_len) },
            value: content.payload.map { UnsafeRawBufferPointer(start: $0, count: content.len) }, handle: OpaquePointer(message))
    }

    private static func error(_ message: UnsafeMutablePointer<rd_kafka_message_t>, _ partition: TopicPartition?) -> KafkaError {
        let text = rd_kafka_message_errstr(message).map { String(cString: $0) }
        return KafkaError(message.pointee.err, "read \(partition.map { "\($0)" } ?? "records")", detail: text)
    }
}
