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

    /// The same with texts that live as long as `arena` keeps them.
    func kept(in arena: ByteArena) -> Trigger {
        var copy = self
        copy.eventID = arena.copy(eventID)
        return copy
    }
}

/// A list that a user is owed at the end of the batch, unless a later event of the batch makes one.
struct OwedList {
    var user: UInt32
    var trigger: Trigger
    var isPaid = false
}
