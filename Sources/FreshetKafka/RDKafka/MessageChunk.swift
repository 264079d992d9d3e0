internal import CRdKafka
internal import Glibc

/// Messages of the client's as records; it owns them until `release`, and the client while it lives.
final class MessageChunk: RecordChunk {
    private(set) var records: [ConsumedRecord] = []
    private(set) var ends: [PartitionEnd] = []
    /// Bytes of keys and values.
    private(set) var bytes = 0
    private let owner: Client

    init(owner: Client) {
        self.owner = owner
    }

    deinit { release() }

    /// Makes room for more records.
    func reserve(_ count: Int) {
        if records.isEmpty { records.reserveCapacity(count) }
    }

    /// Whether nothing came.
    var isEmpty: Bool { records.isEmpty && ends.isEmpty }

    /// Takes a record over.
    func append(_ message: UnsafeMutablePointer<rd_kafka_message_t>, of place: Int) {
        // An end is newer than the records of its chunk.
        if !ends.isEmpty { ends.removeAll { $0.partition == place } }
        records.append(Self.record(message, place))
        bytes += message.pointee.len + message.pointee.key_len
    }

    /// Notes an end.
    func appendEnd(_ position: Int64, of place: Int) {
        if !ends.isEmpty { ends.removeAll { $0.partition == place } }
        ends.append(PartitionEnd(partition: place, position: position))
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

    /// The error that a message is.
    static func error(_ message: UnsafeMutablePointer<rd_kafka_message_t>, _ partition: TopicPartition?) -> KafkaError {
        let text = rd_kafka_message_errstr(message).map { String(cString: $0) }
        return KafkaError(message.pointee.err, "read \(partition.map { "\($0)" } ?? "records")", detail: text)
    }
}
