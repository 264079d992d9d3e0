import FreshetCore
import FreshetKafka
import Foundation
import Testing

/// An output that the broker refuses for its size stops nothing else. Run with `KAFKA_BOOTSTRAP=host:port`.
@Suite(.enabled(if: TopicSpace.bootstrap != nil, "KAFKA_BOOTSTRAP names no broker"), .serialized)
struct RefusedOutputTests {
    private static let listBytesMax = 1500

    /// Lists grow with the shop: one daemon may publish all of them, the other's topic takes the short ones only.
    @Test("FAULTS 22: an output that is too large becomes a dead letter by reference, and stops nothing") func onlyTheListsThatAreTooLargeAreMissing()
        throws
    {
        let space = try TopicSpace("refused")
        defer { space.delete() }
        let inputs = try space.createTopic("events", partitions: 1)
        try space.write(Self.clicks(200))
        let whole = try daemon("whole", space, inputs)
        try whole.runToEnd("whole")
        try space.createTopic("tight-recommendations", partitions: 1, settings: ["max.message.bytes": String(Self.listBytesMax)])
        let tight = try daemon("tight", space, inputs)
        let ended = try tight.runToEnd("tight")

        let lists = try whole.published("recommendations")
        let arrived = try tight.published("recommendations")
        let letters = try tight.published("dead-letters")
        #expect(arrived.count > 5 && letters.count > 100)
        #expect(arrived.count + letters.count == lists.count)
        // Kafka's own framing comes to the list.
        #expect(arrived == lists.filter { ($0.value?.count ?? 0) + ($0.key?.count ?? 0) + 100 <= Self.listBytesMax })
        #expect(letters.allSatisfy { $0.error == "output_too_large" && $0.value == nil && $0.key != nil })
        #expect(letters.allSatisfy { $0.header("freshet.detail")?.contains(tight.topic("recommendations")) == true })

        let line = try ended.lastLine("figures")
        #expect(try Figures(line) == Figures(applied: 200, late: 0, deadLetters: 0, duplicates: 0, ignored: 0))
        #expect(line["outputs_refused"]?.integer == Int64(letters.count))
        let warning = try #require(ended.logged.split(separator: "\n").first { $0.contains("too large") })
        #expect(warning.contains(tight.topic("recommendations")) && warning.contains("max.message.bytes"), "\(warning)")
        #expect(try whole.digests() == tight.digests())
    }

    private func daemon(_ name: String, _ space: TopicSpace, _ inputs: [TopicPartition]) throws -> TestDaemon {
        let settings = """
            batch: {events_max: 50}
            events: {tick: off}
            publish: {conflate: false}
            """
        return try TestDaemon(name, in: space, reading: inputs, events: ["{name: \(space.topic("events")), type: click}"], settings: settings)
    }

    /// Ten users who look at more and more items.
    private static func clicks(_ count: Int) -> [RawRecord] {
        let start = Int64(Date.now.timeIntervalSince1970 * 1000) - 3_600_000
        return (0..<count).map { number in
            let (user, item) = ("u\(number % 10)", "an item whose name is long \(number % (2 + number / 8))")
            let value = "{\"user_id\":\"\(user)\",\"item_id\":\"\(item)\",\"timestamp\":\(start + Int64(number) * 1000)}"
            return RawRecord(topic: "events", partition: 0, key: Array(user.utf8), value: Array(value.utf8))
        }
    }
}
