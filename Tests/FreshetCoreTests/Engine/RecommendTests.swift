import FreshetKernels
import Testing

@testable import FreshetCore

@Suite struct RecommendTests {
    @Test func sharesSumToOneAndBoughtItemsAreLeftOut() {
        var lists = 0
        var bought = 0
        for seed in UInt64(0)..<80 {
            var log = RandomLog()
            log.items = 25
            let (publication, _) = ItemSimilarityTests.run(log.acts(250, seed: seed), smallSettings())
            let engine = publication.engine
            let list = RecommendedList()
            for user in engine.users.rows.indices where engine.users.ids.contains(number: UInt32(user)) && !engine.users.rows[user].isAlias {
                engine.recommend(user: UInt32(user), limit: 10, into: list)
                let history = engine.users.rows[user].history
                for place in 0..<list.count {
                    let item = list[place]
                    let entry = history.indices.first { history[$0].item == item.number }
                    #expect(entry.map { !history[$0].isBought } ?? true, "seed \(seed)")
                    #expect(list.reasons(of: item).reduce(0) { $0 + $1.share } == 10_000)
                    #expect(list.reasons(of: item).allSatisfy { $0.share >= 0 })
                    if place > 0 { #expect(list[place - 1].score >= item.score) }
                }
                bought += history.indices.filter { history[$0].isBought }.count
                lists += 1
            }
        }
        #expect(lists > 200 && bought > 200)
    }

    @Test func recommendingChangesNoState() {
        let (publication, _) = ItemSimilarityTests.run(RandomLog().acts(200, seed: 1), smallSettings())
        let before = canonicalState(publication)
        let list = RecommendedList()
        for user in 0..<UInt32(6) where publication.engine.users.ids.contains(number: user) && !publication.engine.users[user].isAlias {
            publication.engine.recommend(user: user, limit: 20, into: list)
        }
        publication.engine.recommend(user: nil, limit: 20, into: list)
        #expect(canonicalState(publication) == before)
    }

    @Test func theLadderGoesFromHistoryToPopularToNothing() {
        let maker = EventMaker()
        let list = RecommendedList()
        let (empty, _) = ItemSimilarityTests.run([], smallSettings())
        empty.engine.recommend(user: nil, limit: 5, into: list)
        #expect(list.rung == .nothing && list.count == 0)

        let acts = (0..<10).map { Act(type: .click, user: "u\($0 % 3)", item: "i\($0 % 4)", time: 1000 + Int64($0), id: "\($0)") }
        let (publication, _) = ItemSimilarityTests.run(acts, smallSettings())
        publication.engine.recommend(user: publication.engine.userNumber(maker.view("stranger")), limit: 5, into: list)
        #expect(list.rung == .popular && list.count == 4)
        publication.engine.recommend(user: publication.engine.userNumber(maker.view("u1")), limit: 5, into: list)
        #expect(list.rung == .history)
    }

    @Test func whatPeopleLookAtTogetherIsRecommendedWithTheReason() {
        var acts: [Act] = []
        for user in 0..<10 {
            acts.append(Act(type: .click, user: "u\(user)", item: "tea", time: 1000 + Int64(user), id: "a\(user)"))
            acts.append(Act(type: .click, user: "u\(user)", item: "cup", time: 1100 + Int64(user), id: "b\(user)"))
            acts.append(Act(type: .click, user: "w\(user)", item: "nail", time: 1200 + Int64(user), id: "c\(user)"))
        }
        acts.append(Act(type: .click, user: "new", item: "tea", time: 1500, id: "z"))
        let maker = EventMaker()
        let (publication, _) = ItemSimilarityTests.run(acts, smallSettings())
        let engine = publication.engine
        let list = RecommendedList()
        engine.recommend(user: engine.userNumber(maker.view("new")), limit: 3, into: list)
        let cup = (0..<list.count).first { engine.itemID(list[$0].number).text == "cup" }
        let nail = (0..<list.count).first { engine.itemID(list[$0].number).text == "nail" }
        #expect(cup.map { place in nail.map { place < $0 } ?? true } ?? false, "cup comes before nail")
        guard let cup else { return }
        let reasons = list.reasons(of: list[cup])
        let names = reasons.map { "\(RecommendedList.signalNames[Int($0.signal)])" }
        #expect(names.contains("item_similarity") && names.contains("next"))
        #expect(reasons.contains { $0.item.map { engine.itemID($0).text == "tea" } ?? false })
    }

    @Test func followersAreWeightedByDistance() {
        let acts = ["a", "b", "c"].enumerated().map { Act(type: .click, user: "u", item: $1, time: 1000 + Int64($0), id: "\($0)") }
        let maker = EventMaker()
        let (publication, _) = ItemSimilarityTests.run(acts, smallSettings())
        let engine = publication.engine
        guard let a = engine.itemNumber(maker.view("a")) else {
            Issue.record("a is missing")
            return
        }
        var followers = engine.signals.next.followers(of: a, limit: 5, at: engine.now)
        defer { followers.free() }
        #expect(followers.indices.map { engine.itemID(followers[$0].number).text } == ["b", "c"])
        #expect(abs(followers[0].score - 2.0 / 3) < 1e-3 && abs(followers[1].score - 1.0 / 3) < 1e-3)
    }
}
