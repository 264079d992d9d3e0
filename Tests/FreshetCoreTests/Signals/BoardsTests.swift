import FreshetKernels
import Glibc
import Testing

@testable import FreshetCore

@Suite struct BoardsTests {
    private struct Shop {
        let bench = SignalBench()
        let popularity: Popularity
        private let maker = EventMaker()

        init(boardsMax: Int = 1_000, boardItemsMax: Int = 100) {
            var settings = EngineSettings.PopularitySettings()
            settings.halfLife = 60_000
            settings.boardsMax = boardsMax
            settings.boardItemsMax = boardItemsMax
            popularity = Popularity(settings: settings, items: bench.items)
        }

        var boards: Boards { popularity.boards }

        /// Somebody of a segment looks at an item of a category.
        func look(_ item: String, _ weight: Int32 = 1, segment: String = "", category: String = "", at time: Int64) {
            change(item, ShareChange.click(from: .never, to: EventTime(milliseconds: time), weight), segment: segment, category: category)
        }

        func change(_ item: String, _ change: ShareChange, segment: String = "", category: String = "") {
            popularity.change(
                bench.item(item, admittedBy: popularity), change, segment: maker.view(segment), category: maker.view(category))
        }

        func move(_ item: String, from old: String, to new: String) {
            popularity.move(bench.item(item, admittedBy: popularity), from: maker.view(old), to: maker.view(new))
        }

        /// An item leaves for its limit.
        func leave(_ item: String) {
            var leaving = FlatList<Bool>()
            leaving.extend(to: bench.items.ids.numbersEnd, with: false)
            leaving[Int(bench.item(item, admittedBy: popularity))] = true
            boards.forgetItems(leaving)
            leaving.free()
        }

        func scores(_ kind: Boards.Kind, _ part: String, at now: Int64) -> [String: Double] {
            let board = ScoreBoard()
            board.reserve(bench.items.ids.numbersEnd)
            let query = Query(seeds: FlatList(), history: FlatList(), session: nil, now: EventTime(milliseconds: now), windowEnd: .never)
            boards.propose(kind, maker.view(part), query, on: board)
            return Dictionary(
                uniqueKeysWithValues: board.candidates.indices.map { place in
                    (bench.name(board.candidates[place].item), board.candidates[place].score / Double(DecayedCount.one))
                })
        }

        var names: Set<String> {
            Set((0..<UInt32(boards.names.numbersEnd)).filter { boards.names.contains(number: $0) }.map { boards.names[$0].text })
        }
    }

    @Test func eachPartHasTheDecayedCountsOfItsOwnEvents() {
        for seed in UInt64(0)..<20 {
            let shop = Shop()
            var random = SplitMix64(seed: seed)
            var sums: [String: [String: Double]] = [:]
            // At the start of a block a count is the sum itself.
            let now: Int64 = 600_000
            for _ in 0..<400 {
                let number = random.next(below: 9)
                let (item, segment, category) = ("i\(number)", ["men", "women", ""][random.next(below: 3)], ["tea", "cups", ""][number % 3])
                let (weight, time) = (Int32([1, 3, 5][random.next(below: 3)]), now - Int64(random.next(below: 300_000)))
                shop.look(item, weight, segment: segment, category: category, at: time)
                for board in ["segment \(segment)", "category \(category)"] {
                    sums[board, default: [:]][item, default: 0] += Double(weight) * exp2(Double(time - now) / 60_000)
                }
            }
            for (kind, parts) in [(Boards.Kind.segment, ["men", "women"]), (.category, ["tea", "cups"])] {
                for part in parts {
                    let (found, expected) = (shop.scores(kind, part, at: now), sums["\(kind) \(part)"] ?? [:])
                    #expect(Set(found.keys) == Set(expected.keys), "seed \(seed)")
                    for (item, count) in expected { #expect(isClose(found[item] ?? 0, count, within: 2e-3), "seed \(seed), \(part), \(item)") }
                }
            }
            #expect(shop.scores(.segment, "nobody", at: now).isEmpty && shop.scores(.segment, "", at: now).isEmpty)
        }
    }

    @Test func theSmallestCountLeavesAFullBoard() {
        let shop = Shop(boardItemsMax: 2)
        for (item, weight) in [("a", 5), ("b", 3), ("c", 1), ("d", 4)] { shop.look(item, Int32(weight), segment: "s", at: 5) }
        #expect(shop.scores(.segment, "s", at: 5).keys.sorted() == ["a", "d"])
        shop.look("e", 4, segment: "s", at: 5)
        #expect(shop.scores(.segment, "s", at: 5).keys.sorted() == ["a", "d"], "among equals the last id leaves")
    }

    @Test func theBoardThatIsSilentLongestLeaves() {
        let shop = Shop(boardsMax: 3)
        shop.look("a", segment: "x", at: 10)
        shop.look("a", category: "x", at: 20)
        shop.look("a", segment: "y", at: 30)
        shop.look("b", segment: "x", at: 40)
        shop.look("a", segment: "z", at: 35)
        #expect(shop.names == ["sx", "sy", "sz"])
        shop.look("a", at: 50)
        #expect(shop.names.count == 3)
    }

    @Test func whatIsTakenBackLeavesTheBoardsAndTheyLeaveWithIt() {
        let shop = Shop()
        let (first, second) = (EventTime(milliseconds: 60_000), EventTime(milliseconds: 90_000))
        shop.look("a", segment: "s", category: "c", at: 60_000)
        shop.look("a", segment: "s", category: "c", at: 80_000)
        shop.look("b", segment: "t", category: "c", at: 70_000)
        shop.change("a", .click(from: first, to: second), segment: "s", category: "c")
        #expect(isClose(shop.scores(.segment, "s", at: 60_000)["a"] ?? 0, exp2(1.0 / 3) + exp2(0.5), within: 1e-4))
        #expect(shop.scores(.category, "c", at: 60_000)["a"] == shop.scores(.segment, "s", at: 60_000)["a"])
        shop.change("a", .click(from: second, to: .never), segment: "s", category: "c")
        #expect(isClose(shop.scores(.category, "c", at: 60_000)["a"] ?? 0, exp2(1.0 / 3), within: 1e-4))
        shop.change("a", .click(from: EventTime(milliseconds: 80_000), to: .never), segment: "s", category: "c")
        #expect(shop.scores(.category, "c", at: 60_000).keys.sorted() == ["b"] && shop.names == ["st", "cc"])
        // What nobody counted there is not taken out of it.
        shop.change("b", .click(from: EventTime(milliseconds: 70_000), to: .never), segment: "u")
        #expect(shop.scores(.segment, "t", at: 60_000).count == 1 && shop.names == ["st", "cc"])
    }

    /// Whether somebody's earlier action counted is not kept: who looks again at what the board lost meanwhile counts by the difference.
    @Test func theCountOfAnItemThatCameBackToAFullBoardIsALowerBound() {
        let shop = Shop(boardItemsMax: 1)
        let (first, second) = (EventTime(milliseconds: 60_000), EventTime(milliseconds: 120_000))
        shop.look("a", segment: "s", at: 60_000)
        shop.look("b", 5, segment: "s", at: 60_000)
        shop.look("a", 9, segment: "s", at: 60_000)
        #expect(shop.scores(.segment, "s", at: 60_000) == ["a": 9])
        shop.change("a", .click(from: first, to: second), segment: "s")
        // All who looked are 9 / 2 + 1.
        #expect(isClose(shop.scores(.segment, "s", at: 120_000)["a"] ?? 0, 5, within: 1e-4))
    }

    @Test func withItsLastItemABoardLeaves() {
        let shop = Shop()
        shop.look("a", segment: "s", category: "c", at: 60_000)
        shop.look("b", segment: "t", category: "c", at: 60_000)
        shop.leave("a")
        #expect(shop.names == ["st", "cc"] && shop.scores(.category, "c", at: 60_000) == ["b": 1])
        shop.leave("b")
        #expect(shop.names.isEmpty)
        shop.look("c", segment: "u", at: 60_000)
        #expect(shop.names == ["su"] && shop.scores(.segment, "u", at: 60_000) == ["c": 1])
    }

    @Test func anItemTakesItsCountAlongIntoAnotherCategory() {
        let shop = Shop()
        shop.look("a", 3, category: "c", at: 60_000)
        shop.look("b", 2, category: "c", at: 60_000)
        shop.look("new", at: 60_000)
        shop.move("a", from: "c", to: "d")
        shop.move("new", from: "", to: "d")
        #expect(shop.scores(.category, "c", at: 60_000) == ["b": 2] && shop.scores(.category, "d", at: 60_000) == ["a": 3, "new": 1])
        shop.move("b", from: "c", to: "")
        #expect(shop.names == ["cd"])
        shop.move("unseen", from: "", to: "e")
        #expect(shop.names == ["cd"], "what nobody looked at is popular nowhere")
    }
}

extension ShareChange {
    /// The last click of somebody, of an item with which nothing else was done.
    fileprivate static func click(from old: EventTime, to new: EventTime, _ weight: Int32 = 1) -> ShareChange {
        func share(_ time: EventTime) -> HistoryShare { HistoryShare(click: time, rating: time == .never ? 0 : weight) }
        return ShareChange(old: share(old), new: share(new), weights: ActionWeights(click: weight, cart: 3, purchase: 5))
    }
}
