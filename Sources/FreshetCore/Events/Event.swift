public import FreshetKernels

/// One acceptable event, as read from a record.
///
/// Texts are views into the arena that the decoder was given; empty means absent. A trivial value.
public struct Event {
    /// What happened.
    public var type: EventType
    /// When it happened, by the event's own word or, without one, by its record's.
    public var time: EventTime
    /// `user_id`.
    public var user: ByteView
    /// `visitor_id` of an `identify` event.
    public var visitor: ByteView = .empty
    /// `item_id`.
    public var item: ByteView = .empty
    /// `session_id`.
    public var session: ByteView = .empty
    /// `query` of a `search` event.
    public var query: ByteView = .empty
    /// `context.segment`: the segment of shoppers that the user belongs to.
    public var segment: ByteView = .empty
    /// `event_id` as given.
    public var eventID: ByteView = .empty
    /// The fingerprint of `event_id` or, without one, of user, item, type, time, order, quantity and price (and visitor or query).
    public var fingerprint: Fingerprint
    /// `price` in units of the currency; NaN where absent.
    public var price: Double = .nan
    /// `quantity`: zero or more, and not only whole numbers (shops sell by weight).
    public var quantity: Double = 1
    /// `consent`: `false` leaves no profile.
    public var consent: Bool = true
    /// Whether the record's key names another user; the value's word stands, and the difference is counted.
    public var keyDiffers: Bool = false

    /// An event of which only what every event has is known.
    public init(type: EventType, time: EventTime, user: ByteView, fingerprint: Fingerprint) {
        self.type = type
        self.time = time
        self.user = user
        self.fingerprint = fingerprint
    }
}
