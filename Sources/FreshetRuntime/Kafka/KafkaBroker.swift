public import FreshetKafka
public import FreshetKernels

/// Kafka over librdkafka, for both kinds of delivery.
///
/// One consumer asks questions and reads single partitions; `assign` makes the one that reads the inputs, `openProducer` the producer.
public final class KafkaBroker: Broker {
    private let configuration: KafkaClientConfiguration
    private let group: String
    private let transactionalID: String
    private let delivery: Delivery
    private let embedded: EmbeddedBroker?
    private let consumer: Consumer
    private let reader: PartitionReader
    /// Reads the inputs.
    private var inputs: Consumer?
    private var producer: Producer?
    /// A producer whose `initTransactions` was not answered yet; the next `openProducer` goes on with it.
    private var opening: Producer?
    /// At least once: the offsets that the next `commit` commits.
    private var pendingOffsets: (offsets: [PartitionStart], metadata: String)?
    /// The offset at which the journal record of the last commit stands, where it is known.
    public private(set) var journalOffset: Int64?

    /// A broker's client; nothing is asked of the brokers yet.
    ///
    /// `embedded` is the process's own broker where the brokers are that: topics are made on it.
    public init(
        brokers: String, group: String, transactionalID: String, delivery: Delivery, properties: [KafkaClientConfiguration.Property] = [],
        embedded: EmbeddedBroker? = nil, events: KafkaEventSink? = nil
    ) throws(KafkaError) {
        configuration = KafkaClientConfiguration(brokers: brokers, properties: properties, isEmbedded: embedded != nil, events: events)
        self.group = group
        self.transactionalID = transactionalID
        self.delivery = delivery
        self.embedded = embedded
        consumer = try Consumer(configuration, groupID: group)
        reader = PartitionReader(consumer)
    }

    /// The cluster's id, or `nil` where no broker told it in time.
    public var clusterID: String? { consumer.clusterID() }

    /// Throws, with the reason where the client has told one, where no broker answers within so many milliseconds.
    public func expectAnswer(within milliseconds: Int) throws(KafkaError) { try consumer.expectAnswer(timeoutMilliseconds: milliseconds) }

    /// Ends consumer and producer.
    public func close() {
        producer = nil
        opening = nil
        inputs?.close()
        reader.close()
    }
}

// MARK: Topics and offsets

extension KafkaBroker {
    /// The longest wait for an answer about a topic: the first question to a broker that may be away, which a stop has to wait for.
    private static let metadataWait = 5_000
    /// How long a call of the commit waits for its answer; the same call goes on where it was.
    private static let answerWait = 2_000

    /// The partitions of a topic, or `nil` where there is no such topic.
    public func partitionCount(of topic: String) throws(KafkaError) -> Int? {
        try consumer.partitionCount(of: topic, timeoutMilliseconds: KafkaBroker.metadataWait)
    }

    /// Makes the topics that are missing; those that exist are left alone. Returns the names that were made.
    public func createTopics(_ topics: [TopicSpecification]) throws(KafkaError) -> [String] {
        var made: [String] = []
        for topic in topics where try partitionCount(of: topic.name) == nil {
            if let embedded {
                try embedded.createTopic(topic.name, partitions: topic.partitions)
                made.append(topic.name)
            } else if try Admin(sharing: consumer).createTopic(
                topic.name, partitions: topic.partitions, replicationFactor: topic.replicationFactor, settings: topic.settings)
            {
                made.append(topic.name)
            }
        }
        return made
    }

    private var admin: Admin {
        var admin = Admin(sharing: consumer)
        admin.timeoutMilliseconds = KafkaBroker.metadataWait
        return admin
    }

    /// The values of a topic's settings; the embedded broker has none.
    public func settings(of topic: String) throws(KafkaError) -> [String: String] {
        embedded == nil ? try admin.settings(of: topic) : [:]
    }

    /// The values of the settings of brokers; the embedded broker has none.
    public func brokerSettings() throws(KafkaError) -> [String: String] {
        embedded == nil ? try admin.brokerSettings() : [:]
    }

    /// The offsets that exist: the first one kept up to the high watermark.
    public func logRange(of partition: TopicPartition) throws(KafkaError) -> Range<Int64> {
        try consumer.logRange(of: partition, timeoutMilliseconds: KafkaBroker.metadataWait)
    }

    /// For each partition the first offset whose record's time is `time` or later; `nil` where there is none.
    public func offsets(of partitions: [TopicPartition], at time: Int64) throws(KafkaError) -> [Int64?] {
        try consumer.offsets(of: partitions, at: time, timeoutMilliseconds: KafkaBroker.metadataWait)
    }

    /// The group's offsets, final ones only once `openProducer` has returned; `nil` where none is committed.
    public func committed(_ partitions: [TopicPartition]) throws(KafkaError) -> [CommittedOffset?] {
        try consumer.committed(partitions, timeoutMilliseconds: KafkaBroker.metadataWait)
    }

    /// The group's offsets; an error after half a second where a transaction that changes them stays open.
    public func committedSoFar(_ partitions: [TopicPartition]) throws(KafkaError) -> [CommittedOffset?] {
        try consumer.committed(partitions, timeoutMilliseconds: 500)
    }
}

// MARK: Reading

extension KafkaBroker {
    /// Begins reading these partitions, and stops reading all others.
    public func assign(_ starts: [PartitionStart]) throws(KafkaError) {
        let reading = if let inputs { inputs } else { try Consumer(configuration, groupID: group, partitions: starts.count) }
        inputs = reading
        try reading.assign(starts)
    }

    /// Waits at most `milliseconds` for records or ends of these partitions, then takes what is there, at most `recordsMax` records of each.
    public func poll(_ partitions: [Int], atMost milliseconds: Int, recordsMax: Int) throws(KafkaError) -> any RecordChunk {
        guard let inputs else { throw KafkaError(code: KafkaErrorCode.fatal, name: "_FATAL", message: "no partition is assigned", isFatal: true) }
        return try inputs.poll(partitions, atMost: milliseconds, recordsMax: recordsMax)
    }

    /// The high watermark that the last fetch of a partition brought; −1 before the first.
    public func highWatermark(of partition: Int) -> Int64 { inputs?.highWatermark(of: partition) ?? -1 }

    /// Where reading each partition would end now, open transactions left out.
    public func ends(of partitions: [TopicPartition]) throws(KafkaError) -> [Int64] {
        let ends = try consumer.offsets(of: partitions, at: KafkaBroker.latest, timeoutMilliseconds: 1_000)
        return ends.map { $0 ?? 0 }
    }

    /// The time that asks for a partition's end.
    private static let latest: Int64 = -1

    /// Reads one partition from `offset` to its present end, committed records only, until `body` answers `false`.
    ///
    /// It ends by the end event or at the high watermark of the call's beginning, never by silence; a broker that is silent for
    /// 5 s is a time-out. A next call from where this one was left goes on without fetching anything twice.
    public func read(_ partition: TopicPartition, from offset: Int64, _ body: (ConsumedRecord, any RecordChunk) -> Bool) throws(KafkaError) {
        try reader.read(partition, from: offset, body)
    }
}

// MARK: Writing

extension KafkaBroker {
    /// A new producer in place of the old one; transactional ones fence every earlier owner of the id, and wait until its transaction has ended.
    /// Several records travel together up to `batchBytesMax` bytes, one alone whatever its size. After a time-out the next call goes on with the
    /// same new producer.
    public func openProducer(batchBytesMax: Int) throws(KafkaError) {
        producer = nil
        pendingOffsets = nil
        let made = if let opening { opening } else { try makeProducer(batchBytesMax: batchBytesMax) }
        opening = nil
        if delivery == .exactlyOnce {
            do throws(KafkaError) {
                try made.initTransactions(timeoutMilliseconds: KafkaBroker.answerWait)
            } catch {
                if error.isTimeout { opening = made }
                throw error
            }
        }
        producer = made
    }

    private func makeProducer(batchBytesMax: Int) throws(KafkaError) -> Producer {
        var configuration = configuration
        // Before the operator's properties, the last of which holds.
        configuration.properties.insert(("batch.size", String(batchBytesMax)), at: 0)
        return try Producer(configuration, transactionalID: delivery == .exactlyOnce ? transactionalID : nil, watchedTag: journalTag)
    }

    /// Learns the topics that will be produced to; without it the first transaction waits a second. A missing topic is an error.
    public func prefetchMetadata(of topics: [String]) throws(KafkaError) {
        let producer = try open()
        for topic in topics where try producer.partitionCount(of: topic, timeoutMilliseconds: KafkaBroker.metadataWait) == nil {
            throw KafkaError(
                code: KafkaErrorCode.unknownTopicOrPartition, name: "UNKNOWN_TOPIC_OR_PART", message: "there is no topic \(topic)",
                hint: "make it (freshet topics create), or set topics.create: true")
        }
    }

    /// Begins a transaction.
    public func begin() throws(KafkaError) {
        let producer = try open()
        journalOffset = nil
        pendingOffsets = nil
        if delivery == .exactlyOnce { try producer.begin() } else { producer.forgetDeliveries() }
    }

    /// Queues one record. `tag` names it in `takeFailures`. `partition` −1: by the key's hash, as Java clients do.
    public func produce(topic: String, partition: Int32, key: ByteView?, value: ByteView?, headers: [RecordHeader], tag: Int) throws(KafkaError) {
        try open().produce(
            topic: topic, partition: partition, key: key?.buffer, value: value?.buffer,
            headers: headers.map { ProducedHeader(name: $0.name.buffer, value: $0.value?.buffer) }, tag: tag,
            timeoutMilliseconds: KafkaBroker.answerWait)
    }

    /// Adds the offsets to the transaction, each with the same text.
    public func send(offsets: [PartitionStart], metadata: String) throws(KafkaError) {
        switch delivery {
        case .exactlyOnce:
            try open().send(offsets: offsets, metadata: metadata, groupID: group, timeoutMilliseconds: KafkaBroker.answerWait)
        case .atLeastOnce: pendingOffsets = (offsets, metadata)
        }
    }

    /// Waits for all records and commits. At least once: offsets are committed only when every record has been delivered.
    public func commit() throws(KafkaError) {
        let producer = try open()
        switch delivery {
        case .exactlyOnce: try producer.commit(timeoutMilliseconds: KafkaBroker.answerWait)
        case .atLeastOnce:
            try producer.flush(timeoutMilliseconds: KafkaBroker.answerWait)
            if producer.hasFailures { throw Self.undelivered }
            if let pending = pendingOffsets {
                try consumer.commit(pending.offsets, metadata: pending.metadata, timeoutMilliseconds: KafkaBroker.answerWait)
            }
            pendingOffsets = nil
        }
        journalOffset = producer.watchedOffset
    }

    /// Aborts the transaction and drops what was queued. At least once: what is on its way goes out, and no offset is committed.
    public func abort() throws(KafkaError) {
        pendingOffsets = nil
        let wait = KafkaBroker.answerWait
        if delivery == .exactlyOnce { try open().abort(timeoutMilliseconds: wait) } else { try open().flush(timeoutMilliseconds: wait) }
    }

    /// The records that could not be delivered since the last call, by tag.
    public func takeFailures() -> [(tag: Int, error: KafkaError)] { producer?.takeFailures() ?? [] }

    private func open() throws(KafkaError) -> Producer {
        if let producer { return producer }
        throw KafkaError(code: KafkaErrorCode.fatal, name: "_FATAL", message: "no producer is open", isFatal: true)
    }

    private static let undelivered = KafkaError(
        code: KafkaErrorCode.messageTimedOut, name: "_MSG_TIMED_OUT", message: "some records of the batch were not delivered", isAbortable: true)
}
