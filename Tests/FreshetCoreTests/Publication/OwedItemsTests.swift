import FreshetKernels
import Testing

@testable import FreshetCore

@Suite struct OwedItemsTests {
    private static let pairs = 600

    /// Many users with two items each, and then one click after a silence that is longer than the window.
    private static func acts() -> [Act] {
        var acts = (0..<2 * pairs).map { Act(type: .click, user: "u\($0 / 2)", item: "i\($0)", time: 1000, id: "\($0)") }
        acts.append(Act(type: .click, user: "u", item: "i", time: 100_000, id: "last"))
        return acts
    }

    private static func publication(changedItemsMax: Int?, window: Int64 = 3000) -> Publication {
        var engine = smallSettings()
        engine.itemSimilarity.window = window
        engine.usersMax = 10_000
        engine.itemsMax = 10_000
        var settings = PublicationSettings()
        settings.recommendations = false
        settings.changedItemsMax = changedItemsMax
        return Publication(engine: Engine(settings: engine), settings: settings)
    }

    /// The records of each batch until nothing is owed.
    private static func drained(_ publication: Publication, _ maker: EventMaker) -> [[String]] {
        var batches: [[String]] = []
        while publication.owesRecords { batches.append(StateTests.batch(publication, [], maker)) }
        return batches
    }

    @Test func theEndOfASilenceIsWrittenInSeveralBatchesInOrder() {
        let maker = EventMaker()
        let acts = OwedItemsTests.acts()
        let (free, bound) = (OwedItemsTests.publication(changedItemsMax: 1 << 20), OwedItemsTests.publication(changedItemsMax: 100))
        var whole: [String] = []
        var parts: [String] = []
        for act in [acts.dropLast(), acts.suffix(1)] {
            whole += StateTests.batch(free, act, maker)
            let batches = [StateTests.batch(bound, act, maker)] + OwedItemsTests.drained(bound, maker)
            #expect(batches.count >= 12 && batches.allSatisfy { $0.count <= 100 })
            parts += batches.flatMap { $0 }
        }
        #expect(whole.count == 4 * OwedItemsTests.pairs + 1 && parts == whole)
    }

    /// What is owed stands in a checkpoint, and is written after a restart in the same order.
    @Test func aRestartOwesTheSame() throws {
        let maker = EventMaker()
        let acts = OwedItemsTests.acts()
        let publication = OwedItemsTests.publication(changedItemsMax: 100)
        _ = StateTests.batch(publication, acts[...], maker)
        let store = StateTests.Rows()
        let changes = StateChanges()
        publication.beginCheckpoint(into: changes)
        while !publication.encodeCheckpoint(rowsMax: 100) {}
        store.save(changes)
        let restored = try store.restored(publication.engine.settings, publication.settings)
        let expected = OwedItemsTests.drained(publication, maker)
        #expect(expected.count > 5 && OwedItemsTests.drained(restored, maker) == expected)
    }

    /// Changed items are looked at once a second of event time, in a batch without events at once, and what waits stands in a checkpoint.
    @Test func itemsThatChangeAgainAndAgainAreLookedAtOnceASecond() throws {
        let maker = EventMaker()
        var publication = OwedItemsTests.publication(changedItemsMax: nil, window: 1 << 30)
        func looks(at times: [Int64]) -> [Int] {
            times.map { time in
                let user = "u\(time)"
                let acts = ["a", "b"].map { Act(type: .click, user: user, item: $0 + user, time: time, id: $0 + user) }
                return StateTests.batch(publication, acts[...], maker).count
            }
        }
        #expect(looks(at: [10_000, 10_200, 10_999, 11_000, 11_500, 12_100]) == [2, 0, 0, 6, 0, 4])
        #expect(looks(at: [12_200]) == [0] && publication.owesRecords && !publication.isBehind)
        // A clock that is ahead makes one look more, and another one when the others go on.
        #expect(looks(at: [40_000, 12_300, 12_400, 13_400]) == [4, 2, 0, 4])
        #expect(looks(at: [13_500]) == [0] && publication.owesRecords)

        let store = StateTests.Rows()
        let changes = StateChanges()
        publication.beginCheckpoint(into: changes)
        while !publication.encodeCheckpoint(rowsMax: 100) {}
        store.save(changes)
        publication = try store.restored(publication.engine.settings, publication.settings)
        #expect(looks(at: [13_600]) == [0])
        #expect(StateTests.batch(publication, [], maker).count == 4 && !publication.owesRecords)
    }

    @Test func anItemStandsThereOnceAndLeavesWithItsNumber() {
        let owed = OwedItems()
        for item: UInt32 in [5, 2, 5, 9, 2, 7] { owed.add(item) }
        var departed = FlatList<UInt32>()
        defer { departed.free() }
        departed.append(2)
        departed.append(1000)
        owed.forget(departed)
        var taken: [UInt32] = []
        owed.take(2) { taken.append($0) }
        owed.add(5)
        owed.take(10) { taken.append($0) }
        #expect(taken == [5, 9, 7, 5] && owed.count == 0)
    }

    /// Each of many changes of a list moves the time at which it is due again; it waits once.
    @Test func publishedRowsAndTimersHaveOneEntryAKey() {
        let rows = PublishedRows(republishAfter: 1 << 40)
        for round in 0..<100_000 { _ = rows.note(UInt32(round % 4), UInt64(round), at: EventTime(milliseconds: Int64(round))) }
        #expect(rows.byteCount < 1000)

        var settings = smallSettings()
        settings.usersMax = 10
        settings.itemSimilarity.window = 1 << 40
        let acts = (0..<500).map { Act(type: .click, user: "u\($0)", item: "i", time: 1000 + Int64($0), id: "\($0)") }
        let (publication, _) = ItemSimilarityTests.run(acts, settings)
        #expect(publication.engine.timers.count == 10)
    }
}
