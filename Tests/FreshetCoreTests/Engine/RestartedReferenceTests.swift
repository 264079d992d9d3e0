import FreshetKernels
import Testing

@testable import FreshetCore

/// Duplicates, identity, consent and order within and beyond the window, against a slow reference, while the state is encoded and decoded at
/// random places.
@Suite struct RestartedReferenceTests {
    /// What a log met: each kind often enough, or the test shows nothing.
    private struct Met {
        /// Duplicates whose first event an earlier incarnation saw.
        var duplicatesAcrossRestarts = 0
        /// Repeated ids that were forgotten.
        var forgotten = 0
        var late = 0
        var outOfOrder = 0
        var refusals = 0
        /// Events of visitors after their login.
        var afterLogin = 0
    }

    @Test func everyOutcomeAndHistoryIsTheReferences() throws {
        var met = Met()
        for seed in UInt64(0)..<200 {
            var settings = smallSettings()
            settings.dedupHorizon = 1500
            let acts = RandomLog().acts(150, seed: seed)
            var reference = ReferenceShop(settings: settings)
            let publication = try Self.run(acts, settings, seed, &met) { reference.apply($0) }
            #expect(publication.pairsByID() == reference.pairs(), "seed \(seed)")
            #expect(histories(of: publication.engine) == reference.histories().mapValues { $0.mapValues(text) }, "seed \(seed)")
        }
        #expect(met.duplicatesAcrossRestarts > 200 && met.forgotten > 50 && met.late > 100)
        #expect(met.outOfOrder > 2000 && met.refusals > 500 && met.afterLogin > 500)
    }

    /// Without consent an event counts in popularity as the first of its kind does with it, and leaves no profile.
    @Test func withoutConsentOnlyPopularityIsKept() throws {
        var met = Met()
        var wide = smallSettings()
        wide.itemSimilarity.window = 1 << 40
        for seed in UInt64(0)..<100 {
            var log = RandomLog()
            log.identities = false
            let acts = log.acts(150, seed: seed)
            var seen: Set<[String]> = []
            let once = acts.filter { $0.type.isAction && seen.insert([$0.user, $0.item, "\($0.type)"]).inserted }.map { act in
                // Whoever has a profile counts in the segment of its newest event, all of it.
                var act = act
                act.segment = ""
                return act
            }
            let willing = once.map { act in
                var act = act
                act.consent = true
                return act
            }
            let asked = try Self.run(once, wide, seed, &met)
            let granted = try Self.run(willing, wide, seed, &met)
            #expect(canonicalState(asked)["popularity"] == canonicalState(granted)["popularity"], "seed \(seed)")
            let refused = acts.map { act in
                var act = act
                act.consent = act.consent && act.user != "u0"
                return act
            }
            let without = try Self.run(refused, smallSettings(), seed, &met)
            #expect(without.engine.userNumber(EventMaker().view("u0")) == nil, "seed \(seed)")
            let others = try Self.run(acts.filter { $0.user != "u0" }, smallSettings(), seed, &met)
            #expect(histories(of: without.engine).keys.sorted() == histories(of: others.engine).keys.sorted(), "seed \(seed)")
        }
        #expect(met.refusals > 1000)
    }

    /// Applies acts one by one, restarts at random places, and holds each outcome against what `expected` says.
    private static func run(
        _ acts: [Act], _ settings: EngineSettings, _ seed: UInt64, _ met: inout Met, expected: ((Act) -> Applied)? = nil
    ) throws -> Publication {
        let (maker, store) = (EventMaker(), StateTests.Rows())
        let origin = EventOrigin(topic: .empty, partition: 0, offset: 0)
        var publication = Publication(engine: Engine(settings: settings), settings: PublicationSettings())
        var random = SplitMix64(seed: seed ^ 5)
        var incarnation = 0
        var seen: [String: Int] = [:]
        var visitors: Set<String> = []
        var latest = Int64.min
        for (number, act) in acts.enumerated() {
            if random.next(below: 12) == 0 {
                publication = try restarted(publication, store, settings)
                incarnation += 1
            }
            publication.begin(nil)
            let outcome = publication.apply(act.made(by: maker), from: origin)
            publication.finish()
            if let expected { #expect(outcome == expected(act), "seed \(seed), act \(number)") }
            if outcome == .duplicate, seen[act.id].map({ $0 < incarnation }) ?? false { met.duplicatesAcrossRestarts += 1 }
            if case .applied(let isLate) = outcome {
                if seen[act.id] != nil { met.forgotten += 1 }
                if isLate { met.late += 1 }
                if act.time < latest { met.outOfOrder += 1 }
                if !act.consent { met.refusals += 1 }
                if visitors.contains(act.user) { met.afterLogin += 1 }
                if act.type == .identify, act.consent { visitors.insert(act.visitor) }
                seen[act.id] = incarnation
            }
            latest = max(latest, act.time)
        }
        return try restarted(publication, store, settings)
    }

    /// The state as it comes back from its rows.
    private static func restarted(_ publication: Publication, _ store: StateTests.Rows, _ settings: EngineSettings) throws -> Publication {
        let changes = StateChanges()
        publication.beginCheckpoint(into: changes)
        while !publication.encodeCheckpoint(rowsMax: 100) {}
        store.save(changes)
        return try store.restored(settings, PublicationSettings())
    }
}

/// What counts of each user's items; users without a history are left out.
func histories(of engine: Engine) -> [String: [String: String]] {
    var histories: [String: [String: String]] = [:]
    for user in engine.users.rows.indices where engine.users.ids.contains(number: UInt32(user)) {
        let history = engine.users.rows[user].history
        for place in history.indices {
            let share = history[place].share
            let times = ReferenceShop.Shares(
                click: time(share.click), cart: time(share.cart), purchase: time(share.purchase), rating: share.rating)
            histories[engine.users.ids[UInt32(user)].text, default: [:]][engine.items.ids[history[place].item].text] = text(times)
        }
    }
    return histories
}

private func time(_ time: EventTime) -> Int64? { time == .never ? nil : time.milliseconds }

private func text(_ shares: ReferenceShop.Shares) -> String {
    let times = [shares.click, shares.cart, shares.purchase].map { $0.map(String.init) ?? "-" }
    return "\(times.joined(separator: " ")) \(shares.rating)"
}
