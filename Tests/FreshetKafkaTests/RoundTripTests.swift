import FreshetKafka
import Testing

/// Records that go to the embedded broker and come back.
struct RoundTripTests {
    @Test func bytesComeBackAsTheyWere() throws {
        let topic = try EmbeddedTopic()
        let producer = try Producer(topic.configuration, watchedTag: 7)
        let big = String(repeating: "x", count: 900_000)
        let headers = [TextHeader(name: "freshet.error", value: "bad"), TextHeader(name: "none", value: nil), TextHeader(name: "empty", value: "")]
        try producer.produce(topic.name, key: "u1", value: "one", headers: headers)
        try producer.produce(topic.name, key: nil, value: "no key")
        try producer.produce(topic.name, key: "u2", value: nil)
        try producer.produce(topic.name, key: "", value: "")
        try producer.produce(topic.name, key: "u3", value: big, tag: 7)
        try producer.flush()
        #expect(producer.takeFailures().isEmpty)
        #expect(producer.watchedOffset == 4)

        let (records, ends) = try Consumer(topic.configuration, groupID: "g").readToEnds([topic.start()])
        #expect(records.map(\.key) == ["u1", nil, "u2", "", "u3"])
        #expect(records.map(\.value) == ["one", "no key", nil, "", big])
        #expect(records.map(\.offset) == [0, 1, 2, 3, 4])
        #expect(records[0].headers == headers)
        #expect(records[1].headers.isEmpty)
        #expect(ends == [0: 5])
    }

    /// A name that is no UTF-8: read as text, each of its bytes would become three.
    @Test func aHeadersNameIsAsLongAsItsBytes() throws {
        let topic = try EmbeddedTopic()
        let producer = try Producer(topic.configuration)
        let name = [UInt8](repeating: 0xff, count: 300)
        try name.withUnsafeBytes { name in
            try producer.produce(topic: topic.name, key: nil, value: nil, headers: [ProducedHeader(name: name, value: nil)])
        }
        try producer.flush()
        let consumer = try Consumer(topic.configuration, groupID: "g")
        try consumer.assign([topic.start()])
        let chunk = try consumer.poll(atMost: 10_000, recordsMax: 10)
        var names: [[UInt8]] = []
        chunk.forEachHeader(of: try #require(chunk.records.first)) { found, _ in names.append(Array(found)) }
        #expect(names == [name])
    }

    @Test func timesAreTheProducers() throws {
        let topic = try EmbeddedTopic()
        let producer = try Producer(topic.configuration)
        try producer.produce(topic.name, key: "u", value: "v")
        try producer.flush()
        let consumer = try Consumer(topic.configuration, groupID: "g")
        try consumer.assign([topic.start()])
        let chunk = try consumer.poll(atMost: 10_000, recordsMax: 10)
        #expect(chunk.records.first?.timestampKind == .create)
        #expect(chunk.records.first.map { $0.timestamp > 1_600_000_000_000 } == true)
    }

    @Test func recordsOutliveTheConsumerUntilTheirChunkIsReleased() throws {
        let topic = try EmbeddedTopic()
        let producer = try Producer(topic.configuration)
        for number in 0..<100 { try producer.produce(topic.name, key: "u\(number)", value: String(repeating: "\(number % 10)", count: 500)) }
        try producer.flush()
        var consumer: Consumer? = try Consumer(topic.configuration, groupID: "g")
        try consumer?.assign([topic.start()])
        var chunks: [any RecordChunk] = []
        while chunks.reduce(0, { $0 + $1.records.count }) < 100 { chunks.append(try #require(try consumer?.poll(atMost: 10_000, recordsMax: 30))) }
        consumer?.close()
        consumer = nil
        let texts = chunks.flatMap(\.texts)
        #expect(texts.map(\.key) == (0..<100).map { "u\($0)" })
        #expect(texts.allSatisfy { $0.value?.utf8.count == 500 })
        for chunk in chunks { chunk.release() }
        #expect(chunks.allSatisfy { $0.records.isEmpty })
    }

    @Test func keysGoWhereJavaClientsSendThem() throws {
        // Hashes from the tests of Apache Kafka's own murmur2 (org.apache.kafka.common.utils.UtilsTest).
        let hashes: [(String, Int32)] = [
            ("21", -973_932_308), ("foobar", -790_332_482), ("a-little-bit-long-string", -985_981_536),
            ("a-little-bit-longer-string", -1_486_304_829), ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971), ("abc", 479_470_107),
        ]
        let partitions: Int32 = 13
        let topic = try EmbeddedTopic(partitions: Int(partitions))
        let producer = try Producer(topic.configuration)
        for (key, _) in hashes { try producer.produce(topic.name, key: key, value: key) }
        try producer.flush()
        let (records, _) = try Consumer(topic.configuration, groupID: "g").readToEnds((0..<partitions).map { topic.start($0) })
        let expected = hashes.map { ($0.0, Int(($0.1 & 0x7fff_ffff) % partitions)) }
        #expect(records.count == hashes.count)
        for (key, partition) in expected { #expect(records.first { $0.key == key }?.partition == partition, "\(key)") }
    }

    @Test func aRecordOverTheClientsLimitIsRefusedAtOnce() throws {
        let topic = try EmbeddedTopic()
        var configuration = topic.configuration
        configuration.properties = [("message.max.bytes", "1000000")]
        let producer = try Producer(configuration)
        let error = #expect(throws: KafkaError.self) {
            try producer.produce(topic.name, key: "u", value: String(repeating: "x", count: 1_100_000))
        }
        #expect(error?.code == KafkaErrorCode.messageTooLarge)
        #expect(error?.hint?.contains("max.message.bytes") == true)
    }

    @Test func aFullQueueIsWaitedFor() throws {
        let topic = try EmbeddedTopic()
        var configuration = topic.configuration
        configuration.properties = [("queue.buffering.max.messages", "100")]
        let producer = try Producer(configuration)
        for number in 0..<2_000 { try producer.produce(topic.name, key: nil, value: "\(number)") }
        try producer.flush()
        #expect(producer.takeFailures().isEmpty)
        #expect(try Consumer(configuration, groupID: "g").logRange(of: TopicPartition(topic.name, 0)) == 0..<2_000)
    }
}
