import FreshetCore
import FreshetKafka
import FreshetKernels
import FreshetRuntime

/// A mistake that a simulation must find: each breaks the protocol in a place where it once could have been built so.
package enum PlantedBug: String, CaseIterable, Sendable {
    /// The journal's record is written by a transaction of its own, behind the batch's.
    case journalAfterCommit
    /// The committed offsets are read before the producer's epoch is new, while an old transaction may still end.
    case offsetsBeforeInit
    /// A checkpoint is saved of a batch that is applied and not committed.
    case uncommittedCheckpoint
    /// A timer fires by the wall clock instead of by the applied sequence.
    case wallClockTimer
    /// Dead letters are sent outside of the batch's transaction.
    case looseDeadLetters

    /// The broker as the bug makes it look.
    func wrap(_ broker: MemoryBroker, _ world: SimulatedWorld) -> (any Broker)? {
        switch self {
        case .journalAfterCommit: LateJournalBroker(broker)
        case .offsetsBeforeInit: EarlyOffsetsBroker(broker, world)
        case .looseDeadLetters: LooseDeadLettersBroker(broker, world)
        case .uncommittedCheckpoint, .wallClockTimer: nil
        }
    }

    /// What the bug does when a step was done.
    func afterStep(_ step: DaemonStep, of instance: SimulatedInstance) {
        guard self == .uncommittedCheckpoint, step == .applied, !instance.isDead, let stored = try? instance.store?.loadBoundary() else { return }
        let changes = StateChanges()
        instance.publication.beginCheckpoint(into: changes)
        while !instance.publication.encodeCheckpoint(rowsMax: .max) {}
        var boundary = stored
        boundary.batch = (instance.world.history.last?.batch ?? 0) + 1
        do throws(StoreError) {
            try instance.store?.save(changes, boundary)
            instance.disk.noteSave()
        } catch {
            // A disk that refuses is as if the bug had not struck.
        }
    }

    /// What the bug does between two batches.
    func atPause(_ instance: SimulatedInstance) {
        guard self == .wallClockTimer, !instance.isDead else { return }
        let lateness = instance.world.plan.engine.lateness
        instance.publication.tick(to: EventTime(milliseconds: instance.world.clock.wallMilliseconds - lateness))
    }
}

/// A broker that does what another one does: what a planted bug changes.
class BrokerDecorator: Broker {
    let broker: MemoryBroker

    init(_ broker: MemoryBroker) { self.broker = broker }

    func partitionCount(of topic: String) throws(KafkaError) -> Int? { try broker.partitionCount(of: topic) }
    func createTopics(_ topics: [TopicSpecification]) throws(KafkaError) -> [String] { try broker.createTopics(topics) }
    func settings(of topic: String) throws(KafkaError) -> [String: String] { try broker.settings(of: topic) }
    func brokerSettings() throws(KafkaError) -> [String: String] { try broker.brokerSettings() }
    func logRange(of partition: TopicPartition) throws(KafkaError) -> Range<Int64> { try broker.logRange(of: partition) }
    func offsets(of partitions: [TopicPartition], at time: Int64) throws(KafkaError) -> [Int64?] { try broker.offsets(of: partitions, at: time) }
    func committed(_ partitions: [TopicPartition]) throws(KafkaError) -> [CommittedOffset?] { try broker.committed(partitions) }
    func assign(_ starts: [PartitionStart]) throws(KafkaError) { try broker.assign(starts) }
    func poll(_ partitions: [Int], atMost milliseconds: Int, recordsMax: Int) throws(KafkaError) -> any RecordChunk {
        try broker.poll(partitions, atMost: milliseconds, recordsMax: recordsMax)
    }
    func committedSoFar(_ partitions: [TopicPartition]) throws(KafkaError) -> [CommittedOffset?] { try broker.committedSoFar(partitions) }
    func ends(of partitions: [TopicPartition]) throws(KafkaError) -> [Int64] { try broker.ends(of: partitions) }
    func highWatermark(of partition: Int) -> Int64 { broker.highWatermark(of: partition) }
    func read(_ partition: TopicPartition, from offset: Int64, _ body: (ConsumedRecord, any RecordChunk) -> Bool) throws(KafkaError) {
        try broker.read(partition, from: offset, body)
    }
    func openProducer(batchBytesMax: Int) throws(KafkaError) { try broker.openProducer(batchBytesMax: batchBytesMax) }
    func prefetchMetadata(of topics: [String]) throws(KafkaError) { try broker.prefetchMetadata(of: topics) }
    func begin() throws(KafkaError) { try broker.begin() }
    func produce(topic: String, partition: Int32, key: ByteView?, value: ByteView?, headers: [RecordHeader], tag: Int) throws(KafkaError) {
        try broker.produce(topic: topic, partition: partition, key: key, value: value, headers: headers, tag: tag)
    }
    func send(offsets: [PartitionStart], metadata: String) throws(KafkaError) { try broker.send(offsets: offsets, metadata: metadata) }
    func commit() throws(KafkaError) { try broker.commit() }
    func abort() throws(KafkaError) { try broker.abort() }
    func takeFailures() -> [(tag: Int, error: KafkaError)] { broker.takeFailures() }
    var journalOffset: Int64? { broker.journalOffset }
    func close() { broker.close() }
}

/// `PlantedBug.journalAfterCommit`.
private final class LateJournalBroker: BrokerDecorator {
    private var journal: (topic: String, bytes: ByteBuffer)?

    override func begin() throws(KafkaError) {
        journal = nil
        try super.begin()
    }

    override func produce(
        topic: String, partition: Int32, key: ByteView?, value: ByteView?, headers: [RecordHeader], tag: Int
    ) throws(KafkaError) {
        guard tag == journalTag else {
            return try super.produce(topic: topic, partition: partition, key: key, value: value, headers: headers, tag: tag)
        }
        let bytes = ByteBuffer()
        bytes.append(value ?? .empty)
        journal = (topic, bytes)
    }

    override func commit() throws(KafkaError) {
        try super.commit()
        guard let (topic, bytes) = journal else { return }
        journal = nil
        try super.begin()
        try super.produce(topic: topic, partition: 0, key: nil, value: bytes.view, headers: [], tag: journalTag)
        try super.commit()
    }
}

/// `PlantedBug.offsetsBeforeInit`.
private final class EarlyOffsetsBroker: BrokerDecorator {
    private let world: SimulatedWorld
    private var early: [TopicPartition: CommittedOffset]?

    init(_ broker: MemoryBroker, _ world: SimulatedWorld) {
        self.world = world
        super.init(broker)
    }

    override func openProducer(batchBytesMax: Int) throws(KafkaError) {
        early = world.cluster.committed(by: SimulationPlan.group)
        try super.openProducer(batchBytesMax: batchBytesMax)
    }

    override func committed(_ partitions: [TopicPartition]) throws(KafkaError) -> [CommittedOffset?] {
        let present = try super.committed(partitions)
        guard let early else { return present }
        self.early = nil
        return partitions.map { early[$0] }
    }
}

/// `PlantedBug.looseDeadLetters`.
private final class LooseDeadLettersBroker: BrokerDecorator {
    private let other: MemoryBroker

    init(_ broker: MemoryBroker, _ world: SimulatedWorld) {
        other = MemoryBroker(world.cluster, group: SimulationPlan.group, transactionalID: nil, clock: world.clock)
        super.init(broker)
    }

    override func produce(
        topic: String, partition: Int32, key: ByteView?, value: ByteView?, headers: [RecordHeader], tag: Int
    ) throws(KafkaError) {
        guard topic == SimulationPlan.outputs[.deadLetters] else {
            return try super.produce(topic: topic, partition: partition, key: key, value: value, headers: headers, tag: tag)
        }
        try other.openProducer(batchBytesMax: .max)
        try other.begin()
        try other.produce(topic: topic, partition: partition, key: key, value: value, headers: headers, tag: tag)
        try other.commit()
    }
}
