import FreshetKafka
import Glibc
import Testing

/// What only a real broker does: transactions, fencing, refusals. Run with `KAFKA_BOOTSTRAP=host:port`.
@Suite(.enabled(if: RealKafka.bootstrap != nil, "KAFKA_BOOTSTRAP names no broker"), .serialized)
struct RealKafkaTests {
    private let kafka: RealKafka

    init() throws {
        kafka = try RealKafka()
    }

    @Test func committedRecordsAreReadAndAbortedOnesAreNot() throws {
        let topic = try kafka.makeTopic()
        let producer = try kafka.makeProducer(prefetching: topic)
        for (round, commits) in [true, false, true, false].enumerated() {
            try producer.begin()
            for number in 0..<10 { try producer.produce(topic, key: "u", value: "\(round).\(number)", tag: number) }
            // An abort before any record has reached the broker may be refused: it knows of no transaction yet.
            try producer.flush()
            if commits { try producer.commit() } else { try producer.abort() }
            #expect(producer.takeFailures().isEmpty)
        }
        let (records, ends) = try kafka.makeConsumer().readToEnds([PartitionStart(TopicPartition(topic, 0), at: 0)])
        #expect(records.map(\.value) == [0, 2].flatMap { round in (0..<10).map { "\(round).\($0)" } })
        // Behind the last record stand markers, which only the end event passes.
        #expect(ends[0].map { $0 > (records.last?.offset ?? 0) + 1 } == true)
    }

    @Test func offsetsKeepTheTextOfTheLastCommitWhateverIsAborted() throws {
        let partition = TopicPartition(try kafka.makeTopic(), 0)
        let producer = try kafka.makeProducer(prefetching: partition.topic)
        let consumer = try kafka.makeConsumer()
        #expect(try consumer.committed([partition]) == [nil])
        for (text, commits) in [("b=1;n=a", true), ("b=2;n=b", true), ("b=3;n=c", false)] {
            try producer.begin()
            try producer.send(offsets: [PartitionStart(partition, at: 0)], metadata: text, groupID: kafka.group)
            if commits { try producer.commit() } else { try producer.abort() }
        }
        #expect(try consumer.committed([partition]) == [CommittedOffset(offset: 0, metadata: "b=2;n=b")])
    }

    @Test func aSecondProducerOfTheSameNameFencesTheFirst() throws {
        let topic = try kafka.makeTopic()
        let first = try kafka.makeProducer(prefetching: topic)
        try first.begin()
        try first.produce(topic, key: "u", value: "zombie")
        let second = try kafka.makeProducer(prefetching: topic)
        let error = #expect(throws: KafkaError.self) { try first.commit() }
        #expect(error?.isFatal == true)
        #expect(error?.code == KafkaErrorCode.fenced)
        #expect(error?.hint?.contains("another instance") == true)
        let later = #expect(throws: KafkaError.self) { try first.begin() }
        #expect(later?.isFatal == true)
        try second.begin()
        try second.produce(topic, key: "u", value: "living")
        try second.commit()
        #expect(try kafka.makeConsumer().readToEnds([PartitionStart(TopicPartition(topic, 0), at: 0)]).records.map(\.value) == ["living"])
    }

    @Test func aRecordThatTheTopicRefusesForItsSizeIsNamedByItsTag() throws {
        let topic = try kafka.makeTopic(settings: ["max.message.bytes": "2000"])
        // A refused batch is one failure a record in it: uncompressed and alone it is the large one's only.
        let producer = try kafka.makeProducer(prefetching: topic, properties: [("compression.codec", "none")])
        try producer.begin()
        try producer.produce(topic, key: "u", value: String(repeating: "x", count: 5000), tag: 41)
        let error = #expect(throws: KafkaError.self) { try producer.commit() }
        #expect(error?.isAbortable == true)
        let failures = producer.takeFailures()
        #expect(failures.map(\.tag) == [41])
        #expect(failures.first?.error.code == KafkaErrorCode.messageTooLarge)
        #expect(failures.first?.error.message.contains(topic) == true)
        try producer.abort()
    }

    @Test func topicsAreMadeOnceWithTheirSettings() throws {
        let admin = Admin(sharing: try kafka.makeConsumer())
        let topic = try kafka.makeTopic(partitions: 3, settings: ["cleanup.policy": "compact", "retention.ms": "1234567"])
        #expect(try admin.createTopic(topic, partitions: 3) == false)
        let settings = try admin.settings(of: topic)
        #expect(settings["cleanup.policy"] == "compact")
        #expect(settings["retention.ms"] == "1234567")
        #expect(try admin.brokerSettings()["offsets.retention.minutes"].flatMap { Int($0) } ?? 0 > 0)
        #expect(admin.clusterID().map { EmbeddedBroker.isEmbedded(clusterID: $0) } == false)
        let refused = #expect(throws: KafkaError.self) { try admin.createTopic(topic + "-bad", partitions: 1, settings: ["no.such": "1"]) }
        #expect(refused?.message.contains(topic + "-bad") == true)
    }

    @Test func aMissingTopicIsNoErrorAndIsNotMade() throws {
        let consumer = try kafka.makeConsumer()
        let name = "freshet-missing-\(getpid())"
        #expect(try consumer.partitionCount(of: name) == nil)
        #expect(try consumer.partitionCount(of: name) == nil)
        let error = #expect(throws: KafkaError.self) { try Admin(sharing: consumer).settings(of: name) }
        #expect(error?.code == KafkaErrorCode.unknownTopicOrPartition)
    }

    @Test func offsetsAreFoundByTime() throws {
        let topic = try kafka.makeTopic()
        let producer = try Producer(kafka.configuration())
        for number in 0..<3 {
            try producer.produce(topic, key: nil, value: "\(number)")
            try producer.flush()
            usleep(20_000)
        }
        let consumer = try kafka.makeConsumer()
        let partition = TopicPartition(topic, 0)
        try consumer.assign([PartitionStart(partition, at: 0)])
        var times: [Int64] = []
        while times.count < 3 {
            let chunk = try consumer.poll(atMost: 10_000, recordsMax: 10)
            times += chunk.records.map(\.timestamp)
        }
        #expect(try consumer.offsets(of: [partition], at: times[1]) == [1])
        #expect(try consumer.offsets(of: [partition], at: times[1] + 1) == [2])
        #expect(try consumer.offsets(of: [partition], at: times[2] + 1) == [nil])
    }

    @Test func offsetsCommittedOutsideOfTransactionsKeepTheirText() throws {
        let partition = TopicPartition(try kafka.makeTopic(), 0)
        let consumer = try kafka.makeConsumer()
        try consumer.commit([PartitionStart(partition, at: 0)], metadata: "b=7;n=x")
        #expect(try kafka.makeConsumer().committed([partition]) == [CommittedOffset(offset: 0, metadata: "b=7;n=x")])
    }
}

/// A real broker and names on it that no other test uses.
struct RealKafka {
    /// The broker's address, from the environment.
    static let bootstrap: String? = getenv("KAFKA_BOOTSTRAP").map { String(cString: $0) }

    let brokers: String
    let group: String

    init() throws {
        brokers = try #require(Self.bootstrap)
        group = "freshet-test-\(UInt64.random(in: 0 ... .max))"
    }

    func configuration(_ properties: [KafkaClientConfiguration.Property] = []) -> KafkaClientConfiguration {
        KafkaClientConfiguration(brokers: brokers, properties: properties)
    }

    func makeConsumer() throws -> Consumer { try Consumer(configuration(), groupID: group) }

    /// A topic with a name of its own.
    func makeTopic(partitions: Int = 1, settings: [String: String] = [:]) throws -> String {
        let name = "\(group)-\(UInt64.random(in: 0 ... .max))"
        #expect(try Admin(configuration()).createTopic(name, partitions: partitions, settings: settings))
        return name
    }

    /// A transactional producer that owns the group's transactional id.
    func makeProducer(prefetching topic: String, properties: [KafkaClientConfiguration.Property] = []) throws -> Producer {
        let producer = try Producer(configuration(properties), transactionalID: group)
        try producer.initTransactions()
        #expect(try producer.partitionCount(of: topic) != nil)
        return producer
    }
}
