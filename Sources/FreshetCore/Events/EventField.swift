/// The fields of an event that are used; all others are ignored. The raw value is the field's place in decoders.
public enum EventField: UInt8, CaseIterable, Sendable {
    /// The event's own id, by which it is applied once.
    case eventID
    /// Who acted.
    case user
    /// The anonymous id that an `identify` joins to the user.
    case visitor
    /// The session, as the shop counts them.
    case session
    /// What was acted on.
    case item
    /// What happened.
    case type
    /// When.
    case time
    /// The price of one.
    case price
    /// How many.
    case quantity
    /// The order that a purchase belongs to.
    case order
    /// The words searched for.
    case query
    /// Whether a profile may be kept.
    case consent
    /// An object; of it the segment of shoppers is read, `segment`.
    case context

    /// The name in Freshet's own records, and in a mapping's configuration.
    public var name: StaticString {
        switch self {
        case .eventID: "event_id"
        case .user: "user_id"
        case .visitor: "visitor_id"
        case .session: "session_id"
        case .item: "item_id"
        case .type: "type"
        case .time: "timestamp"
        case .price: "price"
        case .quantity: "quantity"
        case .order: "order_id"
        case .query: "query"
        case .consent: "consent"
        case .context: "context"
        }
    }

    /// The field of that name.
    public init?(name: String) {
        guard let field = EventField.allCases.first(where: { $0.name.description == name }) else { return nil }
        self = field
    }
}
