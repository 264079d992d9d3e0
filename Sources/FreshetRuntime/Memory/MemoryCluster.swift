public import FreshetKafka

/// An in-memory Kafka: topics, partitions, transactions, offsets with metadata. What survives when a client dies.
///
/// `MemoryBroker` is a client of it. Records of a transaction stand in the log at once and count when it commits; markers take offsets, so
/// that logs have gaps as real ones do. Not thread safe: one owner.
public final class MemoryCluster {
    /// The largest key and value together that a topic takes.
    public var recordBytesMax = 1 << 20
    /// The settings of its brokers.
    public var settings: [String: String] = [:]
    /// Whether transactions hold; without it offsets of a transaction are lost, as the embedded broker's are.
    public var keepsTransactions = true
    /// Whether the cluster can be reached.
    public var isReachable = true
    /// The next answers of calls, oldest first; `nil` is a call that goes well.
    public var faults: [MemoryCall: [MemoryFault?]] = [:]

    var logs: [TopicPartition: MemoryLog] = [:]
    var topics: [String: TopicSpecification] = [:]
    var groups: [String: [TopicPartition: CommittedOffset]] = [:]
    private var epochs: [String: Int] = [:]
    private var open: [String: Int] = [:]
    private var transactions = 0

    /// A cluster without topics.
    public init() {}

    /// Makes a topic.
    public func createTopic(_ specification: TopicSpecification) {
        topics[specification.name] = specification
        for partition in 0..<specification.partitions { logs[TopicPartition(specification.name, Int32(partition))] = MemoryLog() }
    }

    /// Deletes a topic, and the offsets that groups have committed on it.
    public func deleteTopic(_ name: String) {
        topics[name] = nil
        logs = logs.filter { $0.key.topic != name }
        groups = groups.mapValues { $0.filter { $0.key.topic != name } }
    }

    /// Appends a record, as any producer would.
    public func append(to partition: TopicPartition, key: String?, value: String?, timestamp: Int64 = 0) {
        append(key.map { Array($0.utf8) }, value.map { Array($0.utf8) }, to: partition, timestamp)
    }

    /// Appends a record of bytes, as any producer would.
    public func append(_ key: [UInt8]?, _ value: [UInt8]?, to partition: TopicPartition, _ timestamp: Int64) {
        func bytes<Result>(_ array: [UInt8]?, _ body: (UnsafeRawBufferPointer?) -> Result) -> Result {
            if let array { array.withUnsafeBytes(body) } else { body(nil) }
        }
        bytes(key) { key in
            bytes(value) { value in
                logs[partition]?.append(.committed(MemoryRecord(key: key, value: value, headers: [], timestamp: timestamp)))
            }
        }
    }

    /// The records of a partition that a read_committed reader sees, with their offsets.
    public func records(of partition: TopicPartition) -> [(offset: Int64, record: MemoryRecord)] {
        guard let log = logs[partition] else { return [] }
        return (log.start..<log.stableEnd).compactMap { offset in log[offset].map { (offset, $0) } }
    }

    /// Drops the records of a partition before `offset`, as retention does.
    public func drop(_ partition: TopicPartition, before offset: Int64) { logs[partition]?.drop(before: offset) }

    /// The offsets that a group has committed.
    public func committed(by group: String) -> [TopicPartition: CommittedOffset] { groups[group] ?? [:] }

    /// Commits an offset outside of any transaction, as a tool would.
    public func commit(_ offset: CommittedOffset?, of partition: TopicPartition, by group: String) {
        groups[group, default: [:]][partition] = offset
    }

    /// A new owner of a transactional id: earlier ones are fenced, and their open transaction is aborted.
    func openEpoch(of id: String) -> Int {
        if let transaction = open.removeValue(forKey: id) { end(transaction, isCommitted: false) }
        epochs[id, default: 0] += 1
        return epochs[id, default: 0]
    }

    func isCurrent(_ epoch: Int, of id: String) -> Bool { epochs[id] == epoch }

    func beginTransaction(of id: String) -> Int {
        transactions += 1
        open[id] = transactions
        return transactions
    }

    func endTransaction(of id: String, isCommitted: Bool) {
        if let transaction = open.removeValue(forKey: id) { end(transaction, isCommitted: isCommitted) }
    }

    private func end(_ transaction: Int, isCommitted: Bool) {
        for partition in logs.keys.sorted() { logs[partition]?.end(transaction, isCommitted: isCommitted) }
    }

    /// The fault that the next `call` meets.
    func fault(of call: MemoryCall) -> MemoryFault? {
        guard isReachable else { return .unreachable }
        guard faults[call]?.isEmpty == false else { return nil }
        return faults[call]?.removeFirst()
    }
}
