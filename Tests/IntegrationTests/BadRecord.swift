import FreshetCore
import Foundation

/// A record that is not acceptable, and the reason that its dead letter must state.
struct BadRecord {
    var name: String
    var value: [UInt8]?
    var code: RejectionCode
    var key: [UInt8]? = Array("someone".utf8)

    static let recordBytesMax = 32 << 10

    /// Every kind, several where there are several ways.
    static var all: [BadRecord] { notJSON + incomplete + wrong + outOfRange + beyondLimits }

    private static let notJSON = [
        BadRecord("null", nil, .malformed, key: nil),
        BadRecord("empty", "", .malformed),
        BadRecord("plain text", "no JSON", .malformed),
        BadRecord("an array", "[\(click)]", .malformed),
        BadRecord("truncated", String(click.dropLast(5)), .malformed),
        BadRecord("something after it", "\(click)}", .malformed),
        BadRecord("NaN", event(#""price":NaN"#), .malformed),
        BadRecord("a raw NUL", event("\"item_id\":\"a\u{0}b\""), .malformed),
        BadRecord("nested too deep", event("\"context\":" + String(repeating: "[", count: 65) + String(repeating: "]", count: 65)), .malformed),
        BadRecord(
            "nested 10,000 deep", event("\"context\":" + String(repeating: "[", count: 10_000) + String(repeating: "]", count: 10_000)), .malformed),
        BadRecord("10,000 open objects", String(repeating: "{\"a\":", count: 5_000) + String(repeating: "[", count: 5_000), .malformed),
        BadRecord("a key twice", event(#""user_id":"another""#), .malformed),
        BadRecord("a key twice within", event(#""context":{"a":1,"a":2}"#), .malformed),
        BadRecord("invalid UTF-8", Array(#"{"user_id":""#.utf8) + [0xc3, 0x28] + Array(#"","item_id":"i","type":"click"}"#.utf8), .malformed),
    ]

    private static let incomplete = [
        BadRecord("no user", #"{"item_id":"i","type":"click"}"#, .missingUser),
        BadRecord("an empty user", #"{"user_id":"","item_id":"i","type":"click"}"#, .missingUser),
        BadRecord("no item", #"{"user_id":"u","type":"purchase"}"#, .missingItem),
        BadRecord("no visitor", #"{"user_id":"u","type":"identify"}"#, .missingVisitor),
        BadRecord("no type", #"{"user_id":"u","item_id":"i"}"#, .missingType),
        BadRecord("an unknown type", #"{"user_id":"u","item_id":"i","type":"stare"}"#, .unknownType),
        BadRecord("a visitor of itself", #"{"user_id":"u","visitor_id":"u","type":"identify"}"#, .identityCycle),
    ]

    private static let wrong = [
        BadRecord("no time stamp", event(#""timestamp":"yesterday""#), .badTimestamp),
        BadRecord("31 February", event(#""timestamp":"2026-02-31T10:00:00Z""#), .badTimestamp),
        BadRecord("a true time stamp", event(#""timestamp":true"#), .wrongType),
        BadRecord("a price as text", event(#""price":"19.90""#), .wrongType),
        BadRecord("a quantity as text", event(#""quantity":"1""#), .wrongType),
        BadRecord("a user as number", #"{"user_id":42,"item_id":"i","type":"click"}"#, .wrongType),
        BadRecord("an item as object", #"{"user_id":"u","item_id":{},"type":"click"}"#, .wrongType),
        BadRecord("a consent as text", event(#""consent":"yes""#), .wrongType),
    ]

    private static let outOfRange = [
        BadRecord("a negative price", event(#""price":-0.01"#), .outOfRange),
        BadRecord("a price of 1e400", event(#""price":1e400"#), .outOfRange),
        BadRecord("a negative quantity", event(#""quantity":-1"#), .outOfRange),
        BadRecord("a time stamp of 1e400", event(#""timestamp":1e400"#), .outOfRange),
        BadRecord("a day ahead", event("\"timestamp\":\(Int64(Date.now.timeIntervalSince1970 * 1000) + 86_400_000)"), .inTheFuture),
    ]

    private static let beyondLimits = [
        BadRecord("a long user", #"{"user_id":"\#(long)","item_id":"i","type":"click"}"#, .idTooLong),
        BadRecord("a long item", #"{"user_id":"u","item_id":"\#(long)","type":"click"}"#, .idTooLong),
        BadRecord("a long session", event(#""session_id":"\#(long)""#), .idTooLong),
        BadRecord("a long event id", event(#""event_id":"\#(long)""#), .idTooLong),
        BadRecord("a large record", event("\"context\":\"" + String(repeating: "x", count: recordBytesMax) + "\""), .recordTooLarge),
    ]

    private static let click = #"{"user_id":"u","item_id":"i","type":"click"}"#
    private static let long = String(repeating: "ü", count: 128) + "x"

    /// A click with one more member; an `item_id` among it replaces the click's.
    private static func event(_ member: String) -> String {
        member.hasPrefix("\"item_id\"") ? #"{"user_id":"u",\#(member),"type":"click"}"# : #"{"user_id":"u","item_id":"i","type":"click",\#(member)}"#
    }

    private init(_ name: String, _ value: [UInt8]?, _ code: RejectionCode, key: [UInt8]? = Array("someone".utf8)) {
        self.name = name
        self.value = value
        self.code = code
        self.key = key
    }

    private init(_ name: String, _ text: String, _ code: RejectionCode) { self.init(name, Array(text.utf8), code) }
}
