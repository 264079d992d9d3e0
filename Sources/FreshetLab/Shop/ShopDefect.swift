public import FreshetCore

/// The ways in which a record of the shop can be unacceptable.
public enum ShopDefect: UInt8, CaseIterable, Sendable {
    /// A line of a log instead of JSON.
    case notJSON
    /// The second half is missing.
    case truncated
    /// A NUL byte within a text.
    case rawNUL
    /// A byte that no UTF-8 text holds.
    case invalidUTF8
    /// Arrays in arrays, 65 deep.
    case nestedTooDeep
    /// `user_id` twice.
    case repeatedField
    /// No `user_id`.
    case missingUser
    /// No `item_id`.
    case missingItem
    /// An `identify` without `visitor_id`.
    case missingVisitor
    /// No type, on a topic that implies none.
    case missingType
    /// The type `wish`.
    case unknownType
    /// The time `yesterday`.
    case badTimestamp
    /// 31 February.
    case impossibleDate
    /// The quantity as a text.
    case textForNumber
    /// The user as a number.
    case numberForText
    /// A price below 0.
    case negativePrice
    /// A quantity below 0.
    case negativeQuantity
    /// A price of 1e400.
    case hugeNumber
    /// A `user_id` of 257 bytes.
    case idTooLong
    /// A value longer than the daemon accepts.
    case recordTooLarge
    /// A time stamp a year ahead.
    case inTheFuture
    /// An `identify` of a user as a visitor of its own.
    case identityCycle

    /// The reason that the dead letter must state.
    public var code: RejectionCode {
        switch self {
        case .notJSON, .truncated, .rawNUL, .invalidUTF8, .nestedTooDeep, .repeatedField: .malformed
        case .missingUser: .missingUser
        case .missingItem: .missingItem
        case .missingVisitor: .missingVisitor
        case .missingType: .missingType
        case .unknownType: .unknownType
        case .badTimestamp, .impossibleDate: .badTimestamp
        case .textForNumber, .numberForText: .wrongType
        case .negativePrice, .negativeQuantity, .hugeNumber: .outOfRange
        case .idTooLong: .idTooLong
        case .recordTooLarge: .recordTooLarge
        case .inTheFuture: .inTheFuture
        case .identityCycle: .identityCycle
        }
    }

    /// Makes a good click into a bad record.
    func spoil(_ click: ShopMessage, at time: EventTime, recordBytesMax: Int) -> [UInt8] {
        var message = click
        switch self {
        case .notJSON: return Array("user=u1 clicked shoes-1".utf8)
        case .truncated: return Array(click.bytes.prefix(click.bytes.count / 2))
        case .rawNUL: message.set("item_id", text: "shoes\0-1")
        case .invalidUTF8: return click.bytes.map { $0 == UInt8(ascii: "-") ? 0xff : $0 }
        case .nestedTooDeep: message.set("context", json: String(repeating: "[", count: 65) + String(repeating: "]", count: 65))
        case .repeatedField: message.repeatField("user_id", json: "\"u1\"")
        case .missingUser: message.remove("user_id")
        case .missingItem: message.remove("item_id")
        case .missingVisitor: message.set("type", text: "identify")
        case .missingType: message.remove("type")
        case .unknownType: message.set("type", text: "wish")
        case .badTimestamp: message.set("timestamp", text: "yesterday")
        case .impossibleDate: message.set("timestamp", text: "2026-02-31T10:00:00Z")
        case .textForNumber: message.set("quantity", text: "2")
        case .numberForText: message.set("user_id", json: "42")
        case .negativePrice: message.set("price", json: "-1.5")
        case .negativeQuantity: message.set("quantity", json: "-1")
        case .hugeNumber: message.set("price", json: "1e400")
        case .idTooLong: message.set("user_id", text: String(repeating: "u", count: 257))
        case .recordTooLarge: message.set("context", json: "\"\(String(repeating: "x", count: recordBytesMax))\"")
        case .inTheFuture: message.set("timestamp", json: "\(time.milliseconds + 365 * 86_400_000)")
        case .identityCycle:
            message.set("type", text: "identify")
            message.set("visitor_id", json: click.json(of: "user_id") ?? "")
        }
        return message.bytes
    }
}
