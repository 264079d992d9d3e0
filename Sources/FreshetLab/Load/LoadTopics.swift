import FreshetCore
public import FreshetRuntime

/// The topics that a load is sent to.
public struct LoadTopics: Sendable, Equatable {
    /// Takes clicks.
    public var clicks: String
    /// Takes carts.
    public var carts: String
    /// Takes purchases.
    public var purchases: String

    /// `clicks`, `carts` and `purchases`, each with a prefix.
    public init(prefix: String) {
        clicks = prefix + "clicks"
        carts = prefix + "carts"
        purchases = prefix + "purchases"
    }

    /// The topics that a daemon with this configuration reads: for each type the one that implies it, else one whose records name theirs.
    ///
    /// `nil` where a type has no topic with records as Freshet writes them.
    public init?(of configuration: Configuration) {
        let topics = configuration.topics.events.filter { $0.format == .freshet }
        func name(_ type: EventType) -> String? { (topics.first { $0.type == type } ?? topics.first { $0.type == nil })?.name }
        guard let clicks = name(.click), let carts = name(.cart), let purchases = name(.purchase) else { return nil }
        self.clicks = clicks
        self.carts = carts
        self.purchases = purchases
    }

    /// The names, each once.
    public var names: [String] { Set([clicks, carts, purchases]).sorted() }

    /// The name of a topic of the shop.
    subscript(topic: ShopTopic) -> String {
        switch topic {
        case .carts: carts
        case .purchases: purchases
        case .clicks, .others: clicks
        }
    }
}
