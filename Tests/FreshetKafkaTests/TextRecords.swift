import FreshetKafka

/// A consumed record, copied out of its chunk as text.
struct TextRecord: Equatable {
    var partition: Int
    var offset: Int64
    var key: String?
    var value: String?
    var headers: [TextHeader] = []
}

/// A header as text.
struct TextHeader: Equatable {
    var name: String
    var value: String?
}

extension Producer {
    /// Queues a record of text.
    func produce(_ topic: String, partition: Int32 = -1, key: String?, value: String?, headers: [TextHeader] = [], tag: Int = 0) throws {
        try withBytes(of: key) { key in
            try withBytes(of: value) { value in
                let names = headers.map { Array($0.name.utf8) }
                let values = headers.map { $0.value.map { Array($0.utf8) } }
                try withBuffers(names[...], values[...], []) { headers in
                    try self.produce(topic: topic, partition: partition, key: key, value: value, headers: headers, tag: tag)
                }
            }
        }
    }

    private func withBytes(of text: String?, _ body: (UnsafeRawBufferPointer?) throws -> Void) throws {
        guard let text else { return try body(nil) }
        try Array(text.utf8).withUnsafeBytes { try body($0) }
    }

    private func withBuffers(
        _ names: ArraySlice<[UInt8]>, _ values: ArraySlice<[UInt8]?>, _ made: [ProducedHeader], _ body: ([ProducedHeader]) throws -> Void
    ) throws {
        guard let name = names.first, let value = values.first else { return try body(made) }
        try name.withUnsafeBytes { name in
            func next(_ value: UnsafeRawBufferPointer?) throws {
                try withBuffers(names.dropFirst(), values.dropFirst(), made + [ProducedHeader(name: name, value: value)], body)
            }
            if let value { try value.withUnsafeBytes { try next($0) } } else { try next(nil) }
        }
    }
}

extension RecordChunk {
    /// The records as text.
    var texts: [TextRecord] {
        records.map { record in
            var headers: [TextHeader] = []
            forEachHeader(of: record) { name, value in headers.append(TextHeader(name: text(name) ?? "", value: text(value))) }
            return TextRecord(
                partition: record.partition, offset: record.offset, key: text(record.key), value: text(record.value), headers: headers)
        }
    }

    private func text(_ bytes: UnsafeRawBufferPointer?) -> String? { bytes.map { String(decoding: $0, as: UTF8.self) } }
}

extension Consumer {
    /// Reads from these starts until the end of each partition has been told; at most 20 s.
    func readToEnds(_ starts: [PartitionStart]) throws -> (records: [TextRecord], ends: [Int: Int64]) {
        try assign(starts)
        return try readOn(partitions: starts.count)
    }

    /// Reads on until the end of each of `partitions` partitions has been told; at most 20 s.
    func readOn(partitions: Int) throws -> (records: [TextRecord], ends: [Int: Int64]) {
        var records: [TextRecord] = []
        var ends: [Int: Int64] = [:]
        let deadline = ContinuousClock.now + .seconds(20)
        while ends.count < partitions, ContinuousClock.now < deadline {
            let chunk = try poll(atMost: 100, recordsMax: 1000)
            records += chunk.texts
            for record in chunk.records { ends[record.partition] = nil }
            for end in chunk.ends { ends[end.partition] = end.position }
            chunk.release()
        }
        return (records, ends)
    }
}

/// An embedded broker with one topic, and how to reach it.
struct EmbeddedTopic {
    let broker: EmbeddedBroker
    let name: String
    let configuration: KafkaClientConfiguration

    init(_ name: String = "clicks", partitions: Int = 1) throws {
        broker = try EmbeddedBroker()
        try broker.createTopic(name, partitions: partitions)
        self.name = name
        configuration = KafkaClientConfiguration(brokers: broker.bootstrap, isEmbedded: true)
    }

    func start(_ partition: Int32 = 0, at offset: Int64 = 0) -> PartitionStart { PartitionStart(TopicPartition(name, partition), at: offset) }
}
