public import FreshetKafka

/// Where a `MemoryBroker` reads.
struct MemoryConsumer {
    /// One partition that is read.
    struct Position {
        var partition: TopicPartition
        var next: Int64
        /// Behind the last record that was ever handed over: what comes again lies below it.
        var handed: Int64 = 0
        var endTold: Int64 = -1
        /// The log's end when it was last asked; −1 before.
        var high: Int64 = -1
    }

    var positions: [Position] = []
    var turn = 0

    /// Goes back by some records, as far as the logs reach.
    mutating func rewind(_ count: Int64, in cluster: MemoryCluster) {
        for index in positions.indices where count > 0 {
            positions[index].next = max(positions[index].next - count, cluster.logs[positions[index].partition]?.start ?? 0)
        }
    }
}

/// What one poll of a `MemoryBroker` brought; it keeps the records alive.
final class MemoryChunk: RecordChunk {
    var records: [ConsumedRecord] = []
    var ends: [PartitionEnd] = []
    private var owners: [MemoryRecord] = []

    func append(_ record: MemoryRecord, partition: Int, offset: Int64) {
        owners.append(record)
        records.append(record.consumed(partition: partition, offset: offset))
    }

    func forEachHeader(of record: ConsumedRecord, _ body: (_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer?) -> Void) {
        guard let handle = record.handle else { return }
        let owner = Unmanaged<MemoryRecord>.fromOpaque(UnsafeRawPointer(handle)).takeUnretainedValue()
        for header in owner.headers {
            header.name.withUnsafeBytes { name in
                if let value = header.value { value.withUnsafeBytes { body(name, $0) } } else { body(name, nil) }
            }
        }
    }

    func release() {
        records = []
        owners = []
    }
}

extension MemoryRecord {
    /// The record as the client library hands it over.
    func consumed(partition: Int, offset: Int64) -> ConsumedRecord {
        ConsumedRecord(
            partition: partition, offset: offset, timestamp: timestamp, timestampKind: .create, key: key, value: value,
            handle: OpaquePointer(Unmanaged.passUnretained(self).toOpaque()))
    }
}

extension MemoryBroker {
    /// Reads these partitions, and no others.
    public func assign(_ starts: [PartitionStart]) throws(KafkaError) {
        consumer = MemoryConsumer(positions: starts.map { MemoryConsumer.Position(partition: $0.partition, next: $0.offset) })
    }

    /// Takes what is there of these partitions, at most so many records of each; where nothing is, waits by the clock and looks once more.
    public func poll(_ partitions: [Int], atMost milliseconds: Int, recordsMax: Int) throws(KafkaError) -> any RecordChunk {
        try call(.poll)
        let poll = onPoll()
        if let first = poll.first { consumer.turn = first }
        consumer.rewind(poll.repeated, in: cluster)
        let chunk = MemoryChunk()
        try take(partitions, recordsMax, into: chunk, poll)
        if chunk.records.isEmpty, chunk.ends.isEmpty, milliseconds > 0 {
            clock.sleep(milliseconds: milliseconds)
            try take(partitions, recordsMax, into: chunk, poll)
        }
        return chunk
    }

    private func take(_ partitions: [Int], _ recordsMax: Int, into chunk: MemoryChunk, _ poll: MemoryPoll) throws(KafkaError) {
        for step in consumer.positions.indices {
            let index = (consumer.turn + step) % consumer.positions.count
            let isSilent = poll.silent >> UInt64(index) & 1 == 1
            guard !isSilent, partitions.contains(index), let log = cluster.logs[consumer.positions[index].partition] else { continue }
            // What came again and was cut off meanwhile is not missed.
            let repeatable = min(consumer.positions[index].handed, log.start)
            consumer.positions[index].next = max(consumer.positions[index].next, repeatable)
            try MemoryBroker.check(consumer.positions[index].next, in: log)
            var taken = 0
            while taken < recordsMax, chunk.records.count < poll.recordsMax, consumer.positions[index].next < log.stableEnd {
                let offset = consumer.positions[index].next
                if let record = log[offset] {
                    chunk.append(record, partition: index, offset: offset)
                    taken += 1
                }
                consumer.positions[index].next += 1
            }
            consumer.positions[index].handed = max(consumer.positions[index].handed, consumer.positions[index].next)
            consumer.positions[index].high = log.end
            let next = consumer.positions[index].next
            if poll.withheldEnds >> UInt64(index) & 1 == 0, next >= log.stableEnd, consumer.positions[index].endTold != next {
                consumer.positions[index].endTold = next
                chunk.ends.append(PartitionEnd(partition: index, position: next))
            }
        }
        consumer.turn += 1
    }

    /// As `auto.offset.reset=error`: an offset that the log does not hold is an error, not a jump.
    private static func check(_ offset: Int64, in log: MemoryLog) throws(KafkaError) {
        if offset < log.start || offset > log.end { throw MemoryFault.offsetLost.error }
    }

    /// The ends up to which records are committed.
    public func ends(of partitions: [TopicPartition]) throws(KafkaError) -> [Int64] {
        try call(.metadata)
        return partitions.map { cluster.logs[$0]?.stableEnd ?? 0 }
    }

    /// The end of a partition's log, markers included, when it was last asked.
    public func highWatermark(of partition: Int) -> Int64 { consumer.positions[partition].high }

    /// Reads one partition to its present end.
    public func read(_ partition: TopicPartition, from offset: Int64, _ body: (ConsumedRecord, any RecordChunk) -> Bool) throws(KafkaError) {
        try call(.read)
        if let log = cluster.logs[partition] { try MemoryBroker.check(offset, in: log) }
        // A record knows its headers; the log keeps it.
        let chunk = MemoryChunk()
        for (at, record) in cluster.records(of: partition) where at >= offset {
            guard body(record.consumed(partition: 0, offset: at), chunk) else { return }
        }
    }

    /// What the group has committed.
    public func committed(_ partitions: [TopicPartition]) throws(KafkaError) -> [CommittedOffset?] {
        try call(.committed)
        let offsets = cluster.committed(by: group)
        return partitions.map { offsets[$0] }
    }

    /// What the group has committed, where no transaction has offsets on their way.
    public func committedSoFar(_ partitions: [TopicPartition]) throws(KafkaError) -> [CommittedOffset?] {
        let offsets = try committed(partitions)
        guard !cluster.hasPendingOffsets else { throw MemoryFault.timedOut(isApplied: false).error }
        return offsets
    }

    /// The number of a topic's partitions.
    public func partitionCount(of topic: String) throws(KafkaError) -> Int? {
        try call(.metadata)
        return cluster.topics[topic]?.partitions
    }

    /// Makes the topics that are missing.
    public func createTopics(_ topics: [TopicSpecification]) throws(KafkaError) -> [String] {
        try call(.metadata)
        let missing = topics.filter { cluster.topics[$0.name] == nil }
        for topic in missing { cluster.createTopic(topic) }
        return missing.map(\.name)
    }

    /// The settings that the topic was made with.
    public func settings(of topic: String) throws(KafkaError) -> [String: String] {
        try call(.metadata)
        return cluster.topics[topic]?.settings ?? [:]
    }

    /// The cluster's settings.
    public func brokerSettings() throws(KafkaError) -> [String: String] {
        try call(.metadata)
        return cluster.settings
    }

    /// The offsets that exist.
    public func logRange(of partition: TopicPartition) throws(KafkaError) -> Range<Int64> {
        try call(.metadata)
        return cluster.logs[partition].map { $0.start..<$0.end } ?? 0..<0
    }

    /// The first offsets of `time` or later.
    public func offsets(of partitions: [TopicPartition], at time: Int64) throws(KafkaError) -> [Int64?] {
        try call(.metadata)
        return partitions.map { partition in cluster.records(of: partition).first { $0.record.timestamp >= time }?.offset }
    }
}
