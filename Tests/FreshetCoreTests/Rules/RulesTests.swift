import FreshetKernels
import Testing

@testable import FreshetCore

@Suite struct RulesTests {
    /// A query of somebody who did these things with items 0, 1, 2 …
    private func query(_ actions: [[EventType]]) -> Query {
        var history = FlatList<HistoryEntry>()
        for (item, types) in actions.enumerated() {
            var entry = HistoryEntry(item: UInt32(item))
            for (time, type) in types.enumerated() { entry.note(type, at: EventTime(milliseconds: Int64(time))) }
            history.append(entry)
        }
        return Query(seeds: FlatList(), history: history, session: nil, now: EventTime(milliseconds: 100), windowEnd: .never)
    }

    @Test func whatWasBoughtAndNotSentBackIsNotShown() {
        let rules = Rules()
        var query = query([[.click], [.purchase], [.purchase, .return], [.return, .purchase], [.cart, .purchase, .removeFromCart]])
        defer { query.history.free() }
        rules.begin(query, itemsEnd: 8)
        #expect((UInt32(0)..<8).map(rules.allows) == [true, false, true, false, false, true, true, true])
    }

    @Test func theRulesOfOneQueryEndWithIt() {
        let rules = Rules()
        var first = query([[.purchase], [.purchase]])
        var second = query([[.click], [.click], [.purchase]])
        defer {
            first.history.free()
            second.history.free()
        }
        rules.begin(first, itemsEnd: 2)
        rules.begin(second, itemsEnd: 5)
        #expect((UInt32(0)..<5).map(rules.allows) == [true, true, false, true, true])
        rules.begin(query([]), itemsEnd: 5)
        #expect((UInt32(0)..<5).allSatisfy(rules.allows))
    }
}
