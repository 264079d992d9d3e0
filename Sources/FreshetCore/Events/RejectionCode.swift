/// Why a record is not acceptable: the code in the header `freshet.error`.
public enum RejectionCode: UInt8, CaseIterable, Sendable {
    /// Not JSON, truncated, a raw NUL, invalid UTF-8, nested deeper than 64, the same key twice, or (files) not a row of the format.
    case malformed
    /// No `user_id`.
    case missingUser
    /// No `item_id` where the type needs one.
    case missingItem
    /// An `identify` without `visitor_id`.
    case missingVisitor
    /// No type, neither in the record nor by its topic.
    case missingType
    /// A type that Freshet does not know and the format does not ignore.
    case unknownType
    /// A time stamp that cannot be read.
    case badTimestamp
    /// A used field of the wrong JSON type.
    case wrongType
    /// A used field out of range: a negative price or quantity, 1e400.
    case outOfRange
    /// An id longer than 256 bytes.
    case idTooLong
    /// A record longer than `max_record_bytes`.
    case recordTooLarge
    /// A time stamp more than `max_future` in the future.
    case inTheFuture
    /// An `identify` that names a user as a visitor, or a visitor as a user.
    case identityCycle
    /// A record of a side topic for which a limit leaves no room.
    case noRoom
    /// An output that the broker refuses for its size.
    case outputTooLarge

    /// The code as it stands in the header.
    public var name: StaticString {
        switch self {
        case .malformed: "malformed"
        case .missingUser: "missing_user"
        case .missingItem: "missing_item"
        case .missingVisitor: "missing_visitor"
        case .missingType: "missing_type"
        case .unknownType: "unknown_type"
        case .badTimestamp: "bad_timestamp"
        case .wrongType: "wrong_type"
        case .outOfRange: "out_of_range"
        case .idTooLong: "id_too_long"
        case .recordTooLarge: "record_too_large"
        case .inTheFuture: "in_the_future"
        case .identityCycle: "identity_cycle"
        case .noRoom: "no_room"
        case .outputTooLarge: "output_too_large"
        }
    }

    /// What to do about it, for who reads the log.
    public var remedy: StaticString {
        switch self {
        case .malformed: "send a JSON object in UTF-8 a record, or name the topic's format in topics.events"
        case .missingUser: "send user_id as text, or map the field's name in topics.events"
        case .missingItem: "send item_id as text, or map the field's name in topics.events"
        case .missingVisitor: "send visitor_id and user_id with identify"
        case .missingType: "send type, or give the topic one in topics.events"
        case .unknownType: "send one of click, cart, remove_from_cart, purchase, return, search, impression, identify, or map the type's name"
        case .badTimestamp: "send RFC 3339 or milliseconds since 1970"
        case .wrongType: "send ids, types and texts as JSON text, prices and quantities as numbers"
        case .outOfRange: "send finite numbers of at least 0, and times of the years 0 to 9999"
        case .idTooLong: "send ids of at most 256 bytes"
        case .recordTooLarge: "send smaller records, or raise events.max_record_bytes"
        case .inTheFuture: "set the clock of what sends them, or raise events.max_future"
        case .identityCycle: "send identify with a visitor's id that is no user's"
        case .noRoom: "raise the limit, or say less"
        case .outputTooLarge: "raise max.message.bytes of the topic"
        }
    }
}
