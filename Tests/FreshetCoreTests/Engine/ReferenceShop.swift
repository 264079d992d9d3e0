import FreshetKernels

@testable import FreshetCore

/// The slow, obvious recomputation: keeps every event, and computes all counts from scratch when asked.
struct ReferenceShop {
    struct Pair: Hashable {
        var item: String
        var other: String
    }

    struct Times {
        var click: Int64?
        var cart: Int64?
        var purchase: Int64?
        var removal: Int64?
        var giveback: Int64?
    }

    struct Shares {
        var click: Int64?
        var cart: Int64?
        var purchase: Int64?
        var rating: Int32 = 0
    }

    let settings: EngineSettings
    private(set) var watermark = Int64.min
    private var remembered: [String: Int64] = [:]
    private var masters: [String: String] = [:]
    private var accepted: [Act] = []

    init(settings: EngineSettings) { self.settings = settings }

    /// Applies an event by the rules in words.
    mutating func apply(_ act: Act) -> Applied {
        watermark = max(watermark, act.time - settings.lateness)
        if act.type == .identify {
            let isCycle = act.visitor == act.user || masters[act.user] != nil || masters.values.contains(act.visitor)
            if isCycle { return .rejected(.identityCycle) }
            if let master = masters[act.visitor], master != act.user { return .ignored }
        }
        if let time = remembered[act.id], time > watermark - settings.dedupHorizon { return .duplicate }
        remembered[act.id] = act.time
        let late = act.time <= watermark - settings.itemSimilarity.window
        if act.consent {
            if act.type == .identify { masters[act.visitor] = act.user }
            accepted.append(act)
        }
        return .applied(late: late)
    }

    /// For each user and item, the live actions and the rating.
    func histories() -> [String: [String: Shares]] {
        var times: [String: [String: Times]] = [:]
        for act in accepted where act.type.needsItem && act.type != .impression {
            let owner = masters[act.user] ?? act.user
            var entry = times[owner, default: [:]][act.item] ?? Times()
            switch act.type {
            case .click: entry.click = max(entry.click ?? .min, act.time)
            case .cart: entry.cart = max(entry.cart ?? .min, act.time)
            case .purchase: entry.purchase = max(entry.purchase ?? .min, act.time)
            case .removeFromCart: entry.removal = max(entry.removal ?? .min, act.time)
            default: entry.giveback = max(entry.giveback ?? .min, act.time)
            }
            times[owner, default: [:]][act.item] = entry
        }
        return times.mapValues { $0.mapValues(shares) }
    }

    private func shares(_ times: Times) -> Shares {
        let end = watermark - settings.itemSimilarity.window
        var shares = Shares()
        if let click = times.click, click > end { shares.click = click }
        if let cart = times.cart, cart > end, cart > times.removal ?? .min { shares.cart = cart }
        if let purchase = times.purchase, purchase > end, purchase > times.giveback ?? .min { shares.purchase = purchase }
        if shares.click != nil { shares.rating = settings.itemSimilarity.clickWeight }
        if shares.cart != nil { shares.rating = max(shares.rating, settings.itemSimilarity.cartWeight) }
        if shares.purchase != nil { shares.rating = max(shares.rating, settings.itemSimilarity.purchaseWeight) }
        return shares
    }

    /// itemCount, and the users that make it.
    func itemCounts() -> [String: (count: Int64, users: Int32)] {
        var counts: [String: (count: Int64, users: Int32)] = [:]
        for history in histories().values {
            for (item, shares) in history where shares.rating > 0 {
                let held = counts[item] ?? (0, 0)
                counts[item] = (held.count + Int64(shares.rating), held.users + 1)
            }
        }
        return counts
    }

    /// Every pair's cell, from each of its items.
    func pairs() -> [Pair: PairCell] {
        var cells: [Pair: PairCell] = [:]
        for history in histories().values {
            for (item, shares) in history where shares.rating > 0 {
                for (other, others) in history where others.rating > 0 && other != item {
                    var cell = cells[Pair(item: item, other: other)] ?? PairCell()
                    cell.count += min(shares.rating, others.rating)
                    cell.users += 1
                    let day: Int64 = 24 * 3_600_000
                    if follows(shares.click, others.cart, day) || follows(shares.click, others.purchase, day) { cell.clickToBuy += 1 }
                    if follows(shares.cart, others.purchase, day) { cell.cartToPurchase += 1 }
                    if follows(shares.purchase, others.purchase, day) { cell.purchaseToPurchase += 1 }
                    if follows(shares.click, others.click, day / 2) { cell.clickToClick += 1 }
                    cells[Pair(item: item, other: other)] = cell
                }
            }
        }
        return cells
    }

    private func follows(_ first: Int64?, _ second: Int64?, _ span: Int64) -> Bool {
        guard let first, let second else { return false }
        return second >= first && second - first <= span
    }
}

extension Publication {
    /// Every pair's cell, by ids.
    func pairsByID() -> [ReferenceShop.Pair: PairCell] {
        var cells: [ReferenceShop.Pair: PairCell] = [:]
        for item in engine.signals.similarity.rows.indices {
            let pairs = engine.signals.similarity.rows[item].pairs
            for place in 0..<pairs.count {
                let pair = ReferenceShop.Pair(item: engine.items.ids[UInt32(item)].text, other: engine.items.ids[pairs.key(place)].text)
                cells[pair] = pairs[place]
            }
        }
        return cells
    }

    /// Every item's count and users, by id; items without either are left out.
    func itemCountsByID() -> [String: (count: Int64, users: Int32)] {
        var counts: [String: (count: Int64, users: Int32)] = [:]
        for item in engine.signals.similarity.rows.indices where engine.items.ids.contains(number: UInt32(item)) {
            let row = engine.signals.similarity.rows[item]
            if row.count != 0 || row.users != 0 { counts[engine.items.ids[UInt32(item)].text] = (row.count, row.users) }
        }
        return counts
    }
}

extension ItemSimilarity {
    /// The cell of a pair in `item`'s table.
    func cell(_ item: UInt32, _ neighbour: UInt32) -> PairCell? {
        let place = rows[Int(item)].pairs.find(neighbour)
        return place < 0 ? nil : rows[Int(item)].pairs[place]
    }
}
