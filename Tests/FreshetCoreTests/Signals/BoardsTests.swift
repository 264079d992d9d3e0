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

        func look(_ kind: Boards.Kind, _ part: String, _ item: String, _ weight: Int32 = 1, at time: Int64) {
            boards.observe(
                kind, maker.view(part), bench.item(item, admittedBy: popularity), weight: weight, at: EventTime(milliseconds: time))
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
                let (part, item) = (["men", "women", "kids"][random.next(below: 3)], "i\(random.next(below: 9))")
                let (weight, time) = (Int32([1, 3, 5][random.next(below: 3)]), now - Int64(random.next(below: 300_000)))
                let kind: Boards.Kind = random.next(below: 2) == 0 ? .segment : .category
                shop.look(kind, part, item, weight, at: time)
                sums["\(kind) \(part)", default: [:]][item, default: 0] += Double(weight) * exp2(Double(time - now) / 60_000)
            }
            for kind in [Boards.Kind.segment, .category] {
                for part in ["men", "women", "kids"] {
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
        for (item, weight) in [("a", 5), ("b", 3), ("c", 1), ("d", 4)] { shop.look(.segment, "s", item, Int32(weight), at: 5) }
        #expect(shop.scores(.segment, "s", at: 5).keys.sorted() == ["a", "d"])
        shop.look(.segment, "s", "e", 4, at: 5)
        #expect(shop.scores(.segment, "s", at: 5).keys.sorted() == ["a", "d"], "among equals the last id leaves")
    }

    @Test func theBoardThatIsSilentLongestLeaves() {
        let shop = Shop(boardsMax: 3)
        shop.look(.segment, "x", "a", at: 10)
        shop.look(.category, "x", "a", at: 20)
        shop.look(.segment, "y", "a", at: 30)
        shop.look(.segment, "x", "b", at: 40)
        shop.look(.segment, "z", "a", at: 35)
        #expect(shop.names == ["sx", "sy", "sz"])
        shop.look(.segment, "", "a", at: 50)
        #expect(shop.names.count == 3)
    }
}
