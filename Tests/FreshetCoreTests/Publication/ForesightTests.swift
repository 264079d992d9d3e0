import FreshetKernels
import Testing

@testable import FreshetCore

@Suite struct ForesightTests {
    /// Applies one batch and answers how many lists were made for it.
    private func listsMade(_ acts: [Act], after before: [Act] = [], _ change: (inout PublicationSettings) -> Void = { _ in }) -> Int64 {
        let maker = EventMaker()
        let publication = PublicationTests.publication(change)
        if !before.isEmpty { _ = StateTests.batch(publication, before[...], maker) }
        let made = publication.listsMade
        _ = StateTests.batch(publication, acts[...], maker)
        return publication.listsMade - made
    }

    private func clicks(_ users: [String], from time: Int64 = 10_000) -> [Act] {
        users.enumerated().map { Act(type: .click, user: $1, item: "i\($0 % 3)", time: time + Int64($0), id: "\(time) \($0)") }
    }

    @Test func aUserWithManyCertainEventsHasOneListMade() {
        #expect(listsMade(clicks(Array(repeating: "u", count: 50))) == 1)
        #expect(listsMade(clicks(["u", "v", "u", "w", "v", "u"])) == 3)
    }

    @Test func withoutConflationEachEventHasItsList() {
        #expect(listsMade(clicks(Array(repeating: "u", count: 50))) { $0.conflate = false } == 50)
    }

    @Test func eventsThatNoListFollowsDoNotTakeTheListOfOneBefore() {
        var acts = clicks(["u"])
        acts.append(Act(type: .removeFromCart, user: "u", item: "i0", time: 10_100, id: "r"))
        acts.append(Act(type: .click, user: "u", item: "i0", time: 10_101, id: "c", consent: false))
        #expect(listsMade(acts) == 1)
    }

    @Test func anEventThatMayBeADuplicateIsNotCertain() {
        let first = clicks(["u"])
        // Applied in an earlier batch: it will be a duplicate, so the list of the event before it must stand.
        #expect(listsMade(clicks(["u", "u"], from: 20_000) + first, after: first) == 1)
        // Twice in one batch: the first is applied, the second is not certain.
        let twice = clicks(["u"], from: 20_000)
        #expect(listsMade(twice + twice) == 1)
    }

    @Test func aUserWhoIsIdentifiedInTheBatchKeepsTheListOfEachEvent() {
        var acts = clicks(["v", "v"])
        acts.append(Act(type: .identify, user: "u", time: 10_050, visitor: "v", id: "identify"))
        acts += clicks(["u", "v", "u"], from: 10_060)
        #expect(listsMade(acts) >= 4)
    }

    @Test func whatEachBatchMadeIsForgottenInTheNext() {
        let maker = EventMaker()
        let publication = PublicationTests.publication { _ in }
        for batch in Int64(0)..<20 {
            let made = publication.listsMade
            _ = StateTests.batch(publication, clicks(["u", "v", "u"], from: 10_000 + batch * 100)[...], maker)
            #expect(publication.listsMade - made == 2, "batch \(batch)")
        }
    }

    @Test func aCatchUpWritesNothingAndLeavesTheSameState() {
        for seed in UInt64(0)..<20 {
            let maker = EventMaker()
            let acts = RandomLog().acts(200, seed: seed)
            let live = PublicationTests.publication { _ in }
            let caughtUp = PublicationTests.publication { _ in }
            for at in stride(from: 0, to: acts.count, by: 20) {
                _ = StateTests.batch(live, acts[at..<at + 20], maker)
                let events = acts[at..<at + 20].map { $0.made(by: maker) }
                caughtUp.begin(nil)
                for event in events { caughtUp.foresee(event) }
                for event in events { _ = caughtUp.apply(event, from: EventOrigin(topic: .empty, partition: 0, offset: 0)) }
                caughtUp.finish()
            }
            #expect(canonicalState(live) == canonicalState(caughtUp), "seed \(seed)")
            // What was last published is part of it: the next batch says the same in both.
            let next = RandomLog().acts(260, seed: seed)[200...]
            #expect(StateTests.batch(live, next, maker) == StateTests.batch(caughtUp, next, maker), "seed \(seed)")
        }
    }

    /// Batches that are foreseen together leave the learners as they were, and what was last published is known for all that follows; users come and
    /// go on the way.
    @Test func batchesThatAreForeseenTogetherSayTheSameAfterwards() {
        var made: (live: Int64, caughtUp: Int64) = (0, 0)
        for seed in UInt64(0)..<60 {
            var random = SplitMix64(seed: seed)
            let maker = EventMaker()
            let acts = RandomLog().acts(420, seed: seed)
            let (live, caughtUp) = (Self.crowded(), Self.crowded())
            var at = 0
            while at < 300 {
                let sizes = (0...random.next(below: 6)).map { _ in 1 + random.next(below: 20) }
                caughtUp.beginForeseeing()
                let start = at
                let batches = sizes.map { size in
                    defer { at += size }
                    return acts[at..<at + size]
                }
                for event in acts[start..<at].map({ $0.made(by: maker) }) { caughtUp.foresee(event) }
                for batch in batches {
                    _ = StateTests.batch(live, batch, maker)
                    caughtUp.begin(nil, isForeseen: true)
                    for event in batch.map({ $0.made(by: maker) }) {
                        _ = caughtUp.apply(event, from: EventOrigin(topic: .empty, partition: 0, offset: 0))
                    }
                    caughtUp.finish()
                }
            }
            #expect(canonicalState(live) == canonicalState(caughtUp), "seed \(seed)")
            made.live += live.listsMade
            made.caughtUp += caughtUp.listsMade
            for next in stride(from: at, to: acts.count, by: 10) {
                let batch = acts[next..<min(next + 10, acts.count)]
                #expect(StateTests.batch(live, batch, maker) == StateTests.batch(caughtUp, batch, maker), "seed \(seed)")
            }
        }
        #expect(made.caughtUp < made.live)
    }

    private static func crowded() -> Publication {
        var engine = EngineSettings()
        engine.usersMax = 6
        engine.itemsMax = 12
        return Publication(engine: Engine(settings: engine), settings: PublicationSettings())
    }
}
