/// What a shopper did. The raw value is the rank that orders events of one user at one time.
public enum EventType: UInt8, CaseIterable, Sendable {
    /// An item was looked at.
    case click
    /// An item was put into the cart.
    case cart
    /// An item was taken out of the cart.
    case removeFromCart
    /// An item was bought.
    case purchase
    /// A bought item was sent back.
    case `return`
    /// The shop was searched.
    case search
    /// An item was shown.
    case impression
    /// An anonymous visitor turned out to be a user.
    case identify

    /// The name in records and configuration.
    public var name: StaticString {
        switch self {
        case .click: "click"
        case .cart: "cart"
        case .removeFromCart: "remove_from_cart"
        case .purchase: "purchase"
        case .return: "return"
        case .search: "search"
        case .impression: "impression"
        case .identify: "identify"
        }
    }

    /// The type of that name in records and configuration.
    public init?(name: String) {
        guard let type = EventType.allCases.first(where: { $0.name.description == name }) else { return nil }
        self = type
    }

    /// Whether an event of this type must name an item.
    public var needsItem: Bool { self != .search && self != .identify }

    /// Whether it says that a shopper wants its item: what signals learn from.
    public var isAction: Bool { self == .click || self == .cart || self == .purchase }

    /// Whether it changes what is known of its item.
    public var changesItems: Bool { isAction || self == .removeFromCart || self == .return }

    /// Whether a list of recommendations follows an event of this type.
    public var isFollowedByList: Bool {
        switch self {
        case .click, .cart, .purchase, .search, .identify: true
        case .removeFromCart, .return, .impression: false
        }
    }
}
