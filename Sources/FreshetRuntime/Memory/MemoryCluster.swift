public import FreshetKafka
package import FreshetKernels

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
    /// How long a transaction may stay open, in milliseconds.
    public var transactionTimeout: Int64 = 15_000
    /// Told of each group whose offsets are committed, with the text of the first one.
    public var onCommit: (_ group: String, _ metadata: String) -> Void = { _, _ in }
    /// The next answers of calls, oldest first; `nil` is a call that goes well.
    public var faults: [MemoryCall: [MemoryFault?]] = [:]

    var logs: [TopicPartition: MemoryLog] = [:]
    var topics: [String: TopicSpecification] = [:]
    var groups: [String: [TopicPartition: CommittedOffset]] = [:]
    private var epochs: [String: Int] = [:]
    private var open: [String: OpenTransaction] = [:]
    private var transactions = 0

    /// What a transaction commits beside its records.
    struct Outcome {
        var group: String
        var offsets: [(TopicPartition, CommittedOffset)]
    }

    /// A transaction that has not ended.
    private struct OpenTransaction {
        var number: Int
        var deadline: Int64
        var hasOffsets = false
        /// Once it is decided that it commits; its markers and offsets may still be on their way.
        var outcome: Outcome?
    }

    /// A cluster without topics.
    public init() {}

    /// Makes a topic; one that exists gets the partitions that it lacks.
    public func createTopic(_ specification: TopicSpecification) {
        topics[specification.name] = specification
        for number in 0..<Int32(specification.partitions) {
            let partition = TopicPartition(specification.name, number)
            if logs[partition] == nil { logs[partition] = MemoryLog() }
        }
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

    /// Appends what readers never see: the record of an aborted transaction, or one that compaction removed.
    public func appendGap(to partition: TopicPartition) { logs[partition]?.append(.skipped) }

    /// The high watermark of a partition: the offset of the next record.
    public func end(of partition: TopicPartition) -> Int64 { logs[partition]?.end ?? 0 }

    /// Whether there is such a topic.
    public func exists(_ topic: String) -> Bool { topics[topic] != nil }

    /// Whether any transaction has not ended.
    public var hasOpenTransaction: Bool { !open.isEmpty }

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

    /// A new owner of a transactional id: earlier ones are fenced; their transaction is completed where it is decided, else aborted.
    func openEpoch(of id: String) -> Int {
        finishTransaction(of: id)
        abortTransaction(of: id)
        epochs[id, default: 0] += 1
        return epochs[id, default: 0]
    }

    func isCurrent(_ epoch: Int, of id: String) -> Bool { epochs[id, default: 0] == epoch }

    func beginTransaction(of id: String, at time: Int64) -> Int {
        transactions += 1
        open[id] = OpenTransaction(number: transactions, deadline: time + transactionTimeout)
        return transactions
    }

    /// Whether offsets stand in a transaction that has not ended.
    var hasPendingOffsets: Bool { open.values.contains { $0.hasOffsets } }

    func notePendingOffsets(of id: String) { open[id]?.hasOffsets = true }

    /// From here on the transaction commits, whatever happens.
    func decideTransaction(of id: String, _ outcome: Outcome) { open[id]?.outcome = outcome }

    /// Writes the markers and offsets of a transaction that is decided.
    func finishTransaction(of id: String) {
        guard let transaction = open[id], let outcome = transaction.outcome else { return }
        open[id] = nil
        end(transaction.number, isCommitted: true)
        if keepsTransactions { commit(outcome) }
    }

    /// Commits the offsets of an outcome.
    func commit(_ outcome: Outcome) {
        for (partition, offset) in outcome.offsets { commit(offset, of: partition, by: outcome.group) }
        if let metadata = outcome.offsets.first?.1.metadata { onCommit(outcome.group, metadata) }
    }

    /// Ends a transaction without effect.
    func abortTransaction(of id: String) {
        if let transaction = open.removeValue(forKey: id) { end(transaction.number, isCommitted: false) }
    }

    /// Ends what is open for too long: its owner is fenced.
    func expireTransactions(at time: Int64) {
        for id in open.filter({ $0.value.deadline < time }).keys { _ = openEpoch(of: id) }
    }

    /// The partition of a topic that a key belongs to.
    package static func partition(of key: ByteView?, count: Int) -> Int32 {
        Int32(Fingerprint(of: key ?? .empty).low % UInt64(count))
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
