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

    /// Rules of a shop of so many items, without any of its own.
    private func rules(items count: Int) -> Rules {
        let (items, catalogue, maker) = (Items(), Catalogue(bytesMax: 1 << 20), EventMaker())
        for number in 0..<count { _ = items.add(maker.view("i\(number)"), at: EventTime(milliseconds: 0)) }
        return Rules(items: items, catalogue: catalogue, book: RuleBook(items: items, catalogue: catalogue))
    }

    @Test func whatWasBoughtAndNotSentBackIsNotShown() {
        let rules = rules(items: 8)
        var query = query([[.click], [.purchase], [.purchase, .return], [.return, .purchase], [.cart, .purchase, .removeFromCart]])
        defer { query.history.free() }
        rules.begin(query, Request())
        #expect((UInt32(0)..<8).map(rules.allows) == [true, false, true, false, false, true, true, true])
    }

    @Test func theRulesOfOneQueryEndWithIt() {
        let rules = rules(items: 5)
        var first = query([[.purchase], [.purchase]])
        var second = query([[.click], [.click], [.purchase]])
        defer {
            first.history.free()
            second.history.free()
        }
        rules.begin(first, Request())
        rules.begin(second, Request())
        #expect((UInt32(0)..<5).map(rules.allows) == [true, true, false, true, true])
        rules.begin(query([]), Request())
        #expect((UInt32(0)..<5).allSatisfy(rules.allows))
    }
}
