import FreshetCore
import FreshetKafka
import FreshetLab
import Foundation

/// A simulated shop's records on a real broker, in topics of their own.
struct ShopLog {
    private static let partitions = 2

    let space: TopicSpace
    /// The reasons that the dead letters must state, sorted.
    let rejections: [String]
    private let records: [ShopRecord]
    private let inputs: [TopicPartition]

    /// Makes the topics; `count` records are made, and written by `write`.
    init(records count: Int) throws {
        let space = try TopicSpace("shop")
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

    /// A daemon that reads this log, with small batches and checkpoints often, so that every step comes soon.
    func daemon(_ name: String, conflates: Bool) throws -> TestDaemon {
        let events = [
            "{name: \(space.topic("clicks")), type: click}", "{name: \(space.topic("carts")), type: cart}",
            "{name: \(space.topic("purchases")), type: purchase}", "{name: \(space.topic("others"))}",
        ]
        let settings = """
            state: {checkpoint_events_max: 500}
            batch: {events_max: 100}
            events: {tick: off, max_record_bytes: 16KiB}
            publish: {conflate: \(conflates)}
            """
        return try TestDaemon(name, in: space, reading: inputs, events: events, settings: settings)
    }

    func delete() { space.delete() }
}
