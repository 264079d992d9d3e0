import FreshetKernels
import Testing

@testable import FreshetCore

@Suite struct StateTests {
    /// Rows as a store would keep them.
    final class Rows {
        var rows: [StateTable: [Int64: [UInt8]]] = [:]

        func save(_ changes: StateChanges) {
            for row in changes.rows {
                rows[row.table, default: [:]][row.number] = row.value.map { [UInt8](changes.bytes[$0].buffer) }
            }
        }

        func restored(_ settings: EngineSettings, _ publishing: PublicationSettings, _ pseudonymize: Pseudonymizer? = nil) throws -> Publication {
            let publication = Publication(engine: Engine(settings: settings), settings: publishing)
            publication.engine.pseudonymize = pseudonymize
            for table in StateTable.allCases {
                for (number, bytes) in (rows[table] ?? [:]).sorted(by: { $0.key < $1.key }) {
                    try bytes.withUnsafeBytes { try publication.restore(table, number, ByteView($0)) }
                }
            }
            try publication.finishRestore()
            return publication
        }
    }

    static func tight() -> EngineSettings {
        var settings = smallSettings()
        settings.usersMax = 8
        settings.itemsMax = 20
        settings.itemSimilarity.historyMax = 6
        settings.itemSimilarity.pairsMax = 5
        settings.next.followersMax = 4
        settings.dedupEventsMax = 300
        settings.popularity.boardsMax = 4
        settings.popularity.boardItemsMax = 3
        settings.keywords.searchesMax = 2
        return settings
    }

    static func log() -> RandomLog {
        var log = RandomLog()
        log.users = 14
        log.items = 35
        return log
    }

    /// Applies one batch and answers its outputs as text.
    static func batch(_ publication: Publication, _ acts: ArraySlice<Act>, _ maker: EventMaker, sides: [SideAct] = []) -> [String] {
        let outputs = OutputBuffer()
        let events = acts.map { $0.made(by: maker) }
        publication.begin(outputs)
        for event in events { publication.foresee(event) }
        for side in sides { _ = publication.apply(side.topic, key: maker.view(side.key), value: side.value.map { maker.view($0) }) }
        if !sides.isEmpty { publication.finishSides() }
        let topic = maker.view("t")
        for (event, act) in zip(events, acts) {
            _ = publication.apply(event, from: EventOrigin(topic: topic, partition: 0, offset: act.time))
        }
        publication.finish()
        return (0..<outputs.count).map { "\(outputs.topic($0)) \(outputs.key($0)?.text ?? "null") \(outputs.value($0)?.text ?? "tombstone")" }
    }

    @Test(arguments: [true, false]) func aRestartAtAnyBoundaryChangesNothing(conflate: Bool) throws {
        var publishing = PublicationSettings()
        publishing.conflate = conflate
        publishing.listLength = 5
        publishing.republishAfter = conflate ? 1500 : nil
        for seed in UInt64(0)..<60 {
            publishing.changedItemsMax = seed.isMultiple(of: 2) ? 2 : nil
            let maker = EventMaker()
            let acts = StateTests.log().acts(400, seed: seed)
            var random = SplitMix64(seed: seed ^ 77)
            var sides = RandomSides(seed: seed)
            sides.items = 35
            let whole = Publication(engine: Engine(settings: StateTests.tight()), settings: publishing)
            var cut = Publication(engine: Engine(settings: StateTests.tight()), settings: publishing)
            let store = Rows()
            var at = 0
            while at < acts.count {
                let end = min(at + 1 + random.next(below: 25), acts.count)
                let said = seed % 3 == 0 ? [] : sides.acts(random.next(below: 4))
                let expected = StateTests.batch(whole, acts[at..<end], maker, sides: said)
                #expect(StateTests.batch(cut, acts[at..<end], maker, sides: said) == expected, "seed \(seed), batch at \(at)")
                at = end
                if random.next(below: 3) == 0 {
                    let changes = StateChanges()
                    cut.beginCheckpoint(into: changes)
                    while !cut.encodeCheckpoint(rowsMax: 3) {}
                    store.save(changes)
                    cut = try store.restored(StateTests.tight(), publishing)
                }
            }
            #expect(canonicalState(whole) == canonicalState(cut), "seed \(seed)")
        }
    }

    @Test func aCheckpointInSlicesHoldsTheStateOfItsBoundary() throws {
        let publishing = PublicationSettings()
        for seed in UInt64(0)..<60 {
            let maker = EventMaker()
            let acts = StateTests.log().acts(300, seed: seed)
            var random = SplitMix64(seed: seed)
            var sides = RandomSides(seed: seed)
            let publication = Publication(engine: Engine(settings: StateTests.tight()), settings: publishing)
            let store = Rows()
            var boundary: [String: [[UInt8]]]?
            var changes = StateChanges()
            for at in stride(from: 0, to: acts.count, by: 10) {
                _ = StateTests.batch(publication, acts[at..<min(at + 10, acts.count)], maker, sides: seed % 2 == 0 ? [] : sides.acts(2))
                if let wanted = boundary {
                    guard publication.encodeCheckpoint(rowsMax: 1 + random.next(below: 6)) else { continue }
                    store.save(changes)
                    #expect(canonicalState(try store.restored(StateTests.tight(), publishing)) == wanted, "seed \(seed), batch at \(at)")
                    boundary = nil
                } else {
                    boundary = canonicalState(publication)
                    changes = StateChanges()
                    publication.beginCheckpoint(into: changes)
                }
            }
        }
    }

    @Test func brokenRowsAreRefused() throws {
        let maker = EventMaker()
        let publication = Publication(engine: Engine(settings: StateTests.tight()), settings: PublicationSettings())
        var sides = RandomSides(seed: 5)
        _ = StateTests.batch(publication, StateTests.log().acts(200, seed: 5)[...], maker, sides: sides.acts(30))
        let changes = StateChanges()
        publication.beginCheckpoint(into: changes)
        while !publication.encodeCheckpoint(rowsMax: 1000) {}
        let store = Rows()
        store.save(changes)
        var refused = 0
        for (table, rows) in store.rows {
            for (number, bytes) in rows where !bytes.isEmpty && table != .dedup {
                let broken = Rows()
                broken.rows = store.rows
                broken.rows[table]?[number] = Array(bytes.dropLast())
                #expect(throws: StateError.self) { try broken.restored(StateTests.tight(), PublicationSettings()) }
                refused += 1
            }
        }
        #expect(refused > 20)
    }
}
