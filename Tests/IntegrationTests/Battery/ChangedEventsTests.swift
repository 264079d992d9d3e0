import FreshetCore
import FreshetKernels
import Foundation
import Testing

/// Events that repeat, come in another order, or from another version of the shop. Run with `KAFKA_BOOTSTRAP=host:port`.
@Suite(.enabled(if: TopicSpace.bootstrap != nil, "KAFKA_BOOTSTRAP names no broker"), .serialized)
struct ChangedEventsTests {
    private static let minute: Int64 = 60_000
    private static let day: Int64 = 86_400_000

    /// The horizon is a setting that the sample documents: 24 h of event time by default.
    @Test("FAULTS 14: a duplicate minutes or hours later has no second effect, through a kill; beyond the horizon it counts again")
    func duplicatesHaveNoSecondEffectWithinTheHorizon() throws {
        let topic = try EventTopic("twice")
        defer { topic.delete() }
        let daemon = try topic.daemon("twice")
        let start = EventTopic.now - 3 * Self.day
        func events(_ minutes: Int64) -> [RawRecord] {
            (0..<100).map {
                .event("u\($0)", "i\($0 % 10)", at: start + minutes * Self.minute + Int64($0), partition: 0, more: ",\"event_id\":\"e\($0)\"")
            }
        }
        try topic.write(events(0) + events(5))
        try daemon.runToEnd("first")
        let digests = try daemon.inspect(["state"])["digests"]
        try topic.write(events(23 * 60))
        let killed = try daemon.start("killed", killedAt: "committed:1")
        #expect(killed.waitForEnd() == -SIGKILL)
        let second = try daemon.runToEnd("second")
        #expect(try Figures(second.lastLine("figures")).applied == 0)
        let counted = try daemon.inspect(["state"])["digests"]
        for table in ["items", "pairs", "next"] { #expect(counted?[table] == digests?[table], "\(table)") }
        let lists = try daemon.published("recommendations").count
        #expect(lists == 100)
        // The watermark stays a minute behind: 24 h later all ids but the last are forgotten.
        try topic.write(events(24 * 60 + 2))
        let third = try daemon.runToEnd("third")
        #expect(try Figures(third.lastLine("figures")).applied == 100)
        #expect(try daemon.published("recommendations").count == lists + 100)
    }

    @Test("FAULTS 17: events minutes and days out of order make the counts of sorted ones; those beyond the window are late")
    func countsDoNotDependOnTheOrderOfArrival() throws {
        let topic = try EventTopic("order")
        defer { topic.delete() }
        let sortedTopic = try EventTopic("sorted")
        defer { sortedTopic.delete() }
        let start = EventTopic.now - 21 * Self.day
        let types: [EventType] = [.click, .click, .cart, .purchase]
        let events = (0..<4000).map { number in
            RawRecord.event(
                "u\(number * 7 % 150)", "i\(number * 13 % 60)", type: types[number % 4], at: start + Int64(number) * 20 * Self.day / 4000,
                partition: 0)
        }
        var generator = SplitMix64(seed: 17)
        let (arrived, ordered) = (try topic.daemon("order"), try sortedTopic.daemon("sorted"))
        try topic.write(events.shuffled(using: &generator))
        try sortedTopic.write(events)
        let ended = try arrived.runToEnd("order")
        try ordered.runToEnd("sorted")
        #expect(try Figures(ended.lastLine("figures")).late == 0)
        let (found, expected) = (try arrived.inspect(["state"])["digests"], try ordered.inspect(["state"])["digests"])
        for table in ["items", "pairs"] { #expect(found?[table] != nil && found?[table] == expected?[table], "\(table)") }

        try topic.write((0..<50).map { .event("u\($0)", "i\($0)", at: start - 12 * Self.day + Int64($0), partition: 0) })
        let late = try arrived.runToEnd("late")
        #expect(try Figures(late.lastLine("figures")) == Figures(applied: 50, late: 50, deadLetters: 0, duplicates: 0, ignored: 0))
        let after = try arrived.inspect(["state"])["digests"]
        for table in ["items", "pairs"] { #expect(after?[table] == expected?[table], "\(table)") }
    }

    @Test("FAULTS 27: an unknown field is ignored, breaks become dead letters, counted by reason")
    func schemaDriftIsIgnoredOrCountedByReason() throws {
        let topic = try EventTopic("drift")
        defer { topic.delete() }
        let start = EventTopic.anHourAgo
        let good = [
            ",\"channel\":\"app\"", ",\"meta\":{\"ab\":[1,{\"x\":null}],\"v\":2}", ",\"price\":null,\"quantity\":null,\"currency\":null",
            ",\"context\":{\"device\":\"tv\",\"new\":[]}", "",
        ]
        let broken: [(more: String, code: RejectionCode)] = [
            (",\"price\":\"19.90\"", .wrongType), (",\"quantity\":\"2\"", .wrongType), (",\"event_id\":7", .wrongType),
            (",\"price\":-1", .outOfRange),
        ]
        var records = good.enumerated().map { RawRecord.event("g\($0)", "i\($0)", at: start + Int64($0), partition: 0, more: $1) }
        records += broken.enumerated().map { RawRecord.event("b\($0)", "i\($0)", at: start + 100 + Int64($0), partition: 0, more: $1.more) }
        let newType = "{\"user_id\":\"b9\",\"item_id\":\"i\",\"type\":\"wishlist\",\"timestamp\":\(start)}"
        records.append(RawRecord(topic: "events", partition: 0, key: Array("b9".utf8), value: Array(newType.utf8)))
        try topic.write(records)
        let daemon = try topic.daemon("drift")
        let figures = try daemon.runToEnd("drift").lastLine("figures")
        #expect(try Figures(figures) == Figures(applied: good.count, late: 0, deadLetters: broken.count + 1, duplicates: 0, ignored: 0))
        let reasons = Dictionary(grouping: broken.map(\.code) + [.unknownType], by: { "dead_letters_\($0.name)" })
        for (reason, codes) in reasons { #expect(figures[reason]?.integer == Int64(codes.count), "\(reason)") }
        #expect(try daemon.published("dead-letters").compactMap(\.error).sorted() == (broken.map { "\($0.code.name)" } + ["unknown_type"]).sorted())
        #expect(Set(try daemon.published("recommendations").map(\.key)) == Set(good.indices.map { Array("g\($0)".utf8) }))
    }
}
