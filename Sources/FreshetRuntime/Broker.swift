public import FreshetKafka
public import FreshetKernels

/// Everything that one instance asks of Kafka: the seam at which tests and the fault simulator stand in.
///
/// Calls block, and come from one thread, but for those from `begin` to `journalOffset`: of a batch on its way another thread makes them, beside polls
/// and questions of the first. Partitions of inputs are named by their position in the list given to `assign`.
/// With `delivery: at_least_once` the transaction calls keep their meaning as far as the broker can: `begin` does nothing, `commit` flushes
/// and then commits the offsets.
public protocol Broker: AnyObject {
    /// The partitions of a topic, or `nil` where there is no such topic.
    func partitionCount(of topic: String) throws(KafkaError) -> Int?
    /// Makes the topics that are missing; those that exist are left alone. Returns the names that were made.
    func createTopics(_ topics: [TopicSpecification]) throws(KafkaError) -> [String]
    /// The values of a topic's settings, as `retention.ms`.
    func settings(of topic: String) throws(KafkaError) -> [String: String]
    /// The values of the settings of brokers, as `offsets.retention.minutes`.
    func brokerSettings() throws(KafkaError) -> [String: String]
    /// The offsets that exist: the first one kept up to the high watermark.
    func logRange(of partition: TopicPartition) throws(KafkaError) -> Range<Int64>
    /// For each partition the first offset whose record's time is `time` or later; `nil` where there is none.
    func offsets(of partitions: [TopicPartition], at time: Int64) throws(KafkaError) -> [Int64?]
    /// The group's offsets, final ones only; `nil` where none is committed. Call it after `openProducer`.
    func committed(_ partitions: [TopicPartition]) throws(KafkaError) -> [CommittedOffset?]
    /// The group's offsets before `openProducer`: what an older instance has committed so far. While a transaction of it is open that is not
    /// known: an error, soon.
    func committedSoFar(_ partitions: [TopicPartition]) throws(KafkaError) -> [CommittedOffset?]

    /// Begins reading these partitions, and stops reading all others.
    func assign(_ starts: [PartitionStart]) throws(KafkaError)
    /// Waits at most `milliseconds` for records or ends of these partitions, then takes what is there, at most `recordsMax` records of each. Those of
    /// others wait, and are not fetched without bound.
    func poll(_ partitions: [Int], atMost milliseconds: Int, recordsMax: Int) throws(KafkaError) -> any RecordChunk
    /// The high watermark that the last fetch of a partition brought; −1 before the first.
    func highWatermark(of partition: Int) -> Int64
    /// Where reading each partition would end now. Each broker is asked: one that does not answer within about a second is an error.
    func ends(of partitions: [TopicPartition]) throws(KafkaError) -> [Int64]
    /// Reads one partition from `offset` to its present end, committed records only, until `body` answers `false`. It is given each record and the
    /// chunk that it came in, for its headers; their bytes end with the call.
    func read(_ partition: TopicPartition, from offset: Int64, _ body: (ConsumedRecord, any RecordChunk) -> Bool) throws(KafkaError)

    /// A new producer in place of the old one; transactional ones fence every earlier owner of the id, and wait until its transaction has ended.
    /// Several records travel together up to `batchBytesMax` bytes, one alone whatever its size.
    func openProducer(batchBytesMax: Int) throws(KafkaError)
    /// Learns the topics that will be produced to; without it the first transaction waits a second.
    func prefetchMetadata(of topics: [String]) throws(KafkaError)
    /// Begins a transaction.
    func begin() throws(KafkaError)
    /// Queues one record. `tag` names it in `takeFailures` and `deliveredOffset`. `partition` −1: by the key's hash, as Java clients do.
    func produce(topic: String, partition: Int32, key: ByteView?, value: ByteView?, headers: [RecordHeader], tag: Int) throws(KafkaError)
    /// Adds the offsets to the transaction, each with the same text.
    func send(offsets: [PartitionStart], metadata: String) throws(KafkaError)
    /// Waits for all records and commits.
    func commit() throws(KafkaError)
    /// Aborts the transaction and drops what was queued.
    func abort() throws(KafkaError)
    /// The records that could not be delivered since the last call, by tag.
    func takeFailures() -> [(tag: Int, error: KafkaError)]
    /// The offset at which the record with the tag `journalTag` of the last commit stands, where it is known.
    var journalOffset: Int64? { get }
    /// The cluster's id, or `nil` where none was told; embedded brokers are known by it.
    var clusterID: String? { get }
    /// Ends consumer and producer.
    func close()
}

extension Broker {
    /// Brokers that are no cluster have no id.
    public var clusterID: String? { nil }

    /// Brokers without open transactions answer at once.
    public func committedSoFar(_ partitions: [TopicPartition]) throws(KafkaError) -> [CommittedOffset?] { try committed(partitions) }
}

/// The tag of a batch's journal record in `Broker.produce`.
public let journalTag = Int.max

/// A header of a record to produce.
public struct RecordHeader {
    /// Its name.
    public var name: ByteView
    /// Its value; `nil` is null.
    public var value: ByteView?

    /// A header from its parts.
    public init(name: ByteView, value: ByteView?) {
        self.name = name
        self.value = value
    }
}

/// A topic to be made.
public struct TopicSpecification: Equatable, Sendable {
    /// Its name.
    public var name: String
    /// The number of partitions.
    public var partitions: Int
    /// Copies; −1 is the broker's default.
    public var replicationFactor: Int
    /// Its settings, as `cleanup.policy`.
    public var settings: [String: String]

    /// A topic from its parts.
    public init(name: String, partitions: Int, replicationFactor: Int = -1, settings: [String: String] = [:]) {
        self.name = name
        self.partitions = partitions
        self.replicationFactor = replicationFactor
        self.settings = settings
    }
}

/// The clocks that the shell reads; the core has none.
public protocol Clock: AnyObject {
    /// Milliseconds since the epoch by the host's clock, which may jump.
    var wallMilliseconds: Int64 { get }
    /// Milliseconds that only ever grow.
    var monotonicMilliseconds: Int64 { get }
    /// Waits.
    func sleep(milliseconds: Int)
}
