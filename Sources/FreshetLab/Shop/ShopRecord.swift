public import FreshetCore

/// The topics that a simulated shop writes to.
public enum ShopTopic: UInt8, CaseIterable, Sendable {
    /// Clicks; the topic implies the type.
    case clicks
    /// Carts, and what is taken out of them; the topic implies `cart`.
    case carts
    /// Purchases and returns; the topic implies `purchase`.
    case purchases
    /// Searches, impressions and logins; each record names its type.
    case others
}

/// One record of a simulated shop, and what a daemon must make of it.
public struct ShopRecord: Equatable, Sendable {
    /// What must become of a record.
    public enum Expectation: Equatable, Sendable {
        /// It is applied.
        case applied
        /// It goes to the dead letters.
        case rejected(RejectionCode)
        /// It was delivered before: no second effect.
        case duplicate
    }

    /// The topic.
    public var topic: ShopTopic
    /// The key: the user's id, in UTF-8.
    public var key: [UInt8]
    /// The value: JSON, or what should have been.
    public var value: [UInt8]
    /// The event time at which it arrives; its own time may be earlier.
    public var arrival: EventTime
    /// What must become of it.
    public var expectation: Expectation
}
