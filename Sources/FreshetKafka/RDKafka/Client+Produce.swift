internal import CRdKafka

extension Client {
    /// Copies and queues one record. A full queue is an error like others: `KafkaErrorCode.queueFull`.
    func produce(
        topic name: String, partition: Int32, key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?, headers: [ProducedHeader], tag: Int
    ) throws(KafkaError) {
        let topic = try topic(name)
        let list = headers.isEmpty ? nil : Self.makeHeaders(headers)
        let code = freshet_produce(
            native, topic, partition, key?.baseAddress, key?.count ?? -1, value?.baseAddress, value?.count ?? -1, list,
            UnsafeMutableRawPointer(bitPattern: tag))
        guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return }
        if let list { rd_kafka_headers_destroy(list) }
        throw explained(KafkaError(code, "queue a record for topic \(name)"))
    }

    /// Waits until every queued record is delivered or has failed.
    func flush(timeoutMilliseconds: Int32) throws(KafkaError) {
        try check(rd_kafka_flush(native, timeoutMilliseconds), "deliver \(rd_kafka_outq_len(native)) queued records")
    }

    /// Drops all records that are not delivered.
    func purge() {
        rd_kafka_purge(native, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
        serveCallbacks()
    }

    private static func makeHeaders(_ headers: [ProducedHeader]) -> OpaquePointer? {
        let list = rd_kafka_headers_new(headers.count)
        for header in headers {
            let name = header.name.bindMemory(to: CChar.self)
            // An empty value needs an address: none means null.
            let value = header.value.map { $0.baseAddress ?? UnsafeRawPointer(emptyValue.utf8Start) }
            rd_kafka_header_add(list, name.baseAddress, name.count, value, header.value?.count ?? 0)
        }
        return list
    }

    private static let emptyValue: StaticString = ""
}
