import FreshetKernels
import Glibc

@testable import FreshetCore

/// What others are shown, counted anew from the histories that the engine holds, those of bots left out: slow and obvious.
struct CountsOfShoppers {
    private(set) var items: [String: Int64] = [:]
    private(set) var pairs: [ReferenceShop.Pair: PairCell] = [:]
    /// The short counts of popularity.
    private(set) var popularity: [String: Double] = [:]
    /// The same of each segment, by the name of its board and by item.
    private(set) var segments: [String: [String: Double]] = [:]

    init(_ engine: Engine) {
        for number in engine.users.rows.indices where engine.users.ids.contains(number: UInt32(number)) && !engine.users.rows[number].isBot {
            let history = engine.users.rows[number].history
            let live = history.indices.map { history[$0] }.filter { $0.share.isLive }
            for entry in live {
                let name = engine.items.ids[entry.item].text
                items[name, default: 0] += Int64(entry.share.rating)
                let count = CountsOfShoppers.popularity(of: entry.share, engine)
                popularity[name, default: 0] += count
                let segment = engine.users.rows[number].segment
                if !segment.isEmpty { segments["s" + segment.view.text, default: [:]][name, default: 0] += count }
                for other in live where other.item != entry.item {
                    var cell = PairCell.links(from: entry.share, to: other.share)
                    cell.count = min(entry.share.rating, other.share.rating)
                    cell.users = 1
                    pairs[ReferenceShop.Pair(item: name, other: engine.items.ids[other.item].text), default: PairCell()].add(cell)
                }
            }
        }
    }

    private static func popularity(of share: HistoryShare, _ engine: Engine) -> Double {
        let weights = engine.signals.similarity.weights
        let halfLife = Double(engine.settings.popularity.halfLife)
        return [(share.click, weights.click), (share.cart, weights.cart), (share.purchase, weights.purchase)].reduce(0) { sum, action in
            guard action.0 != .never else { return sum }
            return sum + Double(action.1) * exp2(Double(action.0.milliseconds - engine.now.milliseconds) / halfLife)
        }
    }
}

extension Publication {
    /// Whether all that others are shown is the sum over the live histories of those who are no bots. No table may have overflowed.
    func countsAreThoseOfShoppers() -> Bool {
        let expected = CountsOfShoppers(engine)
        guard pairsByID() == expected.pairs, itemCountsByID().mapValues(\.count) == expected.items else { return false }
        let counts = popularityByID()
        let items = counts.filter { $0.key.hasPrefix("short ") }
        let areThose = items.allSatisfy { isClose($0.value, to: expected.popularity[String($0.key.dropFirst(6))]) }
        let boards = counts.filter { $0.key.hasPrefix("s") && !$0.key.hasPrefix("short ") }
        let known = Dictionary(
            uniqueKeysWithValues: expected.segments.flatMap { board, counts in counts.map { ("\(board) \($0.key)", $0.value) } })
        return areThose && Set(boards.keys).union(known.keys).allSatisfy { isClose(boards[$0] ?? 0, to: known[$0]) }
    }

    /// But for rounding, and what is too little to be kept.
    private func isClose(_ count: Double, to wanted: Double?) -> Bool { abs(count - (wanted ?? 0)) <= 0.002 + (wanted ?? 0) / 1000 }

    /// What popularity counts as of now: `short` and `long` of each item, and of each item on the boards of segments and categories.
    func popularityByID() -> [String: Double] {
        let (popularity, ids, now) = (engine.signals.popularity, engine.items.ids, engine.now)
        var counts: [String: Double] = [:]
        for item in popularity.rows.indices where ids.contains(number: UInt32(item)) {
            let (name, held) = (ids[UInt32(item)].text, popularity.counts(UInt32(item), at: now))
            (counts["short \(name)"], counts["long \(name)"]) = (held.short, held.long)
        }
        let boards = popularity.boards
        for number in 0..<UInt32(boards.names.numbersEnd) where boards.names.contains(number: number) {
            let held = boards.boards[Int(number)].counts
            for place in 0..<held.count {
                let count = held[place].value(at: now.milliseconds, halfLife: popularity.settings.halfLife)
                counts["\(boards.names[number].text) \(ids[held.key(place)].text)"] = count
            }
        }
        return counts
    }
}
