public import FreshetCore
public import FreshetKafka
import FreshetKernels

/// Sends a shop's events to its topics, each when its time comes.
public final class LoadProducer {
    /// Looked at after so many events where there is no pause.
    private static let eventsUnwatched = 1_000
    /// The longest sleep, in nanoseconds: so that a watcher is asked often enough.
    private static let sleepMax: UInt64 = 20_000_000

    private let producer: Producer
    private let topics: LoadTopics
    private var load: ShopLoad
    private let key = ByteBuffer()
    private let value = ByteBuffer()

    /// A producer to these topics, which must exist. A paced load does not wait to fill its packets.
    public init(_ client: KafkaClientConfiguration, topics: LoadTopics, _ settings: LoadSettings, isPaced: Bool) throws(KafkaError) {
        var client = client
        if isPaced { client.properties.append(("linger.ms", "0")) }
        producer = try Producer(client)
        self.topics = topics
        load = ShopLoad(settings)
        for name in topics.names where try producer.partitionCount(of: name) == nil {
            throw KafkaError(
                code: KafkaErrorCode.unknownTopicOrPartition, name: "UNKNOWN_TOPIC_OR_PART", message: "there is no topic \(name)",
                hint: "make it, or correct topics.events")
        }
    }

    /// Sends `count` events (`nil`: without end) and waits until they are delivered.
    ///
    /// - Parameters:
    ///   - pace: When each is due.
    ///   - time: The event time of an event, counted from 0.
    ///   - watch: Asked between two events, often; `false` ends the load.
    ///   - willSend: Told of an event's number just before it goes out.
    public func send(
        _ count: Int?, pace: Pace, time: (Int) -> EventTime, willSend: (Int) -> Void = { _ in }, watch: (PaceReport) -> Bool = { _ in true }
    ) throws(KafkaError) -> PaceReport {
        var report = PaceReport(pace)
        let stopwatch = Stopwatch()
        while report.sent < count ?? .max, watch(report) {
            let now = stopwatch.nanoseconds
            let last = min(pace.count(dueAt: now), count ?? .max, report.sent + LoadProducer.eventsUnwatched)
            guard last > report.sent else {
                try checkDeliveries()
                Stopwatch.sleep(nanoseconds: min(pace.due(report.sent) - now, LoadProducer.sleepMax))
                continue
            }
            while report.sent < last {
                willSend(load.number)
                try sendNext(at: time(report.sent))
                report.note(sentAt: stopwatch.nanoseconds)
            }
            if !pace.eventsPerSecond.isFinite { try checkDeliveries() }
        }
        try producer.flush(timeoutMilliseconds: 60_000)
        try checkDeliveries()
        return report
    }

    /// The number of the event that is sent next.
    public var nextNumber: Int { load.number }

    private func sendNext(at time: EventTime) throws(KafkaError) {
        let topic = load.next(at: time, key: key, value: value)
        try producer.produce(topic: topics[topic], key: key.view.buffer, value: value.view.buffer)
    }

    private func checkDeliveries() throws(KafkaError) {
        if let failed = producer.takeFailures().first { throw failed.error }
    }
}
