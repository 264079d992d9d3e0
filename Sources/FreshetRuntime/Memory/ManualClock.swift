/// A clock that moves only when it is told to, or when someone sleeps: time in tests and in the fault simulator.
public final class ManualClock: Clock {
    /// Milliseconds since the epoch; may be set, as an operator may set a host's clock.
    public var wallMilliseconds: Int64
    /// Milliseconds that only ever grow.
    public private(set) var monotonicMilliseconds: Int64 = 0
    /// What happens while someone sleeps.
    public var onSleep: (Int) -> Void = { _ in }

    /// A clock that shows `wallMilliseconds`.
    public init(wallMilliseconds: Int64 = 0) { self.wallMilliseconds = wallMilliseconds }

    /// Moves both clocks on.
    public func advance(milliseconds: Int) {
        wallMilliseconds += Int64(milliseconds)
        monotonicMilliseconds += Int64(milliseconds)
    }

    /// Moves both clocks on, at once.
    public func sleep(milliseconds: Int) {
        advance(milliseconds: milliseconds)
        onSleep(milliseconds)
    }
}
