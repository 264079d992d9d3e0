import FreshetKernels
import Testing

@testable import FreshetCore

/// Rows that a store may hold after damage or mix-up, and that no state is made from.
@Suite struct StateRefusalTests {
    private func rows(_ acts: Int = 200, seed: UInt64 = 5, _ settings: EngineSettings = StateTests.tight()) -> StateTests.Rows {
        let publication = Publication(engine: Engine(settings: settings), settings: PublicationSettings())
        _ = StateTests.batch(publication, StateTests.log().acts(acts, seed: seed)[...], EventMaker())
        let changes = StateChanges()
        publication.beginCheckpoint(into: changes)
        while !publication.encodeCheckpoint(rowsMax: 1000) {}
        let store = StateTests.Rows()
        store.save(changes)
        return store
    }

    /// Why rows are refused; `nil` where they are taken.
    private func refusal(_ store: StateTests.Rows, _ settings: EngineSettings = StateTests.tight()) -> StateError? {
        do {
            _ = try store.restored(settings, PublicationSettings())
            return nil
        } catch {
            return error as? StateError ?? StateError(table: .engine, number: -1, message: "\(error)")
        }
    }

    @Test func wholeRowsAreTaken() {
        #expect(refusal(rows()) == nil)
    }

    @Test func aRowThatEndsAnywhereEarlyIsRefused() {
        let store = rows()
        var refused = 0
        for table in [StateTable.engine, .items, .users, .publishedUsers, .publishedItems] {
            for (number, bytes) in (store.rows[table] ?? [:]).sorted(by: { $0.key < $1.key }).prefix(3) {
                for count in 0..<bytes.count {
                    let broken = StateTests.Rows()
                    broken.rows = store.rows
                    broken.rows[table]?[number] = Array(bytes.prefix(count))
                    let found = refusal(broken)
                    #expect(
                        found?.table == table && found?.number == number,
                        "\(table), row \(number), \(count) of \(bytes.count) bytes: \(String(describing: found))")
                    refused += 1
                }
            }
        }
        #expect(refused > 500)
    }

    @Test func aRowThatGoesOnIsRefused() {
        let store = rows()
        for table in [StateTable.engine, .items, .users, .publishedUsers, .publishedItems] {
            guard let number = store.rows[table]?.keys.min() else { continue }
            let broken = StateTests.Rows()
            broken.rows = store.rows
            broken.rows[table]?[number]?.append(0)
            #expect(refusal(broken)?.message == "1 bytes are left over", "\(table)")
        }
    }

    @Test(arguments: [-1, Int64(UInt32.max), Int64.max]) func aRowsNumberMustBeOneThatTheEngineGives(_ number: Int64) throws {
        let publication = Publication(engine: Engine(settings: smallSettings()), settings: PublicationSettings())
        #expect(throws: StateError(table: .items, number: number, message: "the row's number is out of range")) {
            try publication.restore(.items, number, .empty)
        }
    }

    @Test func anIdInTwoRowsIsRefused() {
        for table in [StateTable.items, .users] {
            let store = rows()
            guard let bytes = store.rows[table]?.min(by: { $0.key < $1.key })?.value else { continue }
            store.rows[table]?[900] = bytes
            #expect(refusal(store)?.message == "its id stands in another row too")
        }
    }

    @Test func aRowThatOthersNameMustBeThere() {
        var settings = smallSettings()
        settings.dedupEventsMax = 600
        var messages: Set<String> = []
        let whole = rows(150, seed: 3, settings)
        #expect(refusal(whole, settings) == nil)
        for number in whole.rows[.items]?.keys.sorted() ?? [] {
            let broken = StateTests.Rows()
            broken.rows = whole.rows
            broken.rows[.items]?[number] = nil
            let message = refusal(broken, settings)?.message ?? "taken"
            messages.insert(message.filter { !$0.isNumber })
        }
        #expect(!messages.contains("taken"), "\(messages)")
    }

    @Test func aVisitorsUserMustBeThere() {
        let publication = Publication(engine: Engine(settings: smallSettings()), settings: PublicationSettings())
        let acts = [
            Act(type: .click, user: "v", item: "i", time: 10_000, id: "1"), Act(type: .identify, user: "u", time: 10_001, visitor: "v", id: "2"),
        ]
        _ = StateTests.batch(publication, acts[...], EventMaker())
        let changes = StateChanges()
        publication.beginCheckpoint(into: changes)
        while !publication.encodeCheckpoint(rowsMax: 1000) {}
        let store = StateTests.Rows()
        store.save(changes)
        guard let user = publication.engine.user("u") else {
            Issue.record("u is missing")
            return
        }
        store.rows[.users]?[Int64(user)] = nil
        #expect(refusal(store, smallSettings())?.message == "a visitor's user is missing")
    }

    @Test func rememberedIdsComeInWholeBlocks() {
        var settings = smallSettings()
        settings.dedupEventsMax = 5000
        let publication = Publication(engine: Engine(settings: settings), settings: PublicationSettings())
        let acts = (0..<700).map { Act(type: .click, user: "u", item: "i", time: 10_000 + Int64($0), id: "\($0)") }
        _ = StateTests.batch(publication, acts[...], EventMaker())
        let changes = StateChanges()
        publication.beginCheckpoint(into: changes)
        while !publication.encodeCheckpoint(rowsMax: 1000) {}
        let store = StateTests.Rows()
        store.save(changes)
        #expect(store.rows[.dedup]?.keys.sorted() == [0, 1, 2])
        #expect(refusal(store, settings) == nil)
        for block in Int64(0)..<2 {
            let broken = StateTests.Rows()
            broken.rows = store.rows
            broken.rows[.dedup]?[block] = nil
            #expect(refusal(broken, settings)?.message == "the block before it is missing or not full")
        }
        let short = StateTests.Rows()
        short.rows = store.rows
        short.rows[.dedup]?[2] = nil
        #expect(refusal(short, settings)?.message == "the position in the dedup ring is impossible")
    }

    @Test func anErrorNamesTableAndRow() {
        #expect(StateError(table: .publishedUsers, number: 5, message: "what is wrong").description == "table published_users, row 5: what is wrong")
        #expect(Set(StateTable.allCases.map(\.name)).count == StateTable.allCases.count)
    }
}
