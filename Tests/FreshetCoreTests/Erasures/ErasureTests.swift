import FreshetKernels
import Testing

@testable import FreshetCore

/// Users who are forgotten: as if they had never been, and for good.
@Suite struct ErasureTests {
    private static let victim = "victim-7f3a"

    /// Stands in for a keyed hash.
    private static func pseudonym(_ key: UInt64) -> Pseudonymizer {
        { id in
            let print = Fingerprint(of: id)
            return Pseudonym(high: print.high ^ key, low: print.low &+ key)
        }
    }

    private static func publication(_ settings: EngineSettings = smallSettings(), _ publishing: PublicationSettings = PublicationSettings())
        -> Publication
    {
        let publication = Publication(engine: Engine(settings: settings), settings: publishing)
        publication.engine.pseudonymize = pseudonym(7)
        return publication
    }

    private static func apply(_ acts: [Act], to publication: Publication, _ maker: EventMaker = EventMaker()) -> [Applied] {
        acts.map { act in
            publication.begin(nil)
            defer { publication.finish() }
            return publication.apply(act.made(by: maker), from: EventOrigin(topic: .empty, partition: 0, offset: 0))
        }
    }

    /// Applies an erasure in a batch of its own; answers what it writes.
    @discardableResult private static func erase(_ user: String, until time: Int64, _ publication: Publication, isJournalled: Bool = false)
        -> [String]
    {
        let outputs = OutputBuffer()
        publication.begin(outputs)
        let key = isJournalled ? publication.engine.journalName(of: user.withView(pseudonym(7))) : user
        let rejection = key.withView { key in
            "{\"timestamp\":\(time)}".withView { publication.apply(.erasures, key: key, value: $0, outputs: outputs, isJournalled: isJournalled) }
        }
        #expect(rejection == nil)
        publication.finishSides()
        publication.finish()
        return (0..<outputs.count).map { "\(outputs.topic($0)) \(outputs.key($0)?.text ?? "null") \(outputs.value($0)?.text ?? "tombstone")" }
    }

    /// A log in which the victim is one of the users, without identities that would join it with others.
    private static func acts(_ seed: UInt64) -> [Act] {
        RandomLog().acts(80, seed: seed).compactMap { act in
            var act = act
            if act.type == .identify, act.user == "u0" || act.visitor == "u0" { return nil }
            if act.user == "u0" { act.user = victim }
            return act
        }
    }

    @Test func addThenEraseEqualsNeverAddedForAThousandLogs() {
        var forgotten = 0
        for seed in UInt64(0)..<1000 {
            let acts = Self.acts(seed)
            let last = (acts.map(\.time).max() ?? 0) + 1
            let end = Act(type: .click, user: "u1", item: "i0", time: last, id: "end")
            let (erased, never) = (Self.publication(), Self.publication())
            _ = Self.apply(acts + [end], to: erased)
            _ = Self.apply(acts.filter { $0.user != Self.victim } + [end], to: never)
            if erased.engine.user(Self.victim) != nil { forgotten += 1 }
            Self.erase(Self.victim, until: last, erased)
            #expect(erased.pairsByID() == never.pairsByID(), "seed \(seed)")
            let (found, expected) = (erased.itemCountsByID(), never.itemCountsByID())
            #expect(Set(found.keys) == Set(expected.keys), "seed \(seed)")
            for (item, counts) in expected { #expect(found[item].map { $0 == counts } ?? false, "seed \(seed), \(item)") }
            #expect(histories(of: erased.engine) == histories(of: never.engine), "seed \(seed)")
            // What comes again, or late, is not learned.
            #expect(Self.apply(acts.filter { $0.user == Self.victim }, to: erased).allSatisfy { $0 == .ignored }, "seed \(seed)")
            #expect(erased.pairsByID() == never.pairsByID() && erased.engine.user(Self.victim) == nil, "seed \(seed)")
        }
        #expect(forgotten > 900)
    }

    @Test func whatCameLaterIsKept() {
        for seed in UInt64(0)..<200 {
            let acts = Self.acts(seed)
            let cut = acts[acts.count / 2].time
            let last = (acts.map(\.time).max() ?? 0) + 1
            let end = Act(type: .click, user: "u1", item: "i0", time: last, id: "end")
            let (erased, never) = (Self.publication(), Self.publication())
            _ = Self.apply(acts + [end], to: erased)
            // Of repeated actions the last time stands for all.
            _ = Self.apply(acts.filter { $0.user != Self.victim || $0.time > cut } + [end], to: never)
            Self.erase(Self.victim, until: cut, erased)
            #expect(erased.pairsByID() == never.pairsByID(), "seed \(seed)")
            if never.engine.user(Self.victim) == nil { #expect(erased.engine.user(Self.victim) == nil, "seed \(seed)") }
            let again = acts.filter { $0.user == Self.victim && $0.time <= cut }
            #expect(Self.apply(again, to: erased).allSatisfy { $0 == .ignored }, "seed \(seed)")
        }
    }

    @Test func theJournalsPseudonymForgetsTheSamePersonThroughRestarts() throws {
        for seed in UInt64(0)..<100 {
            let acts = Self.acts(seed)
            let half = acts.count / 2
            let named = Self.publication()
            var journalled = Self.publication()
            let store = StateTests.Rows()
            for (part, time) in [(acts[..<half], acts[half].time), (acts[half...], Int64(1) << 40)] {
                _ = Self.apply(Array(part), to: named)
                _ = Self.apply(Array(part), to: journalled)
                Self.erase(Self.victim, until: time, named)
                Self.erase(Self.victim, until: time, journalled, isJournalled: true)
                #expect(canonicalState(named) == canonicalState(journalled), "seed \(seed)")
                Self.save(journalled, in: store)
                journalled = try store.restored(smallSettings(), PublicationSettings(), Self.pseudonym(7))
            }
            #expect(Self.apply(acts.filter { $0.user == Self.victim }, to: journalled).allSatisfy { $0 == .ignored }, "seed \(seed)")
        }
    }

    private static func saved(_ publication: Publication) -> StateTests.Rows {
        let rows = StateTests.Rows()
        save(publication, in: rows)
        return rows
    }

    private static func save(_ publication: Publication, in rows: StateTests.Rows) {
        let changes = StateChanges()
        publication.beginCheckpoint(into: changes)
        while !publication.encodeCheckpoint(rowsMax: 100) {}
        rows.save(changes)
    }

    @Test func noByteOfTheIdIsLeftInTheState() throws {
        let publication = Self.publication()
        let visitor = "visitor-99c1"
        let acts = [
            Act(type: .click, user: visitor, item: "a", time: 1_000, id: "1"), Act(type: .click, user: Self.victim, item: "b", time: 1_001, id: "2"),
            Act(type: .identify, user: Self.victim, time: 1_002, visitor: visitor, id: "3"),
            Act(type: .click, user: "other", item: "a", time: 1_003, id: "4"),
        ]
        _ = Self.apply(acts, to: publication)
        func holds(_ text: String) -> Bool {
            Self.saved(publication).rows.values.contains { table in
                table.values.contains { String(decoding: $0, as: UTF8.self).contains(text) }
            }
        }
        #expect(holds(Self.victim))
        let written = Self.erase(visitor, until: 2_000, publication)
        #expect(publication.engine.user(Self.victim) == nil && publication.engine.user(visitor) == nil)
        #expect(
            written.filter { $0.hasSuffix("tombstone") }.sorted() == [
                "recommendations \(Self.victim) tombstone", "recommendations \(visitor) tombstone",
            ])
        let receipts = written.filter { $0.hasPrefix("receipts ") }
        #expect(receipts.count == 1 && receipts[0].contains("\"found\":{\"items\":2,") && receipts[0].contains("\"visitors\":1}"))
        #expect(!receipts[0].contains(Self.victim) && !receipts[0].contains(visitor))
        #expect(Self.erase(visitor, until: 2_000, publication).allSatisfy { !$0.hasPrefix("receipts ") }, "it is no news")
        // Deleted rows are not saved; those that are left hold neither.
        let rows = Self.saved(publication).rows
        let texts = rows.values.flatMap(\.values).map { String(decoding: $0, as: UTF8.self) }
        #expect(texts.allSatisfy { !$0.contains(Self.victim) && !$0.contains(visitor) })
        #expect(Self.apply([acts[0], acts[2]], to: publication) == [.ignored, .ignored])
    }

    @Test func aKeyThatTellsNobodyIsRefused() throws {
        let publication = Self.publication()
        Self.erase(Self.victim, until: 1_000, publication)
        let rows = Self.saved(publication)
        #expect(throws: StateError.self) { try rows.restored(smallSettings(), PublicationSettings(), Self.pseudonym(8)) }
        #expect(try rows.restored(smallSettings(), PublicationSettings(), Self.pseudonym(7)).engine.erasures.count == 1)
        // Who only looks needs no key.
        #expect(try rows.restored(smallSettings(), PublicationSettings()).engine.erasures.count == 1)
    }

    @Test func anErasureMustSayUpToWhenAndFit() {
        var settings = smallSettings()
        settings.erasuresMax = 3
        let publication = Self.publication(settings)
        func rejection(_ key: String?, _ value: String?, latest: Int64? = nil) -> RejectionCode? {
            let maker = EventMaker()
            let latest = latest.map { EventTime(milliseconds: $0) }
            return withExtendedLifetime(maker) {
                publication.apply(.erasures, key: key.map(maker.view), value: value.map(maker.view), latest: latest)?.code
            }
        }
        #expect(rejection("u", nil) == .malformed)
        #expect(rejection("u", "{}") == .badTimestamp)
        #expect(rejection("u", "{\"timestamp\":true}") == .wrongType)
        #expect(rejection("u", "{\"timestamp\":1764547200}") == .outOfRange, "seconds")
        #expect(rejection("u", "{\"timestamp\":\"soon\"}") == .badTimestamp)
        #expect(rejection(nil, "{\"timestamp\":1}") == .missingUser)
        #expect(rejection("u2", "{\"timestamp\":5}", latest: 4) == .inTheFuture && publication.engine.erasures.count == 0)
        #expect(rejection("u1", "{\"timestamp\":\"2026-01-01T00:00:00Z\"}") == nil)
        #expect(rejection("u2", "{\"timestamp\":5}", latest: 5) == nil && rejection("u3", "{\"timestamp\":5}") == nil)
        #expect(rejection("u4", "{\"timestamp\":5}") == .noRoom)
        #expect(rejection("u2", "{\"timestamp\":6}") == nil, "who is remembered needs no room")
    }

    @Test func aVisitorThatComesLaterBringsNothingBack() {
        let publication = Self.publication()
        let (visitor, early, late) = ("visitor-1", Int64(1_000), Int64(2_000))
        _ = Self.apply(
            [
                Act(type: .click, user: Self.victim, item: "a", time: early, id: "1"),
                Act(type: .click, user: visitor, item: "b", time: early, id: "2"),
                Act(type: .click, user: Self.victim, item: "c", time: late, id: "3"),
            ], to: publication)
        Self.erase(Self.victim, until: 1_500, publication)
        _ = Self.apply([Act(type: .identify, user: Self.victim, time: late, visitor: visitor, id: "4")], to: publication)
        #expect(histories(of: publication.engine).mapValues { $0.keys.sorted() } == [Self.victim: ["c"]])
        #expect(Self.apply([Act(type: .click, user: visitor, item: "b", time: early, id: "5")], to: publication) == [.ignored])
    }

    /// A late event that is forgotten makes no list needless, alone or in a catch-up.
    @Test func anEventThatIsForgottenReleasesNoList() {
        let maker = EventMaker()
        let acts = [
            Act(type: .click, user: "u", item: "a", time: 900, id: "1"), Act(type: .click, user: "u", item: "b", time: 2_000, id: "2"),
            Act(type: .click, user: "u", item: "a", time: 1_000, id: "3"), Act(type: .click, user: "w", item: "b", time: 2_001, id: "4"),
        ]
        func lists(_ batches: [Range<Int>]) -> [String] {
            let publication = Self.publication()
            _ = Self.apply([acts[0], Act(type: .click, user: "w", item: "c", time: 950, id: "0")], to: publication, maker)
            Self.erase("u", until: 1_500, publication)
            return batches.flatMap { StateTests.batch(publication, acts[$0], maker) }.filter { $0.hasPrefix("recommendations u ") }
        }
        let together = lists([1..<4])
        #expect(together.count == 1 && together == lists([1..<2, 2..<3, 3..<4]))
    }

    /// In the shop, in segments and in categories, but for rounding.
    @Test func popularityLosesAllThatAPersonCountedFor() {
        let maker = EventMaker()
        func say(_ publication: Publication) {
            for item in 0..<8 {
                let record = maker.view("{\"category\":\"\(["Tea", "Cups"][item % 2])\"}")
                #expect(publication.apply(.catalogue, key: maker.view("i\(item)"), value: record) == nil)
            }
            publication.finishSides()
        }
        var seen: Set<String> = []
        for seed in UInt64(0)..<200 {
            // Who wants no profile is nobody in particular, and can not be taken out.
            let acts = Self.acts(seed).map { act in
                var act = act
                act.consent = true
                return act
            }
            let last = (acts.map(\.time).max() ?? 0) + 1
            let end = Act(type: .click, user: "u1", item: "i0", time: last, id: "end")
            let (erased, never) = (Self.publication(), Self.publication())
            for publication in [erased, never] { say(publication) }
            _ = Self.apply(acts + [end], to: erased)
            _ = Self.apply(acts.filter { $0.user != Self.victim } + [end], to: never)
            Self.erase(Self.victim, until: last, erased)
            let (found, expected) = (erased.popularityByID(), never.popularityByID())
            for (key, count) in found.merging(expected, uniquingKeysWith: { found, _ in found }) {
                let (left, right) = (found[key] ?? 0, expected[key] ?? 0)
                #expect(abs(left - right) <= 0.002 + right / 1000, "seed \(seed), \(key): \(left) of \(right)")
                if count > 0.1 { seen.insert(String(key.prefix { $0 != " " })) }
            }
            #expect(erased.countsAreThoseOfShoppers(), "seed \(seed)")
        }
        #expect(Set(["short", "long", "ss0", "ss1", "ss2", "ss3", "cTea", "cCups"]).isSubset(of: seen))
    }
}
