/// Why a user is taken for a bot.
public enum BotReason: UInt8, CaseIterable, Sendable {
    /// More events within an hour than a shopper makes (`cleaning.bots.events_per_hour_max`).
    case rate
    /// More items within a day that are new to it than a shopper looks at (`cleaning.bots.items_per_day_max`).
    case breadth
    /// More equal gaps between its events, one behind the other, than a shopper leaves (`cleaning.bots.equal_gaps_max`); where times are of whole
    /// seconds nobody is found by it.
    case regularity

    /// The name in counters.
    public var name: StaticString {
        switch self {
        case .rate: "rate"
        case .breadth: "breadth"
        case .regularity: "regularity"
        }
    }
}
