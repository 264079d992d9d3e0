import FreshetKernels
import Testing

@testable import FreshetCore

@Suite struct BotTests {
    private static let hour: Int64 = 3_600_000

    /// Limits that the random logs' busiest users exceed, and an hour's parole; windows that end within the logs.
    static func tight(_ change: (inout EngineSettings) -> Void = { _ in }) -> EngineSettings {
        var settings = smallSettings()
        (settings.bots.eventsPerHourMax, settings.bots.itemsPerDayMax, settings.bots.equalGapsMax) = (9, 11, 4)
        settings.bots.parole = hour
        settings.itemSimilarity.window = 6 * hour
        settings.popularity.halfLife = hour
        settings.popularity.longHalfLife = 5 * hour
        settings.sessionGap = hour
        change(&settings)
        return settings
    }

    /// Only breadth tells: more than seven items that are new on a day.
    private func broad(_ change: (inout EngineSettings) -> Void = { _ in }) -> EngineSettings {
        BotTests.tight {
            ($0.bots.eventsPerHourMax, $0.bots.itemsPerDayMax, $0.bots.equalGapsMax) = (50, 7, 50)
            change(&$0)
        }
    }

    /// A random log over hours, so that hours end, bots come to rest, and windows do. Gaps are seldom of whole seconds, which would tell nothing.
    static func acts(_ count: Int, seed: UInt64, _ change: (inout RandomLog) -> Void = { _ in }) -> [Act] {
        var log = RandomLog()
        log.items = 14
        log.refusals = false
        change(&log)
        var random = SplitMix64(seed: seed ^ 3)
        var pause: Int64 = 0
        return log.acts(count, seed: seed).map { act in
            if random.next(below: 25) == 0 { pause += Int64(random.next(below: Int(2 * hour))) }
            var act = act
            act.time = act.time * 1003 + pause
            return act
        }
    }

    private func bots(_ engine: Engine) -> [String] { profiles(engine).filter { engine.users[$0].isBot }.map { engine.userID($0).text }.sorted() }

    @Test func countsAreTheSumOverTheLiveHistoriesOfShoppers() {
        var (judged, acquitted) = (0, 0)
        for seed in UInt64(0)..<150 {
            let maker = EventMaker()
            let publication = Publication(engine: Engine(settings: BotTests.tight()), settings: PublicationSettings())
            var before: [String] = []
            for (number, act) in BotTests.acts(200, seed: seed).enumerated() {
                publication.begin(nil)
                _ = publication.apply(act.made(by: maker), from: EventOrigin(topic: .empty, partition: 0, offset: 0))
                publication.finish()
                let bots = bots(publication.engine)
                judged += Set(bots).subtracting(before).count
                acquitted += Set(before).subtracting(bots).count
                before = bots
                guard number % 10 == 9 else { continue }
                #expect(publication.countsAreThoseOfShoppers(), "seed \(seed), event \(number)")
            }
        }
        #expect(judged > 300 && acquitted > 50)
    }

    @Test func whatLeavesByLimitsLeavesOnce() {
        let settings = BotTests.tight {
            $0.usersMax = 5
            $0.itemsMax = 10
            $0.itemSimilarity.historyMax = 6
        }
        for seed in UInt64(0)..<80 {
            let acts = BotTests.acts(300, seed: seed) { $0.users = 12 }
            let (publication, _) = ItemSimilarityTests.run(acts, settings)
            #expect(publication.countsAreThoseOfShoppers(), "seed \(seed)")
        }
    }

    @Test func whoIsABotIsNobodyForOthersFromThenOn() {
        for seed in UInt64(0)..<60 {
            var settings = BotTests.tight()
            settings.bots.parole = 1 << 40
            let acts = BotTests.acts(200, seed: seed) {
                $0.identities = false
                $0.duplicates = false
            }
            let (publication, outcomes) = ItemSimilarityTests.run(acts, settings)
            let bots = Set(bots(publication.engine))
            let (without, _) = ItemSimilarityTests.run(acts.filter { !bots.contains($0.user) }, settings)
            without.engine.advance(to: publication.engine.watermark)
            #expect(publication.pairsByID() == without.pairsByID(), "seed \(seed)")
            #expect(publication.itemCountsByID().mapValues(\.users) == without.itemCountsByID().mapValues(\.users), "seed \(seed)")
            let counted = BotReason.allCases.map { reason in
                Int64(outcomes.filter { $0 == .bot(reason, late: false) || $0 == .bot(reason, late: true) }.count)
            }
            #expect(publication.engine.botEvents.indices.map { publication.engine.botEvents[$0] } == counted)
        }
    }

    private func clicks(_ user: String, _ items: some Sequence<Int>, from start: Int64, every gap: Int64) -> [Act] {
        items.enumerated().map { Act(type: .click, user: user, item: "i\($1)", time: start + Int64($0) * gap, id: "\(user) \(start) \($0)") }
    }

    @Test func everyLimitHasItsReason() {
        let settings = BotTests.tight {
            ($0.bots.eventsPerHourMax, $0.bots.itemsPerDayMax, $0.bots.equalGapsMax) = (20, 30, 15)
        }
        var random = SplitMix64(seed: 1)
        func uneven(_ acts: [Act], by most: Int64) -> [Act] {
            acts.map { act in
                var act = act
                act.time += Int64(random.next(below: Int(most)))
                return act
            }
        }
        let start = 24 * 40 * BotTests.hour
        let fast = uneven(clicks("fast", repeatElement(0, count: 25), from: start, every: 60_000), by: 59_000)
        let broad = uneven(clicks("broad", 0..<35, from: start, every: 1_200_000), by: 1_100_000)
        let even = uneven(clicks("even", repeatElement(0, count: 20), from: start, every: 600_000), by: 20_000)
        let shopper = uneven(clicks("shopper", (0..<60).map { $0 % 8 }, from: start, every: 1_200_000), by: 1_100_000)
        let (publication, _) = ItemSimilarityTests.run((fast + broad + even + shopper).sorted { $0.time < $1.time }, settings)
        let engine = publication.engine
        func verdict(_ user: String) -> BotReason? { engine.user(user).flatMap { engine.users[$0].watch.verdict } }
        #expect(verdict("fast") == .rate && verdict("broad") == .breadth && verdict("even") == .regularity && verdict("shopper") == nil)
    }

    @Test func aBotStillGetsListsOfItsOwn() {
        let settings = broad()
        let others = (0..<4).flatMap { user in clicks("u\(user)", [0, 1, 2, 3], from: 100 * BotTests.hour, every: 1_000 + Int64(user) * 77) }
        let (publication, outcomes) = ItemSimilarityTests.run(others + clicks("bot", (0..<12), from: 101 * BotTests.hour, every: 1_234), settings)
        #expect(outcomes.last == .bot(.breadth, late: false))
        let list = RecommendedList()
        publication.engine.recommend(user: publication.engine.user("bot"), limit: 5, into: list)
        #expect(list.count > 0 && list.rung == .history)
        guard let bot = publication.engine.user("bot") else { return }
        #expect(publication.engine.users[bot].history.count == 7, "what nobody else has named is not taken up")
    }

    @Test func withoutConsentAKnownBotCountsNowhere() {
        let settings = broad()
        let bot = clicks("bot", 0..<12, from: 100 * BotTests.hour, every: 1_234)
        func popularity(_ user: String) -> Double {
            let act = Act(type: .click, user: user, item: "i1", time: 101 * BotTests.hour, id: "x", consent: false)
            let engine = ItemSimilarityTests.run(bot + [act], settings).0.engine
            return engine.item("i1").map { engine.signals.popularity.counts($0, at: engine.now).short } ?? -1
        }
        #expect(popularity("bot") == 0)
        #expect(abs(popularity("stranger") - 1) < 1e-3)
    }

    @Test func whoTurnsOutToBeABotTakesItsUserAlong() {
        let settings = broad()
        let identify = Act(type: .identify, user: "user", time: 102 * BotTests.hour, visitor: "visitor", id: "identify")
        for (first, second) in [("visitor", "user"), ("user", "visitor")] {
            let bot = clicks(first, 0..<12, from: 100 * BotTests.hour, every: 1_234)
            let shopper = clicks(second, [1, 2, 3], from: 101 * BotTests.hour, every: 7_777)
            let (publication, outcomes) = ItemSimilarityTests.run(bot + shopper + [identify], settings)
            #expect(outcomes.last == .bot(.breadth, late: false), "\(first)")
            #expect(publication.itemCountsByID().isEmpty && publication.pairsByID().isEmpty, "\(first)")
            #expect(publication.engine.signals.popularity.leaders.isEmpty, "\(first)")
        }
    }

    @Test func aBotThatCameToRestCountsAgain() {
        let settings = broad { $0.itemSimilarity.window = 60 * BotTests.hour }
        let acts = clicks("u", 0..<12, from: 100 * BotTests.hour, every: 1_234) + clicks("u", [3], from: 130 * BotTests.hour, every: 1)
        let (publication, outcomes) = ItemSimilarityTests.run(acts, settings)
        #expect(outcomes.last == .applied(late: false) && outcomes.dropLast().last == .bot(.breadth, late: false))
        #expect(publication.countsAreThoseOfShoppers() && publication.itemCountsByID().count == 7)
    }

    @Test func whereNobodyIsTakenForABotNobodyIs() {
        let settings = BotTests.tight { $0.bots.enabled = false }
        for seed in UInt64(0)..<20 {
            let (publication, outcomes) = ItemSimilarityTests.run(BotTests.acts(200, seed: seed), settings)
            #expect(bots(publication.engine).isEmpty && publication.countsAreThoseOfShoppers(), "seed \(seed)")
            #expect(!outcomes.contains { if case .bot = $0 { true } else { false } })
        }
    }

    @Test func aRestartAtAnyBoundaryChangesNothing() throws {
        var publishing = PublicationSettings()
        publishing.listLength = 5
        var botEvents: Int64 = 0
        for seed in UInt64(0)..<60 {
            publishing.conflate = seed.isMultiple(of: 2)
            let settings = BotTests.tight {
                ($0.usersMax, $0.itemsMax) = (8, 11)
                $0.itemSimilarity.historyMax = 6
                $0.itemSimilarity.pairsMax = 5
            }
            let (maker, store) = (EventMaker(), StateTests.Rows())
            let acts = BotTests.acts(300, seed: seed) { ($0.users, $0.refusals) = (11, true) }
            let whole = Publication(engine: Engine(settings: settings), settings: publishing)
            var cut = Publication(engine: Engine(settings: settings), settings: publishing)
            var random = SplitMix64(seed: seed)
            var at = 0
            while at < acts.count {
                let end = min(at + 1 + random.next(below: 20), acts.count)
                let expected = StateTests.batch(whole, acts[at..<end], maker)
                #expect(StateTests.batch(cut, acts[at..<end], maker) == expected, "seed \(seed), batch at \(at)")
                at = end
                guard random.next(below: 3) == 0 else { continue }
                let changes = StateChanges()
                cut.beginCheckpoint(into: changes)
                while !cut.encodeCheckpoint(rowsMax: 3) {}
                store.save(changes)
                cut = try store.restored(settings, publishing)
            }
            #expect(canonicalState(whole) == canonicalState(cut), "seed \(seed)")
            for reason in whole.engine.botEvents.indices { botEvents += whole.engine.botEvents[reason] }
        }
        #expect(botEvents > 400)
    }

    @Test func whatTellsBotsFromShoppersIsShownToWhoAsks() throws {
        let (publication, _) = ItemSimilarityTests.run(clicks("bot", 0..<12, from: 1_764_000_000_000, every: 1_234), broad())
        let bytes = ByteBuffer()
        #expect("bot".withView { publication.appendUser($0, into: bytes) })
        let watch = try #require(try JSONValue(bytes.view)["watch"])
        #expect(watch["events_in_hour"]?.integer == 12 && watch["new_items_on_day"]?.integer == 12 && watch["equal_gaps"]?.integer == 11)
        #expect(watch["bot"]?.string == "breadth" && watch["last_excess"]?.string == "2025-11-24T16:00:00.000Z")
        let counts = Dictionary(uniqueKeysWithValues: publication.counts.map { ("\($0.name)", $0.value) })
        #expect(counts["bots"] == 1 && counts["bot_events_breadth"] == 5 && counts["bot_events_rate"] == 0)
    }
}
