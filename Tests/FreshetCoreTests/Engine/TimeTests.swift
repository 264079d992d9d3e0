import FreshetKernels
import Testing

@testable import FreshetCore

/// What the watermark decides: windows, lateness, silence, how long an id is remembered.
@Suite struct TimeTests {
    private static let lateness: Int64 = 200
    private static let window: Int64 = 3000

    private func engine(_ acts: [Act], _ settings: EngineSettings = smallSettings()) -> Engine { ItemSimilarityTests.run(acts, settings).0.engine }

    private func click(_ user: String, _ item: String, at time: Int64, session: String = "") -> Act {
        Act(type: .click, user: user, item: item, time: time, session: session, id: "\(user) \(item) \(time)")
    }

    @Test func theWatermarkIsTheLargestTimeMinusTheLateness() {
        #expect(engine([]).watermark == .never)
        #expect(engine([click("u", "a", at: 10_000), click("u", "b", at: 9_000)]).watermark.milliseconds == 10_000 - TimeTests.lateness)
        #expect(engine([click("u", "a", at: 10_000)]).now.milliseconds == 10_000)
    }

    @Test func anActionCountsWhileItIsYoungerThanTheWindowAndNoLonger() {
        let leaves = 10_000 + TimeTests.window
        for (moment, counts) in [(leaves - 1, true), (leaves, false)] {
            let acts = [click("u", "a", at: 10_000), click("other", "z", at: moment + TimeTests.lateness)]
            let publication = ItemSimilarityTests.run(acts, smallSettings()).0
            #expect((publication.itemCountsByID()["a"] != nil) == counts, "watermark at \(moment)")
        }
    }

    @Test func aTickEndsAWindowAsAnEventDoes() {
        let publication = ItemSimilarityTests.run([click("u", "a", at: 10_000)], smallSettings()).0
        publication.engine.advance(to: EventTime(milliseconds: 10_000 + TimeTests.window - 1))
        #expect(publication.itemCountsByID()["a"] != nil)
        publication.engine.advance(to: EventTime(milliseconds: 10_000 + TimeTests.window))
        #expect(publication.itemCountsByID().isEmpty)
        publication.engine.advance(to: EventTime(milliseconds: 0))
        #expect(publication.engine.watermark.milliseconds == 10_000 + TimeTests.window, "the watermark does not go back")
    }

    /// In one jump or in many steps: what left the window is gone, in both the same.
    @Test func aJumpOverManyWindowsEqualsManySteps() {
        for seed in UInt64(0)..<40 {
            let acts = RandomLog().acts(120, seed: seed)
            let jumped = ItemSimilarityTests.run(acts, smallSettings()).0
            let stepped = ItemSimilarityTests.run(acts, smallSettings()).0
            let start = jumped.engine.watermark.milliseconds
            for moment in stride(from: start, through: start + 2500, by: 37) { stepped.engine.advance(to: EventTime(milliseconds: moment)) }
            stepped.engine.advance(to: EventTime(milliseconds: start + 2500))
            jumped.engine.advance(to: EventTime(milliseconds: start + 2500))
            #expect(canonicalState(stepped) == canonicalState(jumped), "seed \(seed)")
        }
    }

    @Test func anEventBeyondTheWindowIsLateAndOnlyItsHistoryEntryIsKept() {
        let end = 20_000 - TimeTests.lateness - TimeTests.window
        for (time, isLate) in [(end, true), (end + 1, false)] {
            let (publication, outcomes) = ItemSimilarityTests.run([click("u", "a", at: 20_000), click("w", "b", at: time)], smallSettings())
            #expect(outcomes.last == .applied(late: isLate))
            #expect(publication.engine.eventsLate == (isLate ? 1 : 0) && publication.engine.eventsApplied == 2)
            #expect((publication.itemCountsByID()["b"] == nil) == isLate)
            #expect(publication.engine.signals.popularity.leaders.count == (isLate ? 1 : 2))
            guard let user = publication.engine.user("w") else {
                Issue.record("w is missing")
                return
            }
            #expect(publication.engine.users[user].history.count == 1)
            #expect(publication.engine.users[user].sessions.isEmpty == isLate)
        }
    }

    @Test("FAULTS 14: an id is remembered until the horizon passes it")
    func anIdIsRememberedUntilTheHorizonPassesIt() {
        var settings = smallSettings()
        settings.dedupHorizon = 1000
        let first = Act(type: .click, user: "u", item: "a", time: 10_000, id: "x")
        for (moment, outcome) in [(Int64(10_999), Applied.duplicate), (11_000, .applied(late: false))] {
            let other = Act(type: .click, user: "w", item: "b", time: moment + TimeTests.lateness, id: "y")
            let outcomes = ItemSimilarityTests.run([first, other, first], settings).1
            #expect(outcomes.last == outcome, "watermark at \(moment)")
        }
    }

    @Test func aSessionWithoutAnIdEndsAfterSilence() {
        for (silence, steps) in [(Int64(300), 2), (301, 1)] {
            let engine = engine([click("u", "a", at: 10_000), click("u", "b", at: 10_000 + silence)])
            guard let user = engine.user("u") else { continue }
            let sessions = engine.users[user].sessions
            #expect(sessions.count == 1 && sessions[0].count == steps, "after \(silence) ms")
        }
    }

    @Test func aSessionWithAnIdIsKeptThroughSilenceAndApartFromOthers() {
        let engine = engine([
            click("u", "a", at: 10_000, session: "s"), click("u", "x", at: 10_100), click("u", "b", at: 12_000, session: "s"),
            click("w", "c", at: 12_001, session: "s"),
        ])
        guard let user = engine.user("u") else { return }
        let sessions = engine.users[user].sessions
        #expect(sessions.indices.map { Int(sessions[$0].count) }.sorted() == [1, 2])
        guard let b = engine.item("b") else { return }
        #expect(engine.signals.next.rows[Int(b)].count == 0, "the session of another user is another one")
    }

    @Test func theSessionSilentForLongestIsClosedFirst() {
        var settings = smallSettings()
        settings.next.sessionsMax = 2
        let engine = engine(
            [
                click("u", "a", at: 10_000, session: "1"), click("u", "b", at: 10_001, session: "2"), click("u", "c", at: 10_002, session: "1"),
                click("u", "d", at: 10_003, session: "3"),
            ], settings)
        guard let user = engine.user("u") else { return }
        let sessions = engine.users[user].sessions
        #expect(sessions.indices.map { sessions[$0].last.milliseconds }.sorted() == [10_002, 10_003])
    }

    @Test func aDuplicateMovesTheWatermarkAndNothingElse() {
        let act = click("u", "a", at: 10_000)
        let (publication, outcomes) = ItemSimilarityTests.run([act, act, act], smallSettings())
        #expect(outcomes == [.applied(late: false), .duplicate, .duplicate])
        #expect(publication.engine.eventsApplied == 1 && publication.itemCountsByID()["a"]?.count == 1)
        #expect(canonicalState(publication) == canonicalState(ItemSimilarityTests.run([act], smallSettings()).0))
    }
}
