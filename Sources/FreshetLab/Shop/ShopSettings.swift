public import FreshetCore

/// What a simulated shop is like. Shares are in thousandths.
public struct ShopSettings: Sendable {
    /// Makes everything: the same settings and seed give the same records, byte for byte.
    public var seed: UInt64 = 1
    /// Users, of whom a few come often and most seldom (Zipf).
    public var users = 2_000
    /// Items, spread evenly over the categories.
    public var items = 1_200
    /// The time of the first event.
    public var start = EventTime(milliseconds: 1_764_000_000_000)
    /// Events a second of event time.
    public var eventsPerSecond = 10.0
    /// Mean event time between two events of a visit, in seconds.
    public var secondsBetweenClicks = 12.0
    /// Events after which another category and other items are in fashion.
    public var trendEvents = 5_000
    /// Visits that begin without a login.
    public var anonymousShare = 250
    /// Records that arrive late, and by how many milliseconds at most.
    public var delayedShare = 100
    /// The longest delay of a record, in milliseconds of event time.
    public var delayMax = 5_000
    /// Records that are delivered twice.
    public var duplicateShare = 5
    /// Records that are not acceptable.
    public var badShare = 10
    /// The ways in which they are not; they take turns.
    public var defects = ShopDefect.allCases
    /// The daemon's `max_record_bytes`, which `ShopDefect.recordTooLarge` goes beyond by one byte.
    public var recordBytesMax = 16 * 1024

    /// A shop of middling size.
    public init() {}
}
