public import FreshetKafka
public import FreshetKernels

/// A client of a `MemoryCluster`: the broker of tests and of the fault simulator.
///
/// It keeps the promises of `Broker` as KAFKA says a real one does: fencing by `openProducer`, committed records only, offsets that move with
/// the transaction, ends of partitions, and gaps where markers stand. Dropping it is what a kill leaves behind.
public final class MemoryBroker: Broker {
    /// The offset of the last commit's journal record.
    public private(set) var journalOffset: Int64?

    let cluster: MemoryCluster
    let group: String
    let transactionalID: String?
    let clock: any Clock
    var consumer = MemoryConsumer()
    private var producer = MemoryProducer()

    /// What is queued in this transaction.
    private struct MemoryProducer {
        var epoch = 0
        var transaction: Int?
        var isLost = true
        var offsets: [(TopicPartition, CommittedOffset)] = []
        var failures: [(tag: Int, error: KafkaError)] = []
        var journalOffset: Int64?
    }

    /// A client; without a transactional id it delivers at least once.
    public init(_ cluster: MemoryCluster, group: String, transactionalID: String?, clock: any Clock) {
        self.cluster = cluster
        self.group = group
        self.transactionalID = transactionalID
        self.clock = clock
    }

    /// Lets the next call go on, or fail as was asked for. `effect` is what the call does.
    func call(_ call: MemoryCall, _ effect: () -> Void = {}) throws(KafkaError) {
        switch cluster.fault(of: call) {
        case nil: effect()
        case .unknown(let isApplied):
            if isApplied { effect() }
            producer.isLost = true
            throw MemoryFault.unknown(isApplied: isApplied).error
        case .fatal:
            producer.isLost = true
            throw MemoryFault.fatal.error
        case .some(let fault): throw fault.error
        }
    }

    private func checkProducer() throws(KafkaError) {
        let isCurrent = transactionalID.map { cluster.isCurrent(producer.epoch, of: $0) } ?? true
        guard isCurrent, !producer.isLost else { throw MemoryFault.fatal.error }
    }

    /// A new epoch of the transactional id. Records are judged one by one, whatever the batch.
    public func openProducer(batchBytesMax: Int) throws(KafkaError) {
        try call(.openProducer)
        producer = MemoryProducer()
        producer.isLost = false
        if let transactionalID { producer.epoch = cluster.openEpoch(of: transactionalID) }
    }

    /// Does nothing but fail where the cluster cannot be reached.
    public func prefetchMetadata(of topics: [String]) throws(KafkaError) { try call(.metadata) }

    /// Begins a transaction.
    public func begin() throws(KafkaError) {
        try checkProducer()
        try call(.begin) {
            producer.transaction = transactionalID.map(cluster.beginTransaction)
            producer.offsets = []
            producer.failures = []
            producer.journalOffset = nil
        }
    }

    /// Appends the record to the log of its partition; it counts when the transaction commits.
    public func produce(
        topic: String, partition: Int32, key: ByteView?, value: ByteView?, headers: [RecordHeader], tag: Int
    ) throws(KafkaError) {
        try checkProducer()
        try call(.produce)
        guard let count = cluster.topics[topic]?.partitions else {
            throw KafkaError(code: 3, name: "UNKNOWN_TOPIC_OR_PARTITION", message: "no topic \(topic)", isAbortable: true)
        }
        guard (key?.count ?? 0) + (value?.count ?? 0) <= cluster.recordBytesMax else {
            let error = KafkaError(code: 10, name: "MSG_SIZE_TOO_LARGE", message: "a record of \(topic) is too large", isAbortable: true)
            producer.failures.append((tag, error))
            return
        }
        let place = TopicPartition(topic, partition >= 0 ? partition : Int32(Fingerprint(of: key ?? .empty).low % UInt64(count)))
        let copied = headers.map { (name: Array($0.name.buffer), value: $0.value.map { Array($0.buffer) }) }
        let record = MemoryRecord(key: key.map(\.buffer), value: value.map(\.buffer), headers: copied, timestamp: clock.wallMilliseconds)
        if tag == journalTag { producer.journalOffset = cluster.logs[place]?.end }
        cluster.logs[place]?.append(producer.transaction.map { .open(record, transaction: $0) } ?? .committed(record))
    }

    /// Adds the offsets to the transaction.
    public func send(offsets: [PartitionStart], metadata: String) throws(KafkaError) {
        try checkProducer()
        try call(.sendOffsets) {
            producer.offsets = offsets.map { ($0.partition, CommittedOffset(offset: $0.offset, metadata: metadata)) }
        }
    }

    /// Commits records and offsets, all or nothing.
    public func commit() throws(KafkaError) {
        try checkProducer()
        if let failure = producer.failures.first { throw failure.error }
        try call(.commit) {
            if let transactionalID { cluster.endTransaction(of: transactionalID, isCommitted: true) }
            if transactionalID == nil || cluster.keepsTransactions {
                for (partition, offset) in producer.offsets { cluster.commit(offset, of: partition, by: group) }
            }
            journalOffset = producer.journalOffset
            producer.transaction = nil
        }
    }

    /// Aborts the transaction.
    public func abort() throws(KafkaError) {
        try checkProducer()
        try call(.abort) {
            if let transactionalID { cluster.endTransaction(of: transactionalID, isCommitted: false) }
            producer.transaction = nil
            producer.failures = []
        }
    }

    /// Records that were refused since the last call.
    public func takeFailures() -> [(tag: Int, error: KafkaError)] {
        defer { producer.failures = [] }
        return producer.failures
    }

    /// Ends nothing: what the cluster holds stays.
    public func close() {}
}
