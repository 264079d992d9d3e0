import FreshetKafka
import FreshetKernels
import FreshetRuntime
import Testing

@testable import FreshetCore

/// Catalogue and rules: read before the first event, carried by the journal from then on.
@Suite struct SideTopicTests {
    /// The items of the last list of each user.
    private func lists(_ shop: TestShop) -> [String: [String]] {
        var last: [String: [String]] = [:]
        for line in shop.written("recommendations") {
            let (user, value) = (String(line.prefix { $0 != " " }), line.drop { $0 != " " }.dropFirst())
            let list = try? JSONValue(String(value))
            last[user] = list?["items"]?.elements?.compactMap { $0["item_id"]?.string }
        }
        return last
    }

    /// Runs until all is committed, and kills before anything of it is saved.
    private func killUnsaved(_ shop: TestShop) {
        shop.adjust = { $0.checkpointEventsMax = 1_000_000 }
        var isKilled = false
        shop.observer.onStep = { step in
            isKilled = isKilled || step == .committed && shop.isDone
            return !isKilled
        }
        _ = try? shop.run() as [String]
        #expect(isKilled)
        shop.observer.onStep = { _ in true }
    }

    @Test func whatStandsThereIsReadBeforeTheFirstEvent() throws {
        let shop = TestShop()
        shop.fill(200)
        shop.fillSides()
        try shop.run()
        let lists = lists(shop)
        #expect(lists.count > 5 && lists.values.allSatisfy { !$0.contains("i4") } && lists.values.contains { !$0.isEmpty })
        let journal = shop.journal
        #expect(
            journal.prefix(2).allSatisfy { $0.loaded != nil && $0.taken.isEmpty && $0.sides.isEmpty }
                && !journal.dropFirst(2).contains { $0.loaded != nil })
        #expect(journal.prefix(2).flatMap(\.takenSides).map(\.range) == [0..<10, 0..<1])
        #expect(shop.committed[TopicPartition("catalogue", 0)]?.offset == 10)
        // A restart reads them no second time.
        try shop.run()
        #expect(shop.journal.filter { $0.loaded != nil }.count == 2)
    }

    @Test func aKillAtAnyStepLeavesNoTrace() throws {
        func filled() -> TestShop {
            let shop = TestShop()
            shop.fill(200)
            shop.fillSides()
            return shop
        }
        let calm = filled()
        let digests = try calm.run()
        for step in DaemonStep.allCases {
            for count in [1, 2, 5] {
                let shop = filled()
                _ = try shop.run(killAt: step, count)
                _ = try shop.run(killAt: .caughtUpBatch, 2)
                #expect(try shop.run() == digests, "\(step) \(count)")
                #expect(shop.effects == calm.effects, "\(step) \(count)")
            }
        }
    }

    /// A topic that comes later is first read onto a state with events; compaction removes what was replaced, wherever the kill falls.
    @Test func aKillInALaterFirstReadingLeavesNoForbiddenItem() throws {
        for step in DaemonStep.allCases {
            for count in [1, 2, 3] {
                let shop = TestShop()
                shop.conflate = true
                shop.fill(120)
                try shop.run()
                shop.fillSides()
                shop.say("catalogue", "i5", "{\"available\":false}")
                _ = try shop.run(killAt: step, count)
                // The first record of i5 is replaced by the last one.
                shop.cluster.drop(TopicPartition("catalogue", 0), before: 6)
                for item in 0..<6 where item != 5 { shop.say("catalogue", "i\(item)", "{\"category\":\"c\",\"available\":\(item != 4)}") }
                try shop.settle()
                #expect(lists(shop).values.allSatisfy { !$0.contains("i4") && !$0.contains("i5") }, "\(step) \(count)")
            }
        }
    }

    @Test func whatIsSaidLaterTheJournalCarries() throws {
        let shop = TestShop()
        shop.fill(100)
        shop.fillSides()
        try shop.run()
        shop.say("catalogue", "i5", "{\"available\":false}")
        shop.say("catalogue", "i6", nil)
        shop.say("rules", "few", nil)
        shop.fill(20, seed: 2, from: 400_000)
        // The batch that takes them is committed and not saved; compaction then removes what was said.
        killUnsaved(shop)
        shop.cluster.drop(TopicPartition("catalogue", 0), before: 12)
        shop.cluster.drop(TopicPartition("rules", 0), before: 2)
        let said = shop.journal.flatMap(\.sides)
        #expect(said.map { String(decoding: $0.key, as: UTF8.self) } == ["i5", "i6", "few"] && said.map { $0.value == nil } == [false, true, true])
        let before = shop.effects
        let engine = try shop.settle().engine
        #expect(shop.effects == before)
        #expect(engine.bar("i5") == .unavailable && engine.bar("i6") == .unlisted && engine.ruleBook.names.count == 0)
    }

    @Test func whatMayNotBeShownAnyMoreIsTakenOutOfEveryListWithoutAnEvent() throws {
        let shop = TestShop()
        shop.conflate = true
        shop.fill(200)
        shop.fillSides()
        try shop.run()
        let popular = Dictionary(lists(shop).values.joined().map { ($0, 1) }, uniquingKeysWith: +).max { ($0.value, $0.key) < ($1.value, $1.key) }
        guard let popular, popular.value > 2 else {
            Issue.record("no item stands in several lists")
            return
        }
        shop.say("catalogue", popular.key, "{\"available\":false}")
        try shop.settle()
        #expect(lists(shop).values.allSatisfy { !$0.contains(popular.key) })
        let retracted = shop.written("recommendations").filter { $0.contains("\"cause\":\"retraction\"") }
        #expect(retracted.count == popular.value && retracted.allSatisfy { $0.contains("\"rule\":\"unavailable\",\"effect\":\"removed\"") })
    }

    @Test func whatIsNotAcceptableBecomesADeadLetterWhereverItStands() throws {
        let shop = TestShop()
        shop.fillSides()
        shop.say("catalogue", "broken", "{\"price\":\"free\"}")
        shop.say("rules", nil, "{\"type\":\"hide\",\"items\":[\"i1\"]}")
        shop.append("clicks", user: "u", item: "i1", at: 0)
        try shop.run()
        shop.say("catalogue", "large", "{\"title\":\"\(String(repeating: "x", count: 300_000))\"}")
        shop.say("rules", "odd", "{\"type\":\"sell\"}")
        shop.append("clicks", user: "u", item: "i1", at: 1)
        try shop.run()
        #expect(shop.errors().sorted() == ["malformed", "record_too_large", "unknown_type", "wrong_type"])
        #expect(shop.journal.flatMap { $0.sides }.isEmpty)
        #expect(try shop.run().count == DigestTable.allCases.count)
    }

    @Test func aRebuildReadsWhatTheJournalDoesNotCarry() throws {
        for cut in [0, 3] {
            let shop = TestShop()
            shop.fill(120)
            shop.fillSides()
            try shop.run()
            shop.say("catalogue", "i5", "{\"available\":false}")
            shop.fill(20, seed: 2, from: 400_000)
            let digests = try shop.run()
            shop.store = MemoryStore()
            // Behind the last commit.
            shop.say("catalogue", "i6", "{\"category\":\"c0\",\"brand\":\"other\"}")
            if cut > 0 {
                shop.cluster.drop(TopicPartition("freshet.journal", 0), before: shop.cluster.end(of: TopicPartition("freshet.journal", 0)) - 2)
            }
            shop.adjust = { $0.isRebuild = true }
            let rebuilt = try shop.run()
            // Of a part of the journal only a part of the state is made, the catalogue all the same.
            func table(_ name: String, _ digests: [String]) -> String? { digests.first { $0.hasPrefix(name + " ") } }
            func isSame(_ name: String) -> Bool { table(name, rebuilt) == table(name, digests) }
            #expect(cut > 0 || ["users", "items", "pairs", "next", "popularity", "dedup", "engine"].allSatisfy(isSame))
            #expect(!isSame("catalogue") && isSame("rules"), "\(cut)")
            shop.adjust = { _ in }
            let engine = try shop.settle().engine
            #expect(engine.bar("i5") == .unavailable, "\(cut)")
            #expect(engine.catalogue.count == 10)
        }
    }

    @Test func aRebuildGoesOnWithoutAnotherFirstReading() throws {
        let shop = TestShop()
        shop.conflate = true
        shop.fill(120)
        shop.fillSides()
        try shop.run()
        shop.store = MemoryStore()
        shop.say("catalogue", "i5", "{\"available\":false}")
        shop.adjust = { $0.isRebuild = true }
        try shop.settle()
        #expect(shop.journal.filter { $0.loaded != nil }.count == 2 && shop.journal.flatMap(\.sides).map(\.key) == [Array("i5".utf8)])
        #expect(lists(shop).values.allSatisfy { !$0.contains("i5") })
    }

    /// A reader stands behind the marker at a log's end as soon as it has read that far.
    @Test func aMarkerBehindTheEventsIsNotLostInAFirstReading() throws {
        let shop = TestShop()
        shop.fill(60)
        try shop.transact(isCommitted: true)
        killUnsaved(shop)
        shop.fillSides()
        try shop.run()
        shop.fill(40, seed: 3, from: 600_000)
        let digests = try shop.run()
        var ends: [TopicPartition: Int64] = [:]
        for taken in shop.journal.flatMap(\.taken) {
            #expect(taken.range.lowerBound == ends[taken.partition] ?? 0)
            ends[taken.partition] = taken.range.upperBound
        }
        shop.store = MemoryStore()
        shop.adjust = { $0.isRebuild = true }
        #expect(try shop.run() == digests)
    }

    @Test func aStopBehindAWholeFirstReadingLeavesNothingToReadAgain() throws {
        let shop = TestShop()
        shop.fillSides()
        // Both are read, and nothing is saved.
        _ = try shop.run(killAt: .committed, 2)
        try shop.daemon { true }.0.run()
        #expect(try shop.store.loadBoundary()?.batch == 2)
    }

    /// What came before, or late, is forgotten; what comes later is a new profile.
    @Test func whoeverIsForgottenStaysSoThroughKillsAndARebuild() throws {
        let victim = "victim-7f3a"
        func shopBefore() throws -> TestShop {
            let shop = TestShop()
            shop.fill(100)
            shop.append("clicks", user: victim, item: "i1", at: 1_000)
            shop.append("carts", user: victim, item: "i2", at: 2_000)
            shop.sides = [.erasures: "erasures"]
            try shop.run()
            shop.forget("u3", until: 200_000)
            shop.forget(victim, until: 900_000)
            shop.fill(40, seed: 2, from: 400_000)
            shop.append("clicks", user: victim, item: "i3", at: 3_000)
            return shop
        }
        let calm = try shopBefore()
        let digests = try calm.run()
        #expect(calm.written("erasure-receipts").count == 2 && calm.written("recommendations").contains("\(victim) null"))
        for step in DaemonStep.allCases {
            for count in [1, 2] {
                let shop = try shopBefore()
                _ = try shop.run(killAt: step, count)
                #expect(try shop.run() == digests, "\(step) \(count)")
                #expect(shop.effects == calm.effects, "\(step) \(count)")
            }
        }
        try calm.store.loadRows { table, number, row in
            #expect(!String(decoding: row, as: UTF8.self).contains(victim), "\(table) \(number)")
        }
        let carried = calm.journal.flatMap(\.sides)
        #expect(carried.count == 2 && carried.allSatisfy { $0.topic == .erasures && $0.key.count == 41 })
        calm.store = MemoryStore()
        calm.adjust = { $0.isRebuild = true }
        #expect(try calm.run() == digests)
    }

    @Test func aTopicMayComeLaterGoAndBeMadeAnew() throws {
        let shop = TestShop()
        shop.fill(60)
        try shop.run()
        let lists = shop.written("recommendations").count
        shop.fillSides()
        try shop.settle()
        #expect(shop.journal.filter { $0.loaded != nil }.count == 2)
        // Lists that were made without are made anew.
        let again = shop.written("recommendations").filter { $0.contains("\"cause\":\"retraction\"") }
        #expect(shop.written("recommendations").count > lists && !again.isEmpty && again.allSatisfy { !$0.contains("{\"item_id\":\"i4\"") })
        shop.cluster.deleteTopic("catalogue")
        shop.cluster.createTopic(TopicSpecification(name: "catalogue", partitions: 1))
        shop.say("catalogue", "i4", "{}")
        #expect(try shop.settle().engine.bar("i4") == Bar.none)
        shop.sides = [:]
        shop.fill(10, seed: 4, from: 500_000)
        #expect(throws: Never.self) { try shop.run() }
    }
}

extension Engine {
    /// Why an item is not shown; `nil` where it is not known.
    func bar(_ id: String) -> Bar? {
        var id = id
        return id.withUTF8 { items.ids.find(ByteView(UnsafeRawBufferPointer($0))) }.map { ruleBook.bar(of: $0) }
    }
}
