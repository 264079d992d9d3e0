import FreshetKernels
import Glibc
import Testing

@testable import FreshetCore

@Suite struct PopularityTests {
    private struct Shop {
        struct Look {
            var item: String
            var weight: Int32
            var time: Int64
        }

        var bench = SignalBench()
        var popularity: Popularity
        var looks: [Look] = []

        init(_ change: (inout EngineSettings.PopularitySettings) -> Void = { _ in }) {
            var settings = EngineSettings.PopularitySettings()
            settings.halfLife = 60_000
            settings.longHalfLife = 600_000
            settings.leadersMax = 6
            change(&settings)
            popularity = Popularity(settings: settings, items: bench.items)
        }

        mutating func look(_ name: String, _ weight: Int32 = 1, at time: Int64) {
            var share = HistoryShare.none
            (share.click, share.rating) = (EventTime(milliseconds: time), weight)
            change(name, from: .none, to: share, clickWeight: weight)
            looks.append(Look(item: name, weight: weight, time: time))
        }

        /// A user's share of an item changes.
        func change(_ name: String, from old: HistoryShare, to new: HistoryShare, clickWeight: Int32 = 1) {
            let change = ShareChange(old: old, new: new, weights: ActionWeights(click: clickWeight, cart: 3, purchase: 5))
            popularity.change(bench.item(name, admittedBy: popularity), change, segment: .empty, category: .empty)
        }

        mutating func walk(_ count: Int, seed: UInt64, items: Int) {
            var random = SplitMix64(seed: seed)
            for number in 0..<count {
                // Favourites change on the way, and some looks are late.
                let item = (random.next(below: items) + number / 100 * 3 + random.next(below: 2)) % items
                look("i\(item)", [1, 3, 5][random.next(below: 3)], at: Int64(1_000_000 + number * 1500 - random.next(below: 90_000)))
            }
        }

        /// The decayed sum over all looks of an item.
        func slowCount(_ name: String, at now: Int64, halfLife: Int64) -> Double {
            looks.filter { $0.item == name }.reduce(0) { $0 + Double($1.weight) * exp2(Double($1.time - now) / Double(halfLife)) }
        }

        var leaders: [String] { popularity.leaders.indices.map { bench.name(popularity.leaders[$0]) } }

        /// All items by falling short count, ties by id.
        var ranking: [String] {
            let rows = popularity.rows
            return (0..<UInt32(rows.count)).sorted { left, right in
                let (a, b) = (rows[Int(left)].short, rows[Int(right)].short)
                if DecayedCount.exceeds(a, b) != DecayedCount.exceeds(b, a) { return DecayedCount.exceeds(a, b) }
                return bench.name(left).utf8.lexicographicallyPrecedes(bench.name(right).utf8)
            }.map(bench.name)
        }
    }

    @Test func theBoardIsTheBeginningOfASortOfAllItemsAfterEveryEvent() {
        for seed in UInt64(0)..<15 {
            var shop = Shop()
            var random = SplitMix64(seed: seed)
            for number in 0..<400 {
                let late = random.next(below: 90_000)
                shop.look("i\(random.next(below: 3) + number / 40)", Int32(1 + random.next(below: 5)), at: Int64(1_000_000 + number * 2000 - late))
                #expect(shop.leaders == Array(shop.ranking.prefix(6)), "seed \(seed), event \(number)")
            }
        }
    }

    @Test func countsEqualADecayedSumOverAllLooks() {
        for seed in UInt64(0)..<20 {
            var shop = Shop()
            shop.walk(300, seed: seed, items: 9)
            // At the start of a block of both half-lives a count is the sum itself.
            let now: Int64 = 1_800_000
            for number in 0..<9 {
                let item = shop.bench.item("i\(number)", admittedBy: shop.popularity)
                let counts = shop.popularity.counts(item, at: EventTime(milliseconds: now))
                #expect(isClose(counts.short, shop.slowCount("i\(number)", at: now, halfLife: 60_000), within: 2e-3), "seed \(seed), i\(number)")
                #expect(isClose(counts.long, shop.slowCount("i\(number)", at: now, halfLife: 600_000), within: 2e-3), "seed \(seed), i\(number)")
            }
        }
    }

    /// On a board with room for all stand those that count for anything, by their counts; these are the sums over all shares.
    @Test func sharesThatComeAndGoLeaveASortOfAllThatCount() {
        for seed in UInt64(0)..<15 {
            let shop = Shop { $0.leadersMax = 50 }
            var random = SplitMix64(seed: seed)
            var shares: [String: [HistoryShare]] = [:]
            for number in 0..<400 {
                let (name, user) = ("i\(random.next(below: 8))", random.next(below: 3))
                let old = shares[name]?[user] ?? HistoryShare.none
                let new = changed(old, at: 1_000_000 + Int64(number) * 1500 - Int64(random.next(below: 5_000)), &random)
                shares[name, default: [HistoryShare](repeating: HistoryShare.none, count: 3)][user] = new
                shop.change(name, from: old, to: new)
                let counted = shop.ranking.filter { shop.popularity.rows[Int(shop.bench.item($0, admittedBy: shop.popularity))].short.mantissa > 0 }
                #expect(shop.leaders == counted, "seed \(seed), change \(number)")
            }
            let now: Int64 = 1_800_000
            for (name, shares) in shares {
                let counts = shop.popularity.counts(shop.bench.item(name, admittedBy: shop.popularity), at: EventTime(milliseconds: now))
                let (short, long) = (slowCount(shares, at: now, halfLife: 60_000), slowCount(shares, at: now, halfLife: 600_000))
                #expect(abs(counts.short - short) < 0.002 + short / 500 && abs(counts.long - long) < 0.002 + long / 500, "seed \(seed), \(name)")
            }
        }
    }

    /// Something is done anew, or taken back, or everything is.
    private func changed(_ old: HistoryShare, at time: Int64, _ random: inout SplitMix64) -> HistoryShare {
        var share = old
        let time = random.next(below: 4) == 0 ? EventTime.never : EventTime(milliseconds: time)
        switch random.next(below: 4) {
        case 0: share.click = time
        case 1: share.cart = time
        case 2: share.purchase = time
        default: return .none
        }
        share.rating = share.purchase != .never ? 5 : share.cart != .never ? 3 : share.click != .never ? 1 : 0
        return share
    }

    private func slowCount(_ shares: [HistoryShare], at now: Int64, halfLife: Int64) -> Double {
        var sum = 0.0
        for share in shares {
            let actions: [(time: EventTime, weight: Double)] = [(share.click, 1), (share.cart, 3), (share.purchase, 5)]
            for action in actions where action.time != .never {
                sum += action.weight * exp2(Double(action.time.milliseconds - now) / Double(halfLife))
            }
        }
        return sum
    }

    @Test func aUserCountsWithItsLastActionOfEachKind() {
        var acts = (0..<5).map { Act(type: .click, user: "u", item: "i", time: 10_000 + Int64($0), id: "\($0)") }
        func count() -> Double {
            let engine = ItemSimilarityTests.run(acts, EngineSettings()).0.engine
            return engine.item("i").map { engine.signals.popularity.counts($0, at: engine.now).short } ?? -1
        }
        #expect(isClose(count(), 1, within: 1e-4))
        acts.append(Act(type: .cart, user: "u", item: "i", time: 10_010, id: "cart"))
        #expect(isClose(count(), 4, within: 1e-4))
        acts.append(Act(type: .removeFromCart, user: "u", item: "i", time: 10_020, id: "removal"))
        #expect(isClose(count(), 1, within: 1e-4))
    }

    @Test func leadersAreProposedByTheirPlaceAndOwedToNoItem() {
        var shop = Shop()
        for (name, looks) in [("a", 3), ("b", 2), ("c", 1)] { for _ in 0..<looks { shop.look(name, at: 5) } }
        let query = Query(seeds: FlatList(), history: FlatList(), session: nil, now: EventTime(milliseconds: 5), windowEnd: .never)
        let proposals = shop.bench.proposals(of: shop.popularity, query)
        #expect(
            proposals == ["a": Proposal(score: 3, because: nil), "b": Proposal(score: 2, because: nil), "c": Proposal(score: 1, because: nil)])
    }

    @Test func theOrderOfLeadersDoesNotDependOnWhenOneAsks() {
        var shop = Shop()
        shop.walk(300, seed: 4, items: 9)
        func counts(_ now: Int64) -> [Double] {
            shop.popularity.leaders.indices.map { shop.popularity.counts(shop.popularity.leaders[$0], at: EventTime(milliseconds: now)).short }
        }
        for now in stride(from: Int64(1_450_000), to: 1_700_000, by: 10_000) {
            let counts = counts(now)
            #expect(zip(counts, counts.dropFirst()).allSatisfy { $0 >= $1 }, "at \(now)")
        }
    }

    @Test func anItemThatLeavesLeavesTheBoardAndItsCounts() {
        var shop = Shop()
        for (name, looks) in [("a", 4), ("b", 3), ("c", 2)] { for _ in 0..<looks { shop.look(name, at: 5) } }
        let b = shop.bench.item("b", admittedBy: shop.popularity)
        shop.popularity.forget(b)
        #expect(shop.leaders == ["a", "c"])
        #expect(shop.popularity.counts(b, at: EventTime(milliseconds: 5)) == (0, 0))
        shop.look("b", at: 6)
        #expect(shop.leaders == ["a", "c", "b"])
    }

    @Test func whatIsSwitchedOffCountsNothing() {
        var shop = Shop { $0.enabled = false }
        shop.look("a", at: 5)
        #expect(shop.leaders.isEmpty && shop.popularity.blend == 0 && Trending(popularity: shop.popularity).blend == 0)
    }

    @Test func aBoardThatNamesAnUnknownItemIsNotRestored() {
        var shop = Shop()
        shop.look("a", at: 5)
        shop.look("b", at: 5)
        var stored = FlatList<UInt32>()
        defer { stored.free() }
        stored.append(1)
        stored.append(0)
        #expect(shop.popularity.restore(leaders: stored) && shop.leaders == ["b", "a"])
        stored.append(2)
        #expect(!shop.popularity.restore(leaders: stored))
    }

    // MARK: Trending

    @Test func aTrendIsTheRecentShareOfTheLongCount() {
        var shop = Shop()
        // "old" was looked at long ago as often as "new" is now; "few" too seldom to tell.
        for number in 0..<30 { shop.look("old", at: Int64(number) * 1000) }
        for number in 0..<30 { shop.look("new", at: 600_000 + Int64(number) * 10) }
        for _ in 0..<2 { shop.look("few", at: 600_000) }
        let trending = Trending(popularity: shop.popularity)
        let now = EventTime(milliseconds: 600_000)
        func trend(_ name: String) -> Double { trending.trend(shop.bench.item(name, admittedBy: shop.popularity), at: now) }
        #expect(trend("new") > 0.95 && trend("new") <= 1)
        #expect(trend("old") == 0, "what is left of its short count is below the noise")
        #expect(trend("few") == 0)
        let query = Query(seeds: FlatList(), history: FlatList(), session: nil, now: now, windowEnd: .never)
        let proposals = shop.bench.proposals(of: trending, query)
        #expect(proposals.keys.sorted() == ["new"] && isClose(proposals["new"]?.score ?? 0, trend("new")))
    }

    @Test func trendsStayBetweenZeroAndOne() {
        for seed in UInt64(0)..<20 {
            var shop = Shop()
            shop.walk(300, seed: seed, items: 9)
            let trending = Trending(popularity: shop.popularity)
            var seen = 0
            for number in 0..<9 {
                let item = shop.bench.item("i\(number)", admittedBy: shop.popularity)
                let trend = trending.trend(item, at: EventTime(milliseconds: 1_450_000))
                #expect(trend >= 0 && trend <= 1)
                if trend > 0 { seen += 1 }
            }
            #expect(seen > 0)
        }
    }
}
