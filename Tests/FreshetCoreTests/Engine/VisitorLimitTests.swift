import FreshetKernels
import Testing

@testable import FreshetCore

@Suite struct VisitorLimitTests {
    private func identify(_ user: String, _ visitor: String, at time: Int64, id: String) -> Act {
        Act(type: .identify, user: user, time: time, visitor: visitor, id: id)
    }

    private func isKnown(_ id: String, _ publication: Publication, _ maker: EventMaker) -> Bool {
        publication.engine.userNumber(maker.view(id)) != nil
    }

    /// One user with a new visitor id at each login, as a broken shop or an attacker sends: it has its limit, and nobody leaves for it.
    @Test func aUserOfManyVisitorsPushesNobodyOut() {
        var settings = smallSettings()
        settings.usersMax = 100
        var acts = (0..<60).map { Act(type: .purchase, user: "real\($0)", item: "i", time: 1000 + Int64($0), id: "r\($0)") }
        for number in 0..<2000 { acts.append(identify("one", "v\(number)", at: 1100 + Int64(number), id: "x\(number)")) }
        let maker = EventMaker()
        let (publication, _) = ItemSimilarityTests.run(acts, settings, maker: maker)
        #expect(publication.engine.users.ids.count == 60 + 1 + EngineSettings.visitorsMax)
        #expect((0..<60).allSatisfy { isKnown("real\($0)", publication, maker) })
        #expect(!isKnown("v0", publication, maker) && isKnown("v1999", publication, maker))
    }

    @Test func theVisitorIdentifiedLongestAgoIsForgottenAndWhatItDidStays() {
        let maker = EventMaker()
        var acts = [Act(type: .click, user: "v0", item: "i", time: 1000, id: "c")]
        for number in 0..<EngineSettings.visitorsMax { acts.append(identify("u", "v\(number)", at: 1001 + Int64(number), id: "x\(number)")) }
        acts.append(identify("u", "v0", at: 1100, id: "again"))
        acts.append(identify("u", "new", at: 1101, id: "last"))
        let (publication, _) = ItemSimilarityTests.run(acts, smallSettings(), maker: maker)
        #expect(isKnown("v0", publication, maker) && !isKnown("v1", publication, maker) && isKnown("v2", publication, maker))
        #expect(publication.engine.userNumber(maker.view("v0")) == publication.engine.userNumber(maker.view("u")))
        #expect(publication.itemCountsByID()["i"]?.users == 1)
    }

    /// At the limit of users the visitor that is joined stays until its history is the user's.
    @Test func theVisitorThatIsJoinedDoesNotLeaveForItsUser() throws {
        var settings = smallSettings()
        settings.usersMax = 2
        let maker = EventMaker()
        let acts = [
            Act(type: .click, user: "v", item: "a", time: 1000, id: "1"), Act(type: .click, user: "w", item: "b", time: 1001, id: "2"),
            identify("u", "v", at: 1002, id: "3"),
        ]
        let (publication, _) = ItemSimilarityTests.run(acts, settings, maker: maker)
        let engine = publication.engine
        let user = try #require(engine.userNumber(maker.view("u")))
        #expect(engine.users[user].history.indices.map { engine.itemID(engine.users[user].history[$0].item).text } == ["a"])
        #expect(engine.users.ids.count == 2 && engine.userNumber(maker.view("v")) == user && !isKnown("w", publication, maker))
    }

    @Test func theLimitOfUsersHoldsWhereOneUserHasItAll() {
        var settings = smallSettings()
        settings.usersMax = 4
        let maker = EventMaker()
        let acts = (0..<10).map { identify("u", "v\($0)", at: 1000 + Int64($0), id: "\($0)") }
        let (publication, _) = ItemSimilarityTests.run(acts, settings, maker: maker)
        #expect(publication.engine.users.ids.count == 4)
        #expect(["u", "v7", "v8", "v9"].allSatisfy { isKnown($0, publication, maker) })
    }

    /// Which visitor is forgotten next does not depend on a restart, after which a user's visitors stand in another order.
    @Test func aRestartForgetsTheSameVisitors() throws {
        for seed in UInt64(0)..<20 {
            var random = SplitMix64(seed: seed)
            let maker = EventMaker()
            let acts = (0..<300).map { number in
                identify("u\(random.next(below: 2))", "v\(random.next(below: 90))", at: 1000 + Int64(random.next(below: 400)), id: "e\(number)")
            }
            let whole = Publication(engine: Engine(settings: smallSettings()), settings: PublicationSettings())
            var cut = Publication(engine: Engine(settings: smallSettings()), settings: PublicationSettings())
            let store = StateTests.Rows()
            for at in stride(from: 0, to: acts.count, by: 30) {
                _ = StateTests.batch(whole, acts[at..<at + 30], maker)
                _ = StateTests.batch(cut, acts[at..<at + 30], maker)
                let changes = StateChanges()
                cut.beginCheckpoint(into: changes)
                while !cut.encodeCheckpoint(rowsMax: 100) {}
                store.save(changes)
                cut = try store.restored(smallSettings(), PublicationSettings())
            }
            #expect(canonicalState(whole) == canonicalState(cut), "seed \(seed)")
        }
    }
}
