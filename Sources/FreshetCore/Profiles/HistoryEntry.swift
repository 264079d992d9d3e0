import FreshetKernels

/// What a user did with one item: the last time of each action, and which of them count now.
///
/// The times are maxima, so the order in which events arrive does not matter; a removal or a return that arrives before its cart or
/// purchase leaves the same entry as sorted input.
struct HistoryEntry: BitwiseCopyable {
    /// The item's number.
    var item: UInt32
    /// Clicks, carts and purchases.
    var count: UInt32 = 0
    /// The last click.
    var click = EventTime.never
    /// The last cart.
    var cart = EventTime.never
    /// The last purchase.
    var purchase = EventTime.never
    /// The last removal from the cart: carts up to it do not count.
    var removal = EventTime.never
    /// The last return: purchases up to it do not count.
    var giveback = EventTime.never
    /// r(u,p): the largest weight among live actions; 0 without one.
    private(set) var rating: Int32 = 0
    /// Which actions count in the signals now, one bit each.
    private var live: UInt8 = 0

    private static let clickBit: UInt8 = 1
    private static let cartBit: UInt8 = 2
    private static let purchaseBit: UInt8 = 4

    /// An entry for an item with which nothing was done yet.
    init(item: UInt32) { self.item = item }

    /// The last time of anything done with the item.
    var lastAction: EventTime { max(max(click, cart), max(purchase, max(removal, giveback))) }

    /// Whether the item was bought and not sent back since.
    var isBought: Bool { purchase > giveback }

    /// Whether anything of it counts in the signals now.
    var isLive: Bool { rating > 0 }

    /// What counts of it in the signals now. To be read before an action is noted or merged: the times of `share` are the entry's own.
    var share: HistoryShare {
        var share = HistoryShare.none
        if live & HistoryEntry.clickBit != 0 { share.click = click }
        if live & HistoryEntry.cartBit != 0 { share.cart = cart }
        if live & HistoryEntry.purchaseBit != 0 { share.purchase = purchase }
        share.rating = rating
        return share
    }

    /// Lets a share of this entry count, or none.
    mutating func settle(_ share: HistoryShare) {
        live = share.click != .never ? HistoryEntry.clickBit : 0
        if share.cart != .never { live |= HistoryEntry.cartBit }
        if share.purchase != .never { live |= HistoryEntry.purchaseBit }
        rating = share.rating
    }

    /// What counts of the entry when actions up to `end` are out of the window.
    func share(after end: EventTime, _ weights: ActionWeights) -> HistoryShare {
        var share = HistoryShare.none
        if click > end {
            share.click = click
            share.rating = weights.click
        }
        if cart > end, cart > removal {
            share.cart = cart
            share.rating = max(share.rating, weights.cart)
        }
        if purchase > end, purchase > giveback {
            share.purchase = purchase
            share.rating = max(share.rating, weights.purchase)
        }
        return share
    }

    /// Notes an action.
    mutating func note(_ type: EventType, at time: EventTime) {
        switch type {
        case .click: click = max(click, time)
        case .cart: cart = max(cart, time)
        case .purchase: purchase = max(purchase, time)
        case .removeFromCart: removal = max(removal, time)
        case .return: giveback = max(giveback, time)
        case .search, .impression, .identify: return
        }
        if type == .click || type == .cart || type == .purchase { count &+= 1 }
    }

    /// Forgets all that was done up to `time`.
    mutating func forget(through time: EventTime) {
        if click <= time { click = .never }
        if cart <= time { cart = .never }
        if purchase <= time { purchase = .never }
        if removal <= time { removal = .never }
        if giveback <= time { giveback = .never }
        // How many of them came later is not known: at least those whose times are.
        count = (click != .never ? 1 : 0) + (cart != .never ? 1 : 0) + (purchase != .never ? 1 : 0)
    }

    /// Takes over what another history knows of the same item.
    mutating func merge(_ other: HistoryEntry) {
        count &+= other.count
        click = max(click, other.click)
        cart = max(cart, other.cart)
        purchase = max(purchase, other.purchase)
        removal = max(removal, other.removal)
        giveback = max(giveback, other.giveback)
    }
}

/// The part of a history entry that counts: live actions, and the rating that follows from them.
struct HistoryShare: BitwiseCopyable, Equatable {
    /// The live click, or never.
    var click = EventTime.never
    /// The live cart, or never.
    var cart = EventTime.never
    /// The live purchase, or never.
    var purchase = EventTime.never
    /// r(u,p): the largest weight among live actions; 0 without one.
    var rating: Int32 = 0

    /// Nothing counts.
    static var none: HistoryShare { HistoryShare() }

    /// Whether anything counts.
    var isLive: Bool { rating > 0 }

    /// The first of the live actions; the entry changes when it leaves the window.
    var firstAction: EventTime {
        var first = EventTime(milliseconds: .max)
        if click != .never { first = click }
        if cart != .never { first = min(first, cart) }
        if purchase != .never { first = min(first, purchase) }
        return first
    }
}

/// What counts of an entry went from one share to another.
struct ShareChange {
    var old: HistoryShare
    var new: HistoryShare
    var weights: ActionWeights

    /// The newest action that counts now, where any counts that did not; `nil` where all that changed is that something counts no more.
    var growth: EventTime? {
        guard new.click > old.click || new.cart > old.cart || new.purchase > old.purchase else { return nil }
        return max(new.click, max(new.cart, new.purchase))
    }
}

/// w(a): how much an action counts.
struct ActionWeights {
    var click: Int32
    var cart: Int32
    var purchase: Int32
}
