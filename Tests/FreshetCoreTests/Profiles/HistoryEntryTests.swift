import FreshetKernels
import Testing

@testable import FreshetCore

@Suite struct HistoryEntryTests {
    private static let weights = ActionWeights(click: 1, cart: 3, purchase: 5)
    private static let kept: [EventType] = [.click, .cart, .purchase, .removeFromCart, .return]

    private struct Action {
        var type: EventType
        var time: Int64
    }

    private func actions(_ random: inout SplitMix64, _ count: Int) -> [Action] {
        (0..<count).map { _ in
            Action(type: HistoryEntryTests.kept[random.next(below: 5)], time: Int64(random.next(below: 20)))
        }
    }

    private func entry(_ actions: [Action]) -> HistoryEntry {
        var entry = HistoryEntry(item: 7)
        for action in actions { entry.note(action.type, at: EventTime(milliseconds: action.time)) }
        return entry
    }

    private func facts(_ entry: HistoryEntry) -> [Int64] {
        [Int64(entry.item), Int64(entry.count)]
            + [entry.click, entry.cart, entry.purchase, entry.removal, entry.giveback].map(\.milliseconds)
    }

    @Test func theOrderOfArrivalDoesNotMatter() {
        var random = SplitMix64(seed: 1)
        for _ in 0..<300 {
            var all = actions(&random, 1 + random.next(below: 12))
            let first = facts(entry(all))
            for _ in 0..<4 {
                all.shuffle(using: &random)
                #expect(facts(entry(all)) == first)
            }
        }
    }

    @Test func mergingTwoEntriesIsOneOfAllTheirActions() {
        var random = SplitMix64(seed: 2)
        for _ in 0..<300 {
            let all = actions(&random, 12)
            let cut = random.next(below: 13)
            var merged = entry(Array(all[..<cut]))
            merged.merge(entry(Array(all[cut...])))
            #expect(facts(merged) == facts(entry(all)))
        }
    }

    /// The rating in words: of each kind the last action counts, unless it left the window or was undone later.
    @Test func theShareEqualsASlowReadingOfTheActions() {
        var random = SplitMix64(seed: 3)
        for _ in 0..<3000 {
            let all = actions(&random, random.next(below: 10))
            let end = Int64(random.next(below: 22)) - 1
            func last(_ type: EventType) -> Int64? { all.filter { $0.type == type }.map(\.time).max() }
            func live(_ type: EventType, undoneBy undo: EventType?) -> Int64? {
                guard let time = last(type), time > end else { return nil }
                if let undo, let undone = last(undo), undone >= time { return nil }
                return time
            }
            let expected = [live(.click, undoneBy: nil), live(.cart, undoneBy: .removeFromCart), live(.purchase, undoneBy: .return)]
            let share = entry(all).share(after: EventTime(milliseconds: end), HistoryEntryTests.weights)
            #expect([share.click, share.cart, share.purchase].map { $0 == .never ? nil : $0.milliseconds } == expected)
            let rating = zip(expected, [Int32(1), 3, 5]).compactMap { $0 == nil ? nil : $1 }.max() ?? 0
            #expect(share.rating == rating && share.isLive == (rating > 0))
            if let first = expected.compactMap(\.self).min() { #expect(share.firstAction.milliseconds == first) }
        }
    }

    @Test func anEntryIsSettledUntilItsFirstLiveActionLeavesTheWindow() {
        var random = SplitMix64(seed: 4)
        for _ in 0..<500 {
            let entry = entry(actions(&random, 8))
            let share = entry.share(after: .never, HistoryEntryTests.weights)
            guard share.isLive else { continue }
            let before = EventTime(milliseconds: share.firstAction.milliseconds - 1)
            #expect(entry.share(after: before, HistoryEntryTests.weights) == share)
            #expect(entry.share(after: share.firstAction, HistoryEntryTests.weights) != share)
        }
    }

    @Test func whatIsBoughtStaysBoughtBeyondTheWindowUntilItIsSentBack() {
        #expect(!entry([]).isBought)
        #expect(entry([Action(type: .purchase, time: 5)]).isBought)
        #expect(!entry([Action(type: .purchase, time: 5), Action(type: .return, time: 5)]).isBought)
        #expect(entry([Action(type: .return, time: 5), Action(type: .purchase, time: 6)]).isBought)
    }

    @Test func onlyClicksCartsAndPurchasesAreCounted() {
        for type in EventType.allCases {
            var entry = HistoryEntry(item: 1)
            entry.note(type, at: EventTime(milliseconds: 9))
            #expect(entry.count == ([.click, .cart, .purchase].contains(type) ? 1 : 0), "\(type)")
            #expect((entry.lastAction == .never) == [.search, .impression, .identify].contains(type), "\(type)")
        }
    }
}
