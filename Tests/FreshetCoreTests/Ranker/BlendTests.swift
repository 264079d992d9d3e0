import FreshetKernels
import Testing

@testable import FreshetCore

/// Lists and their reasons against a blend that sorts everything at each step.
@Suite struct BlendTests {
    private struct Part {
        var signal: Int
        var value: Double
        var because: String?
    }

    private struct SlowItem {
        var number: UInt32
        var score: Double
        var parts: [Part]
    }

    private func slowList(_ engine: Engine, _ query: Query, limit: Int) -> [SlowItem] {
        func id(_ number: UInt32) -> String { engine.items.ids[number].text }
        let bought = Set(query.history.indices.map { query.history[$0] }.filter(\.isBought).map { id($0.item) })
        var totals: [String: SlowItem] = [:]
        for (number, signal) in engine.signals.all.enumerated() where signal.blend > 0 {
            let proposals = SignalBench.proposals(of: signal, query, engine.items).filter { !bought.contains($0.key) }
            let best = proposals.sorted { left, right in
                if left.value.score != right.value.score { return left.value.score > right.value.score }
                return left.key.utf8.lexicographicallyPrecedes(right.key.utf8)
            }
            for (place, proposal) in best.prefix(100).enumerated() {
                // Shares are thousandths, places hundredths: whole numbers of 10⁻⁵, whose sums have no rounding.
                let value = Double(Int(signal.blend) * (100 - place)) / 100_000
                guard let item = engine.item(proposal.key) else { continue }
                var held = totals[proposal.key] ?? SlowItem(number: item, score: 0, parts: [])
                held.score = ((held.score + value) * 100_000).rounded() / 100_000
                held.parts.append(Part(signal: number, value: value, because: proposal.value.because))
                totals[proposal.key] = held
            }
        }
        return Array(
            totals.values.sorted { left, right in
                if left.score != right.score { return left.score > right.score }
                return id(left.number).utf8.lexicographicallyPrecedes(id(right.number).utf8)
            }.prefix(limit))
    }

    private func shops(
        items: Int, acts: Int, window: Int64 = smallSettings().itemSimilarity.window, _ body: (_ seed: UInt64, _ engine: Engine) -> Void
    ) {
        for seed in UInt64(0)..<20 {
            var log = RandomLog()
            log.items = items
            var settings = smallSettings()
            settings.popularity.leadersMax = 150
            settings.itemSimilarity.window = window
            let (publication, _) = ItemSimilarityTests.run(log.acts(acts, seed: seed), settings)
            describe(items, publication.engine)
            body(seed, publication.engine)
        }
    }

    /// Lets the catalogue say something of each item, and a user search for it, so that content and keywords have their say.
    private func describe(_ items: Int, _ engine: Engine) {
        for number in 0..<items {
            var record = CatalogueRecord()
            record.title = "t\(number % 3) \(number % 7 == 0 ? "sencha" : "cups") n\(number)"
            _ = "i\(number)".withView { engine.applyCatalogue($0, record) }
        }
        engine.finishCatalogue()
        let maker = EventMaker()
        _ = engine.apply(maker.event(.search, "u0", at: engine.now.milliseconds + 1, id: "last", query: "sencha T1"))
    }

    @Test func aListIsTheBestOfAllSignalsPartsSummedUp() {
        var places = 0
        shops(items: 30, acts: 250) { seed, engine in
            let list = RecommendedList()
            for user in profiles(engine) {
                var query = slowQuery(engine, user)
                defer { query.seeds.free() }
                for limit in [1, 7, 50] {
                    let expected = slowList(engine, query, limit: limit)
                    engine.recommend(user: user, limit: limit, into: list)
                    #expect((0..<list.count).map { list[$0].number } == expected.map(\.number), "seed \(seed), user \(user), limit \(limit)")
                    for (place, item) in expected.enumerated() where place < list.count { #expect(isClose(list[place].score, item.score)) }
                    places += expected.count
                }
            }
        }
        #expect(places > 2000)
    }

    @Test func ofOneSignalOnlyItsBestHundredCount() {
        // Nothing leaves the window, and with it the board.
        shops(items: 140, acts: 600, window: 1 << 40) { seed, engine in
            let list = RecommendedList()
            let query = Query(seeds: FlatList(), history: FlatList(), session: nil, now: engine.now, windowEnd: engine.windowEnd)
            let expected = slowList(engine, query, limit: 1000)
            engine.recommend(user: nil, limit: 1000, into: list)
            #expect((0..<list.count).map { list[$0].number } == expected.map(\.number), "seed \(seed)")
            #expect(engine.signals.popularity.leaders.count > 100 && list.count <= 200)
        }
    }

    @Test func everyPartOfAScoreIsAReasonWithItsShare() {
        var seen: Set<UInt8> = []
        shops(items: 30, acts: 250) { seed, engine in
            let list = RecommendedList()
            for user in profiles(engine) {
                var query = slowQuery(engine, user)
                defer { query.seeds.free() }
                let expected = slowList(engine, query, limit: 10)
                engine.recommend(user: user, limit: 10, into: list)
                for (place, item) in expected.enumerated() where place < list.count {
                    let reasons = list.reasons(of: list[place])
                    #expect(Set(reasons.map(\.signal)) == Set(item.parts.map { UInt8($0.signal) }), "seed \(seed)")
                    for reason in reasons {
                        guard let part = item.parts.first(where: { $0.signal == Int(reason.signal) }) else { continue }
                        // Shares are rounded down; what is left over went to the largest.
                        #expect(abs(Double(reason.share) - part.value / item.score * 10_000) <= Double(reasons.count))
                        #expect(reason.item.map { engine.items.ids[$0].text } == part.because)
                        seen.insert(reason.signal)
                    }
                    #expect(reasons.reduce(0) { $0 + $1.share } == 10_000)
                    #expect(zip(reasons, reasons.dropFirst()).allSatisfy { $0.share >= $1.share })
                }
            }
        }
        let forTheCold: Set = [SegmentPopularity.name.description, CategoryPopularity.name.description]
        let expected = (0..<UInt8(Signals.names.count)).filter { !forTheCold.contains(Signals.names[Int($0)].description) }
        #expect(seen == Set(expected), "every signal gives a reason somewhere")
    }

    @Test func aSignalWithoutAShareOfTheBlendGivesNoReason() {
        var settings = smallSettings()
        settings.itemSimilarity.blend = 0
        settings.next.enabled = false
        settings.popularity.trendingBlend = 0
        let (publication, _) = ItemSimilarityTests.run(RandomLog().acts(250, seed: 3), settings)
        let list = RecommendedList()
        var names: Set<String> = []
        for user in profiles(publication.engine) {
            publication.engine.recommend(user: user, limit: 20, into: list)
            for place in 0..<list.count {
                for reason in list.reasons(of: list[place]) { names.insert(RecommendedList.signalNames[Int(reason.signal)].description) }
            }
        }
        #expect(names == ["typed_links", "revisit", "popularity"])
    }

    @Test func aListThatIsReusedHoldsNothingOfTheLastOne() {
        let (publication, _) = ItemSimilarityTests.run(RandomLog().acts(250, seed: 3), smallSettings())
        let engine = publication.engine
        let reused = RecommendedList()
        for user in profiles(engine) {
            engine.recommend(user: user, limit: 20, into: reused)
            engine.recommend(user: nil, limit: 3, into: reused)
            let fresh = RecommendedList()
            engine.recommend(user: nil, limit: 3, into: fresh)
            #expect(reused.rung == fresh.rung && reused.count == fresh.count)
            #expect((0..<fresh.count).allSatisfy { reused[$0].number == fresh[$0].number && reused[$0].score == fresh[$0].score })
            #expect(reused.fingerprint(engine.items.ids) == fresh.fingerprint(engine.items.ids))
        }
    }

    @Test func listsOfOtherItemsOrAnotherOrderHaveAnotherFingerprint() {
        let maker = EventMaker()
        let ids = IDTable()
        for name in ["a", "b", "c"] { _ = ids.intern(maker.view(name)) }
        func fingerprint(_ numbers: [UInt32]) -> UInt64 {
            let list = RecommendedList()
            for number in numbers { list.items.append(RecommendedList.Item(number: number, score: 1, reasonsStart: 0, reasonsEnd: 0)) }
            return list.fingerprint(ids)
        }
        let all: [[UInt32]] = [[], [0], [1], [2], [0, 1], [1, 0], [0, 1, 2], [0, 2, 1], [2, 1, 0], [0, 0]]
        #expect(Set(all.map(fingerprint)).count == all.count)
        #expect(fingerprint([2, 0]) == fingerprint([2, 0]))
    }
}
