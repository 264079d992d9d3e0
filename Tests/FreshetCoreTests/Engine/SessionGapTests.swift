import FreshetKernels
import Testing

@testable import FreshetCore

@Suite struct SessionGapTests {
    private static let minute: Int64 = 60_000

    /// The items of the user's one session, newest first, after clicks at these minutes.
    private func session(_ clicks: [(minute: Int64, item: String)], named name: String = "") -> [String] {
        let acts = clicks.enumerated().map { number, click in
            Act(type: .click, user: "u", item: click.item, time: click.minute * SessionGapTests.minute, session: name, id: "\(number)")
        }
        let (publication, _) = ItemSimilarityTests.run(acts, EngineSettings())
        let engine = publication.engine
        return engine.users[0].sessions.indices.flatMap { index in
            let session = engine.users[0].sessions[index]
            return (0..<Int(session.count)).map { engine.itemID(session.steps[$0]).text }
        }
    }

    @Test func silenceEndsASession() {
        #expect(session([(600, "a"), (601, "b"), (631, "c")]) == ["c", "b", "a"])
        #expect(session([(600, "a"), (601, "b"), (632, "c")]) == ["c"])
    }

    /// An event of an earlier session, come late, belongs to no session that is open: nothing ends, and nothing follows it.
    @Test func aLateEventEndsNoSession() {
        #expect(session([(600, "a"), (601, "b"), (560, "late"), (602, "c")]) == ["c", "b", "a"])
        let acts = [(600, "a"), (560, "late"), (601, "b")].enumerated().map { number, click in
            Act(type: .click, user: "u", item: click.1, time: Int64(click.0) * SessionGapTests.minute, id: "\(number)")
        }
        let (publication, _) = ItemSimilarityTests.run(acts, EngineSettings())
        let next = publication.engine.signals.next
        #expect(next.rows.indices.map { next.rows[$0].count } == [1, 0, 0])
    }

    @Test func aSessionWithAnIDHasNoGap() {
        #expect(session([(600, "a"), (700, "b"), (500, "c")], named: "s") == ["c", "b", "a"])
    }
}
