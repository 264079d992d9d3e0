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
}
