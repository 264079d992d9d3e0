import FreshetCore
import FreshetKafka
import FreshetKernels
import FreshetRuntime
import Testing

/// The daemon over the client library, with the clocks of the host and a thread that saves.
@Suite struct EmbeddedDaemonTests {
    private static let topics = [
        TopicSpecification(name: "clicks", partitions: 3), TopicSpecification(name: "recommendations", partitions: 2),
        TopicSpecification(name: "similar-items", partitions: 2), TopicSpecification(name: "dead-letters", partitions: 1),
        TopicSpecification(name: "freshet.journal", partitions: 1), TopicSpecification(name: "erasure-receipts", partitions: 1),
    ]

    private func client(_ embedded: EmbeddedBroker, group: String = "shop") throws(KafkaError) -> KafkaBroker {
        try KafkaBroker(
            brokers: embedded.bootstrap, group: group, transactionalID: "freshet.shop.0", delivery: .atLeastOnce, embedded: embedded)
    }

    private func produce(_ count: Int, from first: Int, at time: Int64, _ broker: KafkaBroker) throws(KafkaError) {
        try broker.openProducer(batchBytesMax: 1_000_000)
        try broker.begin()
        let bytes = ByteBuffer()
        for number in first..<first + count {
            bytes.removeAll()
            bytes.append(
                text: "{\"user_id\":\"u\(number % 7)\",\"item_id\":\"i\(number % 5)\",\"type\":\"click\",\"timestamp\":\(time + Int64(number))}")
            try broker.produce(topic: "clicks", partition: Int32(number % 7 % 3), key: nil, value: bytes.view, headers: [], tag: number)
        }
        try broker.commit()
    }

    @Test func aDaemonServesStopsAndGoesOn() throws {
        let embedded = try EmbeddedBroker()
        let other = try client(embedded, group: "other")
        for topic in Self.topics { try embedded.createTopic(topic.name, partitions: topic.partitions) }
        let clock = SystemClock()
        let store = MemoryStore()
        let now = clock.wallMilliseconds - 10_000
        var applied = 0
        for round in 0..<3 {
            try produce(100, from: round * 100, at: now, other)
            var settings = DaemonSettings(
                inputs: [InputTopic(name: "clicks", decoder: EventDecoder(format: .freshet, topicType: nil, recordBytesMax: 4_096))],
                outputs: TestShop.outputs, settingsDigest: "d", nonce: "run\(round)")
            settings.delivery = .atLeastOnce
            settings.checkpointEventsMax = 30
            let broker = try client(embedded)
            let (saver, courier) = (Worker(), Worker())
            var observer = DaemonObserver()
            var metrics = DaemonMetrics()
            observer.onBatch = { metrics = $0 }
            // The second run dies behind its first commit.
            observer.onStep = { !(round == 1 && $0 == .committed) }
            let deadline = clock.monotonicMilliseconds + 20_000
            let daemon = Daemon(
                settings: settings, broker: broker, store: store, clock: clock,
                publication: Publication(engine: Engine(settings: EngineSettings()), settings: PublicationSettings()),
                saveInBackground: { job in saver.submit(job) }, sendInBackground: { job in courier.submit(job) }, observer: observer
            ) { metrics.counts.applied >= 100 || clock.monotonicMilliseconds > deadline }
            do throws(DaemonError) {
                try daemon.run()
            } catch {
                guard round == 1, case .interrupted = error else { throw error }
            }
            courier.finish()
            saver.finish()
            broker.close()
            applied += metrics.counts.applied
        }
        // What the second run applied and did not tell of is caught up with by the third.
        #expect(applied >= 200)
        #expect(try store.loadBoundary()?.offsets.values.reduce(0, +) == 300)
        var lists = 0
        for partition in 0..<Int32(2) {
            try other.read(TopicPartition("recommendations", partition), from: 0) { _, _ in
                lists += 1
                return true
            }
        }
        #expect(lists >= 7)
        other.close()
    }
}
