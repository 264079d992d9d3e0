public import FreshetKafka
public import FreshetKernels

/// A client of a `MemoryCluster`: the broker of tests and of the fault simulator.
///
/// It keeps the promises of `Broker` as a real one was measured to do: fencing by `openProducer`, committed records only, offsets that move with
/// the transaction, ends of partitions, gaps where markers stand, and a client that insists on the order of calls. Dropping it is what a kill
/// leaves behind.
public final class MemoryBroker: Broker {
    /// The offset of the last commit's journal record.
    public private(set) var journalOffset: Int64?
    /// Asked before each call; what it answers is the call's failure. It may do anything, also run another client.
    public var onCall: (MemoryCall) -> MemoryFault? = { _ in nil }
    /// Asked at each poll.
    public var onPoll: () -> MemoryPoll = { MemoryPoll() }

    let cluster: MemoryCluster
    let group: String
    let transactionalID: String?
    let clock: any Clock
    var consumer = MemoryConsumer()
    private var producer = MemoryProducer()

    /// A client; without a transactional id it delivers at least once.
    public init(_ cluster: MemoryCluster, group: String, transactionalID: String?, clock: any Clock) {
        self.cluster = cluster
        self.group = group
        self.transactionalID = transactionalID
        self.clock = clock
    }

    /// Lets a call that needs no producer go on, or fail as was asked for.
    func call(_ call: MemoryCall) throws(KafkaError) {
        if let fault = fault(of: call) { throw fault.error }
    }

    private func fault(of call: MemoryCall) -> MemoryFault? {
        let fault = onCall(call) ?? cluster.fault(of: call)
        cluster.expireTransactions(at: clock.monotonicMilliseconds)
        return fault
    }

    /// Lets a call of the producer go on, or fail as was asked for. `effect` is what the call does.
    private func callProducer(_ call: MemoryCall, _ effect: () throws(KafkaError) -> Void) throws(KafkaError) {
        let fault = fault(of: call)
        if let transactionalID, !cluster.isCurrent(producer.epoch, of: transactionalID) { producer.phase = .lost }
        try producer.check(call)
        switch fault {
        case nil: return try effect()
        case .unknown(isApplied: true), .timedOut(isApplied: true): try effect()
        case .unfinished where call == .commit && isDeliverable: decide()
        default: break
        }
        guard let fault else { return }
        producer.suffer(fault, of: call)
        throw fault.error
    }

    /// A new epoch of the transactional id. Records are judged one by one, whatever the batch.
    public func openProducer(batchBytesMax: Int) throws(KafkaError) {
        let fault = fault(of: .openProducer)
        if fault == nil || fault == .unknown(isApplied: true) || fault == .timedOut(isApplied: true) {
            producer = MemoryProducer()
            producer.phase = .ready
            if let transactionalID { producer.epoch = cluster.openEpoch(of: transactionalID) }
        }
        guard let fault else { return }
        producer.phase = .lost
        throw fault.error
    }

    /// Fails where a topic is missing, or the cluster cannot be reached.
    public func prefetchMetadata(of topics: [String]) throws(KafkaError) {
        try call(.metadata)
        for topic in topics where cluster.topics[topic] == nil { throw MemoryBroker.missing(topic) }
    }

    /// Begins a transaction.
    public func begin() throws(KafkaError) {
        try callProducer(.begin) { () throws(KafkaError) in
            producer.begin(transactionalID.map { cluster.beginTransaction(of: $0, at: clock.monotonicMilliseconds) })
        }
    }

    /// Appends the record to the log of its partition; it counts when the transaction commits.
    public func produce(
        topic: String, partition: Int32, key: ByteView?, value: ByteView?, headers: [RecordHeader], tag: Int
    ) throws(KafkaError) {
        let fault = fault(of: .produce)
        if let transactionalID, !cluster.isCurrent(producer.epoch, of: transactionalID) { producer.phase = .lost }
        try producer.check(.produce)
        if fault == .undelivered { return producer.fail(tag, MemoryFault.undelivered.error) }
        if let fault {
            producer.suffer(fault, of: .produce)
            throw fault.error
        }
        guard let count = cluster.topics[topic]?.partitions else {
            producer.breakTransaction(isDoomed: false)
            throw MemoryBroker.missing(topic)
        }
        guard (key?.count ?? 0) + (value?.count ?? 0) <= cluster.recordBytesMax else {
            let error = KafkaError(code: 10, name: "MSG_SIZE_TOO_LARGE", message: "a record of \(topic) is too large", isAbortable: true)
            return producer.fail(tag, error)
        }
        let place = TopicPartition(topic, partition >= 0 ? partition : MemoryCluster.partition(of: key, count: count))
        let copied = headers.map { (name: Array($0.name.buffer), value: $0.value.map { Array($0.buffer) }) }
        let record = MemoryRecord(key: key.map(\.buffer), value: value.map(\.buffer), headers: copied, timestamp: clock.wallMilliseconds)
        if tag == journalTag { producer.journalOffset = cluster.logs[place]?.end }
        producer.topics.insert(topic)
        cluster.logs[place]?.append(producer.transaction.map { .open(record, transaction: $0) } ?? .committed(record))
    }

    /// Adds the offsets to the transaction.
    public func send(offsets: [PartitionStart], metadata: String) throws(KafkaError) {
        try callProducer(.sendOffsets) { () throws(KafkaError) in
            producer.offsets = offsets.map { ($0.partition, CommittedOffset(offset: $0.offset, metadata: metadata)) }
            if let transactionalID { cluster.notePendingOffsets(of: transactionalID) }
        }
    }

    /// Commits records and offsets, all or nothing. Where a topic that was written is gone, there is no answer in time.
    public func commit() throws(KafkaError) {
        try callProducer(.commit) { () throws(KafkaError) in
            if producer.isOver { return producer.end() }
            if let error = producer.undelivered {
                producer.breakTransaction(isDoomed: false)
                throw error
            }
            guard isDeliverable else {
                producer.phase = .ending(.commit)
                throw MemoryFault.timedOut(isApplied: false).error
            }
            decide()
            if let transactionalID { cluster.finishTransaction(of: transactionalID) }
            journalOffset = producer.journalOffset
            producer.end()
        }
    }

    /// Whether every record stands in its log.
    private var isDeliverable: Bool { producer.undelivered == nil && producer.topics.allSatisfy { cluster.topics[$0] != nil } }

    /// From here on the transaction counts, whatever becomes of the client.
    private func decide() {
        let outcome = MemoryCluster.Outcome(group: group, offsets: producer.offsets)
        if let transactionalID {
            cluster.decideTransaction(of: transactionalID, outcome)
        } else {
            cluster.commit(outcome)
        }
    }

    /// Aborts the transaction.
    public func abort() throws(KafkaError) {
        try callProducer(.abort) { () throws(KafkaError) in
            if let transactionalID { cluster.abortTransaction(of: transactionalID) }
            producer.end()
        }
    }

    /// Records that were refused since the last call.
    public func takeFailures() -> [(tag: Int, error: KafkaError)] {
        defer { producer.failures = [] }
        return producer.failures
    }

    /// Ends nothing: what the cluster holds stays.
    public func close() {}

    private static func missing(_ topic: String) -> KafkaError {
        KafkaError(code: KafkaErrorCode.unknownTopicOrPartition, name: "UNKNOWN_TOPIC_OR_PART", message: "no topic \(topic)", isAbortable: true)
    }
}
