import FreshetKernels
import Testing

@testable import FreshetCore

@Suite struct ItemSimilarityTests {
    /// Applies acts one by one and answers what became of each.
    static func run(_ acts: [Act], _ settings: EngineSettings, maker: EventMaker = EventMaker()) -> (Publication, [Applied]) {
        let publication = Publication(engine: Engine(settings: settings), settings: PublicationSettings())
        var outcomes: [Applied] = []
        for act in acts {
            publication.begin(nil)
            outcomes.append(publication.apply(act.made(by: maker), from: EventOrigin(topic: .empty, partition: 0, offset: 0)))
            publication.finish()
        }
        return (publication, outcomes)
    }

    @Test func countsEqualARecomputationOverLiveHistoriesForAThousandLogs() {
        var pairsSeen = 0
        var expired = 0
        for seed in UInt64(0)..<1000 {
            let acts = RandomLog().acts(60 + Int(seed % 60), seed: seed)
            let settings = smallSettings()
            let (publication, outcomes) = ItemSimilarityTests.run(acts, settings)
            var reference = ReferenceShop(settings: settings)
            let expected = acts.map { reference.apply($0) }
            #expect(outcomes == expected, "seed \(seed)")
            #expect(publication.pairsByID() == reference.pairs(), "seed \(seed)")
            let counts = publication.itemCountsByID()
            let wanted = reference.itemCounts()
            #expect(counts.count == wanted.count, "seed \(seed)")
            for (item, held) in wanted { #expect(counts[item].map { $0 == held } ?? false, "seed \(seed), item \(item)") }
            pairsSeen += reference.pairs().count
            expired += outcomes.filter { $0 == .applied(late: true) }.count
        }
        #expect(pairsSeen > 10_000)
        #expect(expired > 100)
    }

    @Test("FAULTS 17: pair counts do not depend on the order of arrival")
    func countsDoNotDependOnTheOrderOfArrival() {
        for seed in UInt64(0)..<200 {
            var log = RandomLog()
            log.identities = false
            log.duplicates = false
            let acts = log.acts(80, seed: seed)
            var settings = smallSettings()
            settings.itemSimilarity.window = 1 << 40
            let sorted = acts.sorted { ($0.time, $0.type.rawValue) < ($1.time, $1.type.rawValue) }
            let (arrived, _) = ItemSimilarityTests.run(acts, settings)
            let (ordered, _) = ItemSimilarityTests.run(sorted, settings)
            #expect(arrived.pairsByID() == ordered.pairsByID(), "seed \(seed)")
        }
    }

    @Test func similarityIsCountOverRootOfCountsShrunk() {
        var settings = smallSettings()
        settings.itemSimilarity.shrinkage = 10
        let acts = [
            Act(type: .click, user: "u", item: "a", time: 1000, id: "1"), Act(type: .cart, user: "u", item: "b", time: 1001, id: "2"),
            Act(type: .purchase, user: "v", item: "a", time: 1002, id: "3"), Act(type: .click, user: "v", item: "b", time: 1003, id: "4"),
        ]
        let (publication, _) = ItemSimilarityTests.run(acts, settings)
        let engine = publication.engine
        let maker = EventMaker()
        guard let a = engine.itemNumber(maker.view("a")), let b = engine.itemNumber(maker.view("b")) else {
            Issue.record("items are missing")
            return
        }
        // itemCount(a) = 1 + 5, itemCount(b) = 3 + 1, pairCount = 1 + 1, two users.
        let similar = engine.signals.similarity.similar(to: a, limit: 5)
        #expect(similar.count == 1 && similar[0].number == b)
        #expect(abs(similar[0].similarity - 2 / (6.0 * 4.0).squareRoot() * 2 / 12) < 1e-15)
    }

    @Test func tablesStayBoundedAndEvictTheSmallestCount() {
        var settings = smallSettings()
        settings.itemSimilarity.pairsMax = 3
        settings.itemSimilarity.window = 1 << 40
        var log = RandomLog()
        log.items = 30
        for seed in UInt64(0)..<50 {
            let acts = log.acts(300, seed: seed)
            let (publication, _) = ItemSimilarityTests.run(acts, settings)
            var reference = ReferenceShop(settings: settings)
            for act in acts { _ = reference.apply(act) }
            let truth = reference.pairs()
            for (pair, cell) in publication.pairsByID() {
                let full = truth[pair] ?? PairCell()
                #expect(cell.count <= full.count && cell.users <= full.users, "a copy is never above the true sum")
                #expect(cell.users > 0)
            }
            for index in publication.engine.signals.similarity.rows.indices {
                #expect(publication.engine.signals.similarity.rows[index].pairs.count <= 3)
            }
            #expect(publication.engine.signals.similarity.pairsEvicted > 0)
        }
    }

    @Test func historiesStayBoundedAndCountsFollowThem() {
        var settings = smallSettings()
        settings.itemSimilarity.historyMax = 4
        settings.usersMax = 5
        settings.itemsMax = 12
        var log = RandomLog()
        log.items = 40
        log.users = 12
        for seed in UInt64(0)..<100 {
            let (publication, _) = ItemSimilarityTests.run(log.acts(400, seed: seed), settings)
            let engine = publication.engine
            #expect(engine.users.ids.count <= 5 && engine.items.ids.count <= 12, "seed \(seed)")
            #expect(publication.pairsByID() == pairsOfHeldHistories(publication), "seed \(seed)")
        }
    }

    /// Pairs recomputed from the histories that the engine still holds.
    private func pairsOfHeldHistories(_ publication: Publication) -> [ReferenceShop.Pair: PairCell] {
        let engine = publication.engine
        var cells: [ReferenceShop.Pair: PairCell] = [:]
        for user in engine.users.rows.indices where engine.users.ids.contains(number: UInt32(user)) {
            let history = engine.users.rows[user].history
            for first in history.indices where history[first].share.isLive {
                for second in history.indices where second != first && history[second].share.isLive {
                    let names = (engine.items.ids[history[first].item].text, engine.items.ids[history[second].item].text)
                    var cell = PairCell.links(from: history[first].share, to: history[second].share)
                    cell.count = min(history[first].share.rating, history[second].share.rating)
                    cell.users = 1
                    cells[ReferenceShop.Pair(item: names.0, other: names.1), default: PairCell()].add(cell)
                }
            }
        }
        return cells
    }
}
