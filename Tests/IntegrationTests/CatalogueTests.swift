import FreshetCore
import FreshetKafka
import Foundation
import Testing

/// A catalogue and rules on real, compacted topics. Run with `KAFKA_BOOTSTRAP=host:port`.
@Suite(.enabled(if: TopicSpace.bootstrap != nil, "KAFKA_BOOTSTRAP names no broker"), .serialized)
struct CatalogueTests {
    private static let items = 40

    /// The topics of a shop, and a daemon that reads them.
    private struct Shop {
        let topic: EventTopic
        let daemon: TestDaemon
        private let settings: String

        init(settings: String = EventTopic.standard.replacingOccurrences(of: "false", with: "true")) throws {
            topic = try EventTopic("catalogue", partitions: 2)
            // Compaction comes as soon as it can.
            let compaction = [
                "cleanup.policy": "compact", "segment.ms": "100", "min.cleanable.dirty.ratio": "0.001", "delete.retention.ms": "0",
                "min.compaction.lag.ms": "0",
            ]
            for name in ["catalogue", "rules"] { try topic.space.createTopic(name, partitions: 1, settings: compaction) }
            let lines = "  catalogue: \(topic.space.topic("catalogue"))\n  rules: \(topic.space.topic("rules"))\n"
            self.settings = lines + settings
            daemon = try topic.daemon("shop", settings: self.settings)
        }

        /// Another daemon, which has read nothing yet.
        func anotherDaemon() throws -> TestDaemon { try topic.daemon("other", settings: settings) }

        func say(_ topic: String, _ records: [(key: String, value: String?)]) throws {
            try self.topic.write(
                records.map { RawRecord(topic: topic, key: Array($0.key.utf8), value: $0.value.map { Array($0.utf8) }) })
        }

        func item(_ number: Int, isAvailable: Bool = true) -> (key: String, value: String?) {
            ("i\(number)", "{\"title\":\"No. \(number)\",\"category\":\"c\(number % 4)\",\"available\":\(isAvailable)}")
        }

        /// The items of each user's last list.
        func lists() throws -> [String: [String]] {
            var lists: [String: [String]] = [:]
            for record in try daemon.published("recommendations") {
                let value = try record.value.map { try JSONValue(String(decoding: $0, as: UTF8.self)) }
                let key = String(decoding: try #require(record.key), as: UTF8.self)
                lists[key] = try value.map { try #require($0["items"]?.elements).compactMap { $0["item_id"]?.string } }
            }
            return lists
        }
    }

    @Test("What may not be shown leaves every published list, through a kill and a compacted catalogue, without an event")
    func whatMayNotBeShownLeavesEveryList() throws {
        let shop = try Shop()
        defer { shop.topic.delete() }
        // Said again and again, so that there is something to compact.
        for version in 0..<20 { try shop.say("catalogue", (0..<Self.items).map { shop.item($0, isAvailable: version < 19 || $0 != 7) }) }
        try shop.say("rules", [("no-c1", "{\"type\":\"hide\",\"categories\":[\"c1\"]}"), ("odd", "{\"type\":\"sell\"}")])
        try shop.topic.writeClicks(0..<3_000)
        let first = try shop.daemon.start("first")
        try shop.daemon.waitUntilRead(by: first)
        let before = try shop.lists()
        #expect(before.count == 10 && before.values.allSatisfy { !$0.contains("i7") && !$0.contains("i1") && !$0.isEmpty })
        let popular = try #require(before.values.first?.first)
        let began = ContinuousClock.now
        try shop.say("catalogue", [shop.item(try #require(Int(popular.dropFirst())), isAvailable: false)])
        let isGone = try waitUntil { try shop.lists().values.allSatisfy { !$0.contains(popular) } }
        print("\(popular) left \(before.values.count { $0.contains(popular) }) lists within \(ContinuousClock.now - began)")
        #expect(isGone, "\(first.logged)")
        first.send(SIGKILL)
        _ = first.waitForEnd()
        // What the journal carries is enough, whatever compaction has left.
        let second = try shop.daemon.start("second")
        #expect(second.waitUntilReady() != nil, "\(second.logged)")
        try shop.topic.writeClicks(3_000..<3_200)
        try shop.daemon.waitUntilRead(by: second)
        second.send(SIGTERM)
        #expect(second.waitForEnd() == 0, "\(second.logged)")
        let after = try shop.lists()
        #expect(after.values.allSatisfy { !$0.contains(popular) && !$0.contains("i7") && !$0.contains("i1") })
        let shown = try shop.daemon.inspect(["item", popular])
        #expect(shown["not_shown"]?.string == "unavailable" && shown["catalogue"]?["available"] == .bool(false))
        #expect(try shop.daemon.published("dead-letters").map(\.error) == ["unknown_type"])
    }

    @Test("An item that cannot be sold leaves the lists of a large shop within ten seconds")
    func anItemLeavesALargeShop() throws {
        let users = Nightly.isOn ? 100_000 : 5_000
        let shop = try Shop(settings: "events: {tick: off}\n")
        defer { shop.topic.delete() }
        try shop.say("catalogue", (0..<Self.items).map { shop.item($0) })
        for round in 0..<2 {
            for start in stride(from: 0, to: users, by: 10_000) {
                try shop.topic.write(
                    (start..<min(users, start + 10_000)).map { user in
                        let item = round == 0 ? user % 37 : user / 37 % 37
                        return .event("u\(user)", "i\(item)", at: EventTopic.anHourAgo + Int64(round), partition: Int32(user % 2))
                    })
            }
        }
        let run = try shop.daemon.start("first")
        #expect(run.waitUntilReady() != nil, "\(run.logged)")
        try shop.daemon.waitUntilRead(by: run, within: .seconds(300))
        let lists = try shop.lists()
        var holders: [String: Int] = [:]
        for item in lists.values.joined() { holders[item, default: 0] += 1 }
        let popular = try #require(holders.max { ($0.value, $0.key) < ($1.value, $1.key) })
        #expect(lists.count == users && popular.value > users / 10)
        let began = ContinuousClock.now
        try shop.say("catalogue", [shop.item(try #require(Int(popular.key.dropFirst())), isAvailable: false)])
        // Nothing else is published: it is done when the topic grows no more.
        let output = shop.daemon.topic("recommendations")
        let before = try shop.topic.space.end(of: output)
        var (end, done) = (before, began)
        _ = try waitUntil {
            let now = try shop.topic.space.end(of: output)
            if now != end { (end, done) = (now, ContinuousClock.now) }
            return end > before && ContinuousClock.now - done > .seconds(3)
        }
        let after = try shop.lists()
        print("\(popular.key) left \(popular.value) lists of \(users) within \(done - began)")
        #expect(after.count == users && after.values.allSatisfy { !$0.contains(popular.key) })
        #expect(done - began <= .seconds(10))
        run.send(SIGTERM)
        #expect(run.waitForEnd() == 0, "\(run.logged)")
    }

    @Test("An empty catalogue, and a great many tombstones, are read in bounded time")
    func tombstonesAreReadInBoundedTime() throws {
        let shop = try Shop()
        defer { shop.topic.delete() }
        try shop.topic.writeClicks(0..<100)
        try shop.daemon.runToEnd("empty")
        #expect(try shop.lists().values.allSatisfy { !$0.isEmpty })
        let count = Nightly.isOn ? 10_000_000 : 50_000
        for start in stride(from: 0, to: count, by: 50_000) { try shop.say("catalogue", (start..<start + 50_000).map { ("gone-\($0)", nil) }) }
        try shop.topic.writeClicks(100..<200)
        for (name, daemon) in [("known", shop.daemon), ("new", try shop.anotherDaemon())] {
            let began = ContinuousClock.now
            let run = try daemon.start("tombstones-\(name)")
            #expect(run.waitUntilReady(within: .seconds(300)) != nil, "\(run.logged)")
            try daemon.waitUntilRead(by: run, within: .seconds(300))
            print("\(count) tombstones: read by a \(name) state after \(ContinuousClock.now - began), peak \(try run.peakMemory() >> 20) MiB")
            run.send(SIGTERM)
            #expect(run.waitForEnd() == 0, "\(run.logged)")
        }
    }
}
