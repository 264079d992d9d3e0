public import FreshetCore
import FreshetRuntime

/// What a demo is like.
public struct DemoSettings: Sendable {
    /// How long the shop is open, in seconds; `nil`: until a stop is asked for.
    public var seconds: Int?
    /// Records a second; the embedded broker keeps 5 MiB a partition, so stay below a few thousand.
    public var eventsPerSecond = 300.0
    /// Makes the shop.
    public var seed: UInt64 = 1

    /// A demo without end.
    public init() {}

    static let partitions = 4
    /// Seconds after which the fashion changes where the demo has no end.
    static let trendSeconds = 30

    /// The shop: short visits, so that a session can be watched, and another fashion half-way.
    func shop(start: EventTime) -> ShopSettings {
        var shop = ShopSettings()
        shop.seed = seed
        shop.start = start
        shop.eventsPerSecond = eventsPerSecond
        shop.secondsBetweenClicks = 1
        shop.trendEvents = max(1, Int(eventsPerSecond) * (seconds ?? DemoSettings.trendSeconds * 2) / 2)
        return shop
    }

    /// The daemon: what `freshet run` would be given in a file.
    func configuration(brokers: String) -> Configuration {
        var configuration = Configuration()
        configuration.kafka.brokers = brokers
        configuration.kafka.group = "freshet-demo"
        configuration.kafka.delivery = .atLeastOnce
        configuration.topics.events = ShopTopic.allCases.map { Configuration.EventTopic(name: $0.name, type: $0.impliedType) }
        configuration.events.maxRecordBytes = ShopSettings().recordBytesMax
        // It has few users for its rate: the first of them do more than a shopper could.
        configuration.engine.bots.enabled = false
        return configuration
    }
}

extension ShopTopic {
    /// The topic's name in a demo.
    public var name: String { "\(self)" }

    /// The type of records that name none.
    public var impliedType: EventType? {
        switch self {
        case .clicks: .click
        case .carts: .cart
        case .purchases: .purchase
        case .others: nil
        }
    }
}
