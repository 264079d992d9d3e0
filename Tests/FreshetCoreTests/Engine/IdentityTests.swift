import FreshetKernels
import Testing

@testable import FreshetCore

@Suite struct IdentityTests {
    /// A log in which visitors act, and the same with the users that they turn out to be.
    private func logs(_ seed: UInt64) -> (visitors: [Act], users: [Act]) {
        var log = RandomLog()
        log.identities = false
        log.duplicates = false
        log.refusals = false
        let acts = log.acts(120, seed: seed)
        let visitors = acts.map { act in
            var act = act
            act.user = (act.id.utf8.last ?? 0) % 2 == 0 ? "v" + act.user : act.user
            return act
        }
        return (visitors, acts)
    }

    private func identifies(at time: Int64) -> [Act] {
        (0..<6).map { Act(type: .identify, user: "u\($0)", time: time, visitor: "vu\($0)", id: "identify\($0)") }
    }

    private func wide() -> EngineSettings {
        var settings = smallSettings()
        settings.itemSimilarity.window = 1 << 40
        return settings
    }

    @Test func countsAreThoseOfOneUserWheneverTheVisitorIsIdentified() {
        var random = SplitMix64(seed: 5)
        for seed in UInt64(0)..<60 {
            let (visitors, users) = logs(seed)
            let expected = ItemSimilarityTests.run(users, wide()).0
            var acts = visitors
            for identify in identifies(at: 10_500) { acts.insert(identify, at: random.next(below: acts.count + 1)) }
            let (publication, outcomes) = ItemSimilarityTests.run(acts, wide())
            #expect(outcomes.allSatisfy { $0 == .applied(late: false) })
            #expect(publication.pairsByID() == expected.pairsByID(), "seed \(seed)")
            let (counts, wanted) = (publication.itemCountsByID(), expected.itemCountsByID())
            #expect(counts.mapValues(\.count) == wanted.mapValues(\.count) && counts.mapValues(\.users) == wanted.mapValues(\.users), "seed \(seed)")
        }
    }

    @Test func identifyingAgainChangesNoCount() {
        for seed in UInt64(0)..<30 {
            let acts = logs(seed).visitors + identifies(at: 15_000)
            let once = ItemSimilarityTests.run(acts, wide()).0
            let again = identifies(at: 15_000).map { act in
                var act = act
                act.id += "again"
                return act
            }
            let (twice, outcomes) = ItemSimilarityTests.run(acts + again, wide())
            #expect(outcomes.suffix(6).allSatisfy { $0 == .applied(late: false) })
            #expect(twice.pairsByID() == once.pairsByID())
            let left = DigestTable.allCases.filter { [.pairs, .items, .next, .popularity, .identities].contains($0) }
            let others = Set(DigestTable.allCases).subtracting(left)
            #expect(canonicalState(twice, except: others) == canonicalState(once, except: others))
        }
    }

    private func outcomes(_ acts: [Act]) -> [Applied] { ItemSimilarityTests.run(acts, wide()).1 }

    private func identify(_ user: String, _ visitor: String, _ id: String) -> Act {
        Act(type: .identify, user: user, time: 10_000, visitor: visitor, id: id)
    }

    @Test func theFirstIdentifyOfAVisitorStands() {
        #expect(outcomes([identify("u", "v", "1"), identify("w", "v", "2")]) == [.applied(late: false), .ignored])
        let (publication, _) = ItemSimilarityTests.run(
            [identify("u", "v", "1"), identify("w", "v", "2"), Act(type: .click, user: "v", item: "i", time: 10_001, id: "3")], wide())
        let maker = EventMaker()
        let engine = publication.engine
        #expect(engine.userNumber(maker.view("v")) == engine.userNumber(maker.view("u")))
        #expect(engine.userNumber(maker.view("w")) == nil, "an identify that does not stand makes no profile")
    }

    @Test func aUserIsNeverAVisitorNorTheOtherWayRound() {
        #expect(outcomes([identify("u", "u", "1")]) == [.rejected(.identityCycle)])
        #expect(outcomes([identify("u", "v", "1"), identify("v", "w", "2")]).last == .rejected(.identityCycle))
        #expect(outcomes([identify("u", "v", "1"), identify("w", "u", "2")]).last == .rejected(.identityCycle))
        #expect(
            outcomes([identify("u", "v", "1"), identify("u", "w", "2"), identify("u", "v", "3")]) == Array(repeating: .applied(late: false), count: 3)
        )
    }

    @Test func anIdentifyThatIsRefusedIsNotRememberedAsADuplicate() {
        #expect(outcomes([identify("u", "u", "same"), identify("u", "v", "same")]) == [.rejected(.identityCycle), .applied(late: false)])
    }

    @Test func eventsOfTheVisitorCountForTheUserAndAreNumberedWithItsOwn() {
        let acts = [
            Act(type: .click, user: "v", item: "a", time: 10_000, id: "1"), Act(type: .click, user: "u", item: "b", time: 10_001, id: "2"),
            identify("u", "v", "3"), Act(type: .click, user: "v", item: "c", time: 10_002, id: "4"),
        ]
        let engine = ItemSimilarityTests.run(acts, wide()).0.engine
        guard let user = engine.user("u") else {
            Issue.record("u is missing")
            return
        }
        let row = engine.users[user]
        #expect(row.events == 4 && row.visitors.count == 1)
        #expect(Set(row.history.indices.map { engine.itemID(row.history[$0].item).text }) == ["a", "b", "c"])
    }

    @Test func sessionsOfTheVisitorGoOnAsTheUsers() {
        let acts = [
            Act(type: .click, user: "v", item: "a", time: 10_000, session: "s", id: "1"), identify("u", "v", "2"),
            Act(type: .click, user: "u", item: "b", time: 10_010, session: "s", id: "3"),
        ]
        let engine = ItemSimilarityTests.run(acts, wide()).0.engine
        guard let a = engine.item("a") else {
            Issue.record("a is missing")
            return
        }
        var followers = engine.signals.next.followers(of: a, limit: 3, at: engine.now)
        defer { followers.free() }
        #expect(followers.indices.map { engine.itemID(followers[$0].number).text } == ["b"])
    }

    @Test func openSessionsStayBoundedWhenTheyAreJoined() {
        var settings = wide()
        settings.next.sessionsMax = 3
        var acts: [Act] = []
        for (owner, start) in [("u", Int64(0)), ("v", 5)] {
            for number in Int64(0)..<3 {
                acts.append(
                    Act(
                        type: .click, user: owner, item: "i\(number)", time: 10_000 + start + number * 10, session: "\(owner)\(number)",
                        id: "\(owner)\(number)"))
            }
        }
        let engine = ItemSimilarityTests.run(acts + [identify("u", "v", "x")], settings).0.engine
        guard let user = engine.user("u") else { return }
        let sessions = engine.users[user].sessions
        #expect(sessions.indices.map { sessions[$0].last.milliseconds }.sorted() == [10_015, 10_020, 10_025], "the newest three are kept")
    }
}
