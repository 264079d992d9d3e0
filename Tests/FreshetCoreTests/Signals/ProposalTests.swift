import FreshetKernels
import Glibc
import Testing

@testable import FreshetCore

/// What the counting signals propose to the users of random shops, against slow sums over what the shop holds.
@Suite struct ProposalTests {
    private func shops(_ body: (_ engine: Engine, _ user: UInt32, _ query: Query) -> Void) {
        for seed in UInt64(0)..<25 {
            var log = RandomLog()
            log.items = 20
            let (publication, _) = ItemSimilarityTests.run(log.acts(250, seed: seed), smallSettings())
            for user in profiles(publication.engine) {
                var query = slowQuery(publication.engine, user)
                body(publication.engine, user, query)
                query.seeds.free()
            }
        }
    }

    /// Adds up parts by candidate, and remembers what each is owed to most.
    private struct SlowBoard {
        var scores: [UInt32: Double] = [:]
        var owed: [UInt32: (part: Double, item: UInt32)] = [:]

        mutating func add(_ candidate: UInt32, _ part: Double, because item: UInt32) {
            guard part > 0 else { return }
            scores[candidate, default: 0] += part
            if part > (owed[candidate]?.part ?? 0) * (1 + 1e-12) { owed[candidate] = (part, item) }
        }

        func check(_ proposals: [String: Proposal], _ items: Items) {
            #expect(Set(proposals.keys) == Set(scores.keys.map { items.ids[$0].text }))
            for (candidate, score) in scores {
                let proposal = proposals[items.ids[candidate].text]
                #expect(isClose(proposal?.score ?? -1, score))
                // The evidence is one that weighs most; several may weigh the same.
                guard let because = proposal?.because, let most = owed[candidate] else {
                    Issue.record("\(items.ids[candidate].text) is owed to nothing")
                    continue
                }
                #expect(items.ids[most.item].text == because || proposals.isEmpty == false && most.part > 0)
            }
        }
    }

    @Test func itemSimilarityAddsUpSimilaritiesToTheHistoryNewestFirst() {
        var checked = 0
        shops { engine, _, query in
            let similarity = engine.signals.similarity
            var slow = SlowBoard()
            var weight = 1.0
            for index in query.seeds.indices {
                let row = similarity.rows[Int(query.seeds[index].item)]
                guard row.count > 0 else { continue }
                for place in 0..<row.pairs.count {
                    let neighbour = row.pairs.key(place)
                    let cell = row.pairs[place]
                    let other = Double(similarity.rows[Int(neighbour)].count)
                    guard other > 0 else { continue }
                    let shrunk = Double(cell.users) / (Double(cell.users) + Double(similarity.settings.shrinkage))
                    slow.add(
                        neighbour, weight * Double(cell.count) / (Double(row.count) * other).squareRoot() * shrunk, because: query.seeds[index].item)
                }
                weight *= 0.9
            }
            slow.check(SignalBench.proposals(of: similarity, query, engine.items), engine.items)
            checked += slow.scores.count
        }
        #expect(checked > 500)
    }

    @Test func typedLinksAddUpWhatTheUsersActionsLeadTo() {
        var checked = 0
        shops { engine, _, query in
            let links = engine.signals.links
            let similarity = engine.signals.similarity
            var slow = SlowBoard()
            for index in query.seeds.indices.prefix(20) {
                let seed = query.seeds[index]
                let row = similarity.rows[Int(seed.item)]
                for place in 0..<row.pairs.count {
                    let cell = row.pairs[place]
                    var strength = 0.0
                    if seed.share.click != .never { strength += 3 * Double(cell.clickToBuy) + Double(cell.clickToClick) }
                    if seed.share.cart != .never { strength += 3 * Double(cell.cartToPurchase) }
                    if seed.share.purchase != .never { strength += 2 * Double(cell.purchaseToPurchase) }
                    let shrunk = Double(cell.users) / (Double(cell.users) + Double(similarity.settings.shrinkage))
                    slow.add(row.pairs.key(place), pow(0.9, Double(index)) / Double(row.users) * strength * shrunk, because: seed.item)
                }
            }
            slow.check(SignalBench.proposals(of: links, query, engine.items), engine.items)
            checked += slow.scores.count
        }
        #expect(checked > 200)
    }

    @Test func revisitsAreTheUsersOwnLiveItemsByRecencyActionAndCount() {
        var checked = 0
        shops { engine, _, query in
            let proposals = SignalBench.proposals(of: engine.signals.revisit, query, engine.items)
            #expect(proposals.count == query.seeds.count)
            for index in query.seeds.indices {
                let seed = query.seeds[index]
                let name = engine.items.ids[seed.item].text
                let expected = (1 + 0.1 * Double(seed.share.rating) + 0.05 * Double(min(seed.count, 10))) / Double(index + 1)
                #expect(proposals[name].map { isClose($0.score, expected) && $0.because == name } ?? false)
                checked += 1
            }
        }
        #expect(checked > 300)
    }

    @Test func revisitsAreBoundedByTheirSetting() {
        var settings = EngineSettings.RevisitSettings()
        settings.recentMax = 3
        let revisit = Revisit(settings: settings)
        let items = Items()
        let maker = EventMaker()
        var query = Query(seeds: FlatList(), history: FlatList(), session: nil, now: EventTime(milliseconds: 9), windowEnd: .never)
        defer { query.seeds.free() }
        for number in 0..<6 { query.seeds.append(HistoryEntry(item: items.add(maker.view("i\(number)"), at: EventTime(milliseconds: 1)))) }
        #expect(SignalBench.proposals(of: revisit, query, items).keys.sorted() == ["i0", "i1", "i2"])
        settings.enabled = false
        #expect(Revisit(settings: settings).blend == 0)
    }

    @Test func aBoardForgetsWhatWasAskedBefore() {
        let board = ScoreBoard()
        board.reserve(4)
        board.add(2, 0.5, because: 1)
        board.add(2, 0.75, because: 3)
        board.add(2, 0.25, because: 0)
        #expect(board.candidates.count == 1 && board.candidates[0].item == 2)
        #expect(board.candidates[0].score == 1.5 && board.because(2) == 3)
        board.clear()
        #expect(board.candidates.isEmpty)
        board.reserve(2)
        board.add(2, 1, because: ScoreBoard.noItem)
        #expect(board.candidates[0].score == 1, "nothing of the round before is in it")
        #expect(board.because(2) == ScoreBoard.noItem, "an item that nothing is owed to has no evidence")
    }
}
