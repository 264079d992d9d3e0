/// What became of an event.
public enum Applied: Equatable, Sendable {
    /// It had its effect.
    case applied(late: Bool)
    /// Its id is remembered: no effect.
    case duplicate
    /// Acceptable, and without effect (an `identify` that contradicts an earlier one).
    case ignored
    /// Only the state shows that it is not acceptable: a dead letter.
    case rejected(RejectionCode)
}

/// The owner of all state: profiles, signals, timers. State changes in `apply` and `advance` only, and only from (state, event).
public final class Engine {
    /// What shapes the state.
    public let settings: EngineSettings
    /// The largest applied event time minus the lateness, or later by ticks; timers due by it have fired.
    public private(set) var watermark: EventTime = .never

    /// An engine without any state.
    public init(settings: EngineSettings) { self.settings = settings }

    /// Fires what is due by `watermark`, without an event: a tick.
    public func advance(to watermark: EventTime) {}
}
