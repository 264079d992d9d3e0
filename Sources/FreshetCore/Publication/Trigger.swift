import FreshetKernels

/// What made a list: an event, or a cause without one.
struct Trigger {
    /// The event's time, or that of the cause.
    var time: EventTime
    /// Where the event came from; `nil` where there is a cause.
    var origin: EventOrigin?
    /// The event's id; empty where it had none.
    var eventID: ByteView = .empty
    /// Why there is a list without an event.
    var cause: StaticString = ""

    /// An event as trigger.
    init(event: Event, origin: EventOrigin) {
        time = event.time
        self.origin = origin
        eventID = event.eventID
    }

    /// A cause without an event.
    init(cause: StaticString, time: EventTime) {
        self.cause = cause
        self.time = time
    }
}
