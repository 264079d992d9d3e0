import FreshetCore
import FreshetKafka
import FreshetRuntime
import Synchronization

/// The shop's records on their way to the topics, each when its time comes, on a thread of its own.
final class ShopTraffic: Sendable {
    private struct Progress {
        var sent = 0
        var isClosing = false
        var isOver = false
        var failure: KafkaError?
    }

    private let progress = Mutex(Progress())
    private let session: ShopperSession
    private let settings: DemoSettings
    private let isStopRequested: @Sendable () -> Bool

    init(_ settings: DemoSettings, _ session: ShopperSession, isStopRequested: @escaping @Sendable () -> Bool) {
        self.settings = settings
        self.session = session
        self.isStopRequested = isStopRequested
    }

    /// Records sent so far.
    var sent: Int { progress.withLock { $0.sent } }
    /// Whether all of them are delivered and none will follow.
    var isOver: Bool { progress.withLock { $0.isOver } }
    /// What ended it early.
    var failure: KafkaError? { progress.withLock { $0.failure } }

    /// Ends the sending early.
    func close() { progress.withLock { $0.isClosing = true } }

    /// Sends until the time is over or a stop is asked for, then waits for the deliveries.
    func run(brokers: String) {
        do throws(KafkaError) {
            let producer = try Producer(KafkaClientConfiguration(brokers: brokers, isEmbedded: true))
            try send(with: producer)
            try producer.flush()
            if let failed = producer.takeFailures().first { throw failed.error }
        } catch {
            progress.withLock { $0.failure = error }
        }
        progress.withLock { $0.isOver = true }
    }

    private var isClosing: Bool { isStopRequested() || progress.withLock { $0.isClosing } }

    private func send(with producer: Producer) throws(KafkaError) {
        let clock = SystemClock()
        let start = EventTime(milliseconds: clock.wallMilliseconds)
        let end = settings.seconds.map { start.advanced(by: Int64($0) * 1000) }
        var shop = SimulatedShop(settings: settings.shop(start: start))
        while !isClosing {
            let record = shop.next()
            if let end, record.arrival > end { return }
            while record.arrival.milliseconds > clock.wallMilliseconds, !isClosing { clock.sleep(milliseconds: 2) }
            try send(record, with: producer)
        }
    }

    private func send(_ record: ShopRecord, with producer: Producer) throws(KafkaError) {
        // Before it goes out: its list may be back at once.
        session.note(record)
        let result = record.key.withUnsafeBytes { key in
            record.value.withUnsafeBytes { value in
                Result { () throws(KafkaError) in try producer.produce(topic: record.topic.name, key: key, value: value) }
            }
        }
        try result.get()
        progress.withLock { $0.sent += 1 }
    }
}
