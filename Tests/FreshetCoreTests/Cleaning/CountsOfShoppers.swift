import FreshetKernels
import Glibc

@testable import FreshetCore

/// What others are shown, counted anew from the histories that the engine holds, those of bots left out: slow and obvious.
struct CountsOfShoppers {
    private(set) var items: [String: Int64] = [:]
    private(set) var pairs: [ReferenceShop.Pair: PairCell] = [:]
    /// The short counts of popularity.
    private(set) var popularity: [String: Double] = [:]

    init(_ engine: Engine) {
        for number in engine.users.rows.indices where engine.users.ids.contains(number: UInt32(number)) && !engine.users.rows[number].isBot {
            let history = engine.users.rows[number].history
            let live = history.indices.map { history[$0] }.filter { $0.share.isLive }
            for entry in live {
                let name = engine.items.ids[entry.item].text
                items[name, default: 0] += Int64(entry.share.rating)
                popularity[name, default: 0] += CountsOfShoppers.popularity(of: entry.share, engine)
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
        return engine.signals.popularity.rows.indices.filter { engine.items.ids.contains(number: UInt32($0)) }.allSatisfy { item in
            let count = engine.signals.popularity.counts(UInt32(item), at: engine.now).short
            let wanted = expected.popularity[engine.items.ids[UInt32(item)].text] ?? 0
            // Rounding, and what is too little to be kept.
            return abs(count - wanted) <= 0.002 + wanted / 1000
        }
    }
}
