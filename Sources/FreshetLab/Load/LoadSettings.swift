/// What a load is like: how many users and items there are, and the seed that makes it.
public struct LoadSettings: Sendable, Equatable {
    /// Users; a few come often and most seldom.
    public var users = 100_000
    /// Items; a few are looked at often and most seldom.
    public var items = 20_000
    /// Makes everything: the same settings give the same events.
    public var seed: UInt64 = 1
    /// Begins the ids of events and sessions, so that two loads into the same topics do not look like one sent twice.
    public var run = "load"

    /// A shop of middling size.
    public init() {}
}
