import FreshetCore
import FreshetKafka
import FreshetKernels
import FreshetRuntime

/// A broker inside the process, a simulated shop that writes to it over TCP, the daemon, and a subscriber of its lists.
///
/// The embedded broker keeps no transactions, so the daemon delivers at least once.
public final class Demo {
    /// The broker's address, for `kcat` and others.
    public let brokers: String
    /// The topic of recommendations.
    public let topic: String

    private let settings: DemoSettings
    private let embedded: EmbeddedBroker
    private let configuration: Configuration
    private let session = ShopperSession()

    /// Starts the broker and makes all topics.
    public init(_ settings: DemoSettings) throws(DemoError) {
        self.settings = settings
        do throws(KafkaError) {
            embedded = try EmbeddedBroker()
            brokers = embedded.bootstrap
            configuration = settings.configuration(brokers: brokers)
            let names = configuration.topics.events.map(\.name) + OutputTopic.allCases.compactMap(configuration.topics.name(of:))
            for name in names {
                try embedded.createTopic(name, partitions: name == configuration.topics.journal ? 1 : DemoSettings.partitions)
            }
        } catch {
            throw .broker(error)
        }
        topic = configuration.topics.recommendations ?? ""
    }

    /// Runs the demo on this thread until the shop has closed and all is applied and read back.
    ///
    /// `show` gets the figures once a second, `warn` what the daemon has to say of things that go wrong. `isStopRequested` closes the shop
    /// early; the rest goes on as at any other end.
    public func run(
        show: @escaping (DemoFigures) -> Void, warn: @escaping (String) -> Void, isStopRequested: @escaping @Sendable () -> Bool
    ) throws(DemoError) -> DemoReport {
        let traffic = ShopTraffic(settings, session, isStopRequested: isStopRequested)
        let subscriber = ListSubscriber(session)
        let shopWorker = Worker()
        let subscriberWorker = Worker()
        shopWorker.submit { [brokers] in traffic.run(brokers: brokers) }
        subscriberWorker.submit { [brokers, topic] in subscriber.run(brokers: brokers, topic: topic) }
        let watch = DemoWatch(traffic, session, show: show, warn: warn)
        let result = Result { () throws(DemoError) in try serve(watch) }
        traffic.close()
        shopWorker.finish()
        subscriber.finish(after: watch.metrics.counts.written(.recommendations))
        subscriberWorker.finish()
        try result.get()
        if let error = traffic.failure ?? subscriber.failure { throw .broker(error) }
        return report(watch.metrics.counts, traffic, subscriber)
    }

    private func serve(_ watch: DemoWatch) throws(DemoError) {
        let broker: KafkaBroker
        do throws(KafkaError) {
            broker = try KafkaBroker(
                brokers: brokers, group: configuration.kafka.group, transactionalID: configuration.kafka.transactionalID,
                delivery: configuration.kafka.delivery, embedded: embedded)
        } catch {
            throw .broker(error)
        }
        defer { broker.close() }
        let daemon = Daemon(
            settings: DaemonSettings(configuration, nonce: "demo"), broker: broker, store: MemoryStore(), clock: SystemClock(),
            publication: Publication(engine: configuration.makeEngine(), settings: configuration.publication),
            observer: watch.observer, isStopRequested: { watch.isOver })
        do throws(DaemonError) { try daemon.run() } catch { throw .daemon(error) }
    }

    private func report(_ counts: BatchCounts, _ traffic: ShopTraffic, _ subscriber: ListSubscriber) -> DemoReport {
        var report = DemoReport()
        report.events = traffic.sent
        report.applied = counts.applied
        report.deadLetters = counts.deadLettered
        report.duplicates = counts.duplicates
        report.ignored = counts.ignored
        report.published = counts.written(.recommendations)
        report.readBack = subscriber.received
        return report
    }
}
