import FreshetCore
import FreshetKernels

/// What a shopper does next.
struct ShopAction {
    var type: EventType
    var item: Int?
    var query: Int?
}

/// One visit to the shop: a walk through a style, with a cart.
struct Visit: Sendable {
    let user: Int
    /// The number of the visit, which names session and visitor.
    let number: Int
    /// Whether the shopper has not logged in yet.
    private(set) var isAnonymous: Bool
    /// Whether it began without a login.
    let beganAnonymous: Bool
    /// Whether the browser goes on under the visitor's id after the login.
    let keepsVisitorID: Bool
    private let category: Int
    private let style: Int
    private let season: Int
    private var stepsLeft: Int
    private var lastClicked: Int?
    private var cart: [Int] = []
    private var clicks = 0

    init(user: Int, number: Int, isAnonymous: Bool, category: Int, season: Int, _ random: inout SplitMix64) {
        self.user = user
        self.number = number
        self.isAnonymous = isAnonymous
        beganAnonymous = isAnonymous
        self.category = category
        self.season = season
        keepsVisitorID = random.next(below: 10) == 0
        style = random.next(below: Assortment.stylesPerCategory)
        // The smaller of two: most visits are short.
        stepsLeft = 3 + min(random.next(below: 24), random.next(below: 24))
    }

    var isOver: Bool { stepsLeft <= 0 }

    /// The next thing that happens; `bought` is an item of an earlier visit that may come back.
    mutating func next(in assortment: Assortment, bought: Int?, _ random: inout SplitMix64) -> ShopAction {
        stepsLeft -= 1
        if isAnonymous, clicks >= 2, random.chance(in1000: 80) {
            isAnonymous = false
            return ShopAction(type: .identify)
        }
        if let bought, !isAnonymous, random.chance(in1000: 10) { return ShopAction(type: .return, item: bought) }
        if let action = nextAtCart(&random) { return action }
        if random.chance(in1000: 40) { return ShopAction(type: .search, query: category) }
        let item = nextItem(in: assortment, &random)
        if random.chance(in1000: 10) { return ShopAction(type: .impression, item: item) }
        lastClicked = item
        clicks += 1
        return ShopAction(type: .click, item: item)
    }

    private mutating func nextAtCart(_ random: inout SplitMix64) -> ShopAction? {
        if !cart.isEmpty, random.chance(in1000: 200) { return ShopAction(type: .purchase, item: cart.removeFirst()) }
        if !cart.isEmpty, random.chance(in1000: 40) { return ShopAction(type: .removeFromCart, item: cart.removeLast()) }
        if let item = lastClicked, !cart.contains(item), random.chance(in1000: 140) {
            cart.append(item)
            return ShopAction(type: .cart, item: item)
        }
        return nil
    }

    private func nextItem(in assortment: Assortment, _ random: inout SplitMix64) -> Int {
        if random.chance(in1000: 700) { return assortment.item(in: category, style: style, season: season, &random) }
        if random.chance(in1000: 700) { return assortment.item(in: category, season: season, &random) }
        let elsewhere = assortment.anyCategory(season: season, &random)
        return assortment.item(in: elsewhere, season: season, &random)
    }
}

extension SplitMix64 {
    /// `true` in so many of a thousand draws.
    mutating func chance(in1000 share: Int) -> Bool { next(below: 1000) < share }
}
