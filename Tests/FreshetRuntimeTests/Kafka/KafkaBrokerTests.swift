import FreshetKafka
import FreshetKernels
import FreshetRuntime
import Glibc
import Testing

/// The runtime's seam over the embedded broker and, with `KAFKA_BOOTSTRAP=host:port`, over a real one.
struct KafkaBrokerTests {
    private static let realBrokers: String? = getenv("KAFKA_BOOTSTRAP").map { String(cString: $0) }

    @Test func atLeastOnceDeliversThenCommits() throws {
        let embedded = try EmbeddedBroker()
        let broker = try makeBroker(.atLeastOnce, embedded.bootstrap, embedded: embedded)
        try checkBatches(broker)
        let id = try #require(broker.clusterID)
        #expect(EmbeddedBroker.isEmbedded(clusterID: id))
    }

    @Test(.enabled(if: realBrokers != nil, "KAFKA_BOOTSTRAP names no broker"), arguments: Delivery.allCases)
    func batchesAgainstARealBroker(delivery: Delivery) throws {
        try checkBatches(try makeBroker(delivery, try #require(Self.realBrokers)))
    }

    @Test(.enabled(if: realBrokers != nil, "KAFKA_BOOTSTRAP names no broker"))
    func aRealBrokerPassesTheProbe() throws {
        #expect(try probe(try makeBroker(.exactlyOnce, try #require(Self.realBrokers))) == ["n=1", "n=1"])
    }

    @Test func theEmbeddedBrokerFailsTheProbe() throws {
        let embedded = try EmbeddedBroker()
        #expect(try probe(try makeBroker(.exactlyOnce, embedded.bootstrap, embedded: embedded)) == [nil, nil])
    }

    @Test func readingGoesOnWhereItWasLeft() throws {
        let embedded = try EmbeddedBroker()
        let broker = try makeBroker(.atLeastOnce, embedded.bootstrap, embedded: embedded)
        _ = try broker.createTopics([TopicSpecification(name: "journal", partitions: 1)])
        try broker.openProducer(batchBytesMax: 1_000_000)
        func append(_ numbers: Range<Int>) throws {
            try broker.begin()
            for number in numbers { try send(broker, "journal", "\(number)", tag: number) }
            try broker.commit()
        }
        try append(0..<30)
        #expect(try read(broker, "journal", from: 3, atMost: 10) == (3..<13).map(String.init))
        // Grown meanwhile: the end that was told with the first poll is old.
        try append(30..<40)
        #expect(try read(broker, "journal", from: 13, atMost: 10) == (13..<23).map(String.init))
        #expect(try read(broker, "journal", from: 23) == (23..<40).map(String.init))
        #expect(try read(broker, "journal", from: 40) == [])
        #expect(try read(broker, "journal", from: 5, atMost: 1) == ["5"])
        #expect(try read(broker, "journal", from: 0, atMost: 2) == ["0", "1"])
        broker.close()
    }

    @Test func callsWithoutAProducerAreErrors() throws {
        let embedded = try EmbeddedBroker()
        let broker = try makeBroker(.atLeastOnce, embedded.bootstrap, embedded: embedded)
        #expect(throws: KafkaError.self) { try broker.begin() }
        #expect(broker.takeFailures().isEmpty)
        try broker.openProducer(batchBytesMax: 1_000_000)
        let error = #expect(throws: KafkaError.self) { try broker.prefetchMetadata(of: ["missing"]) }
        #expect(error?.code == KafkaErrorCode.unknownTopicOrPartition)
    }

    @Test(.enabled(if: realBrokers != nil, "KAFKA_BOOTSTRAP names no broker"))
    func anOpenTransactionIsNotWaitedForLong() throws {
        let broker = try makeBroker(.exactlyOnce, try #require(Self.realBrokers))
        let topic = "freshet-open-\(UInt64.random(in: 0 ... .max))"
        _ = try broker.createTopics([TopicSpecification(name: topic, partitions: 1)])
        let partition = TopicPartition(topic, 0)
        try broker.openProducer(batchBytesMax: 1_000_000)
        try broker.begin()
        try broker.send(offsets: [PartitionStart(partition, at: 1)], metadata: "b=1")
        let began = ContinuousClock.now
        #expect(throws: KafkaError.self) { try broker.committedSoFar([partition]) }
        #expect(ContinuousClock.now - began < .seconds(3))
        try broker.commit()
        #expect(try broker.committedSoFar([partition]) == [CommittedOffset(offset: 1, metadata: "b=1")])
        broker.close()
    }

    private func makeBroker(_ delivery: Delivery, _ brokers: String, embedded: EmbeddedBroker? = nil) throws -> KafkaBroker {
        let group = "freshet-test-\(UInt64.random(in: 0 ... .max))"
        return try KafkaBroker(brokers: brokers, group: group, transactionalID: "freshet.\(group).0", delivery: delivery, embedded: embedded)
    }

    /// What stands as the first offset's text after a committed and after an aborted transaction.
    private func probe(_ broker: KafkaBroker) throws -> [String?] {
        let topic = "freshet-probe-\(UInt64.random(in: 0 ... .max))"
        _ = try broker.createTopics([TopicSpecification(name: topic, partitions: 1)])
        let partition = TopicPartition(topic, 0)
        try broker.openProducer(batchBytesMax: 1_000_000)
        var texts: [String?] = []
        for (text, commits) in [("n=1", true), ("n=2", false)] {
            try broker.begin()
            try broker.send(offsets: [PartitionStart(partition, at: 0)], metadata: text)
            if commits { try broker.commit() } else { try broker.abort() }
            texts.append(try broker.committed([partition])[0]?.metadata)
        }
        broker.close()
        return texts
    }

    /// Topics are made; two batches are committed and one is aborted; offsets, journal and outputs are read back.
    private func checkBatches(_ broker: KafkaBroker) throws {
        let prefix = "freshet-batches-\(UInt64.random(in: 0 ... .max))"
        let (input, output, journal) = (prefix + "-in", prefix + "-out", prefix + "-journal")
        let topics = [input, output, journal].map { TopicSpecification(name: $0, partitions: $0 == input ? 2 : 1) }
        #expect(try broker.createTopics(topics) == topics.map(\.name))
        #expect(try broker.createTopics(topics) == [])
        let inputs = [TopicPartition(input, 0), TopicPartition(input, 1)]
        #expect(try broker.committedSoFar(inputs) == [nil, nil])
        try broker.openProducer(batchBytesMax: 1_000_000)
        try broker.prefetchMetadata(of: [output, journal])
        #expect(try broker.committed(inputs) == [nil, nil])

        var journalOffsets: [Int64?] = []
        for batch in 1...2 {
            try broker.begin()
            for number in 0..<5 { try send(broker, output, "\(batch).\(number)", tag: number) }
            try send(broker, journal, "batch \(batch)", tag: journalTag)
            try broker.send(offsets: inputs.map { PartitionStart($0, at: Int64(batch)) }, metadata: "b=\(batch)")
            try broker.commit()
            #expect(broker.takeFailures().isEmpty)
            journalOffsets.append(broker.journalOffset)
        }
        try broker.begin()
        try broker.send(offsets: inputs.map { PartitionStart($0, at: 9) }, metadata: "b=9")
        try broker.abort()

        #expect(try broker.committed(inputs) == [CommittedOffset(offset: 2, metadata: "b=2"), CommittedOffset(offset: 2, metadata: "b=2")])
        #expect(try read(broker, output) == (1...2).flatMap { batch in (0..<5).map { "\(batch).\($0)" } })
        #expect(try read(broker, journal, from: try #require(journalOffsets[1])) == ["batch 2"])
        #expect(try read(broker, journal, atMost: 1) == ["batch 1"])
        #expect(try read(broker, input) == [])
        #expect(try broker.ends(of: inputs) == [0, 0])
        let end = try broker.logRange(of: TopicPartition(output, 0)).upperBound
        #expect(try end >= 10 && broker.ends(of: [TopicPartition(output, 0)]) == [end])
        broker.close()
    }

    private func send(_ broker: KafkaBroker, _ topic: String, _ text: String, tag: Int) throws {
        let buffer = ByteBuffer(capacity: 64)
        buffer.append(text: text)
        let bytes = buffer[0..<buffer.count]
        try broker.produce(topic: topic, partition: 0, key: bytes, value: bytes, headers: [RecordHeader(name: bytes, value: nil)], tag: tag)
    }

    private func read(_ broker: KafkaBroker, _ topic: String, from offset: Int64 = 0, atMost countMax: Int = .max) throws -> [String] {
        var values: [String] = []
        var headers: [String] = []
        try broker.read(TopicPartition(topic, 0), from: offset) { record, chunk in
            chunk.forEachHeader(of: record) { name, _ in headers.append(String(decoding: name, as: UTF8.self)) }
            values.append(record.value.map { String(decoding: $0, as: UTF8.self) } ?? "")
            return values.count < countMax
        }
        #expect(headers == values, "each record was sent with itself as a header")
        return values
    }
}
