import FreshetCore
import FreshetKafka
import FreshetLab
import Foundation
import Testing

/// A simulated shop's records on a real broker, in topics of their own.
struct ShopLog {
    private static let partitions = 2

    let space: TopicSpace
    /// The reasons that the dead letters must state, sorted.
    let rejections: [String]
    private let records: [ShopRecord]
    private let inputs: [TopicPartition]

    /// Makes the topics; `count` records are made, and written by `write`. `brokers` are those of the environment, unless the test has its own.
    init(records count: Int, brokers: String? = nil) throws {
        let space = try TopicSpace("shop", brokers: brokers)
        self.space = space
        inputs = try ShopTopic.allCases.flatMap { try space.createTopic("\($0)", partitions: Self.partitions) }
        records = Self.records(count)
        rejections = records.compactMap { if case .rejected(let code) = $0.expectation { "\(code.name)" } else { nil } }.sorted()
    }

    /// Writes the records, in the order of arrival.
    func write() throws { try space.write(records.map { RawRecord(topic: "\($0.topic)", key: $0.key, value: $0.value) }) }

    /// Events of the last hour: a year ahead of them is the future for the daemon's clock, too.
    private static func records(_ count: Int) -> [ShopRecord] {
        var settings = ShopSettings()
        settings.users = 100
        settings.items = 200
        settings.start = EventTime(milliseconds: Int64(Date.now.timeIntervalSince1970 * 1000) - 3_600_000)
        var shop = SimulatedShop(settings: settings)
        return (0..<count).map { _ in shop.next() }
    }

    /// Expects of a daemon that was struck the records and the state of one that reads the same log in peace. `state` is the folder of its state.
    func expectSame(_ struck: TestDaemon, _ name: String, state: String? = nil) throws {
        let calm = try daemon("calm", conflates: false)
        try calm.runToEnd("calm")
        for output in ["recommendations", "similar-items", "dead-letters"] {
            let count = try struck.expectSamePublished(output, as: calm)
            #expect(count > 0, "\(output)")
        }
        #expect(try struck.published("dead-letters").map { $0.error ?? "none" }.sorted() == rejections)
        let (expected, found) = (try calm.digests(), try struck.digests(state: state))
        #expect(found == expected)
    }

    /// A daemon that reads this log, with small batches and checkpoints often, so that every step comes soon. `kafka` are further entries of that
    /// part of the configuration.
    func daemon(_ name: String, conflates: Bool, batchEventsMax: Int = 100, kafka: String? = nil) throws -> TestDaemon {
        let events = [
            "{name: \(space.topic("clicks")), type: click}", "{name: \(space.topic("carts")), type: cart}",
            "{name: \(space.topic("purchases")), type: purchase}", "{name: \(space.topic("others"))}",
        ]
        let settings = """
            state: {checkpoint_events_max: 500}
            batch: {events_max: \(batchEventsMax)}
            events: {tick: off, max_record_bytes: 16KiB}
            publish: {conflate: \(conflates)}
            """
        return try TestDaemon(name, in: space, reading: inputs, events: events, settings: settings, kafka: kafka)
    }

    func delete() { space.delete() }
}
