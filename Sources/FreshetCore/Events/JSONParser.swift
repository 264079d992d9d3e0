import CSimdJSON
import FreshetKernels

/// Reads a JSON text from left to right into a tree.
struct JSONParser {
    private let text: ByteView
    private var at = 0

    init(_ text: ByteView) { self.text = text }

    mutating func document() throws(JSONError) -> JSONValue {
        let value = try value(depth: 0)
        skipSpace()
        guard at == text.count else { throw failure("something follows the value") }
        return value
    }

    private func failure(_ problem: String) -> JSONError { JSONError(offset: at, problem: problem) }

    private mutating func skipSpace() {
        while at < text.count, text[at] == 0x20 || text[at] == 0x0a || text[at] == 0x0d || text[at] == 0x09 { at += 1 }
    }

    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard at < text.count, text[at] == UInt8(ascii: character) else { return false }
        at += 1
        return true
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        skipSpace()
        guard at < text.count else { throw failure("a value is missing") }
        switch text[at] {
        case UInt8(ascii: "{"): return try object(depth: depth + 1)
        case UInt8(ascii: "["): return try array(depth: depth + 1)
        case UInt8(ascii: "\""): return .string(try string())
        default: return try scalar()
        }
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSONValue {
        try open(depth)
        var members: [JSONValue.Member] = []
        var names: Set<[UInt8]> = []
        skipSpace()
        if skip("}") { return .object([]) }
        repeat {
            skipSpace()
            let name = try string()
            guard names.insert(Array(name.utf8)).inserted else { throw failure("the name \(name) stands twice") }
            skipSpace()
            guard skip(":") else { throw failure("a colon is missing") }
            members.append(JSONValue.Member(name, try value(depth: depth)))
            skipSpace()
        } while skip(",")
        guard skip("}") else { throw failure("a comma or } is missing") }
        return .object(members)
    }

    private mutating func array(depth: Int) throws(JSONError) -> JSONValue {
        try open(depth)
        var elements: [JSONValue] = []
        skipSpace()
        if skip("]") { return .array([]) }
        repeat {
            elements.append(try value(depth: depth))
            skipSpace()
        } while skip(",")
        guard skip("]") else { throw failure("a comma or ] is missing") }
        return .array(elements)
    }

    private mutating func open(_ depth: Int) throws(JSONError) {
        guard depth <= Int(FRESHET_JSON_DEPTH_MAX) else { throw failure("nested deeper than \(FRESHET_JSON_DEPTH_MAX)") }
        at += 1
    }

    private mutating func scalar() throws(JSONError) -> JSONValue {
        let first = at
        while at < text.count, isScalarByte(text[at]) { at += 1 }
        let token = text[first..<at]
        switch token.text {
        case "null": return .null
        case "true": return .bool(true)
        case "false": return .bool(false)
        default:
            var number = 0.0
            guard freshet_json_parse_number(token.start, token.count, &number) else { throw failure("not a value") }
            if let integer = Int64(token.text) { return .integer(integer) }
            return .number(number)
        }
    }

    private func isScalarByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
            UInt8(ascii: "."), UInt8(ascii: "E"):
            true
        default: false
        }
    }

    private mutating func string() throws(JSONError) -> String {
        guard skip("\"") else { throw failure("a string is missing") }
        var bytes: [UInt8] = []
        while at < text.count, text[at] != UInt8(ascii: "\"") {
            let byte = text[at]
            guard byte >= 0x20 else { throw failure("a control character within a string") }
            at += 1
            if byte == UInt8(ascii: "\\") {
                bytes.append(contentsOf: UTF8.encode(try escape()) ?? .init())
            } else {
                bytes.append(byte)
            }
        }
        guard skip("\"") else { throw failure("a string is not closed") }
        return String(decoding: bytes, as: UTF8.self)
    }

    private mutating func escape() throws(JSONError) -> Unicode.Scalar {
        guard at < text.count else { throw failure("a string is not closed") }
        let byte = text[at]
        at += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try codePoint()
        default: throw failure("an invalid escape within a string")
        }
    }

    private mutating func codePoint() throws(JSONError) -> Unicode.Scalar {
        let first = try codeUnit()
        if let scalar = Unicode.Scalar(UInt32(first)) { return scalar }
        guard UTF16.isLeadSurrogate(first), skip("\\"), skip("u") else { throw failure("half a surrogate pair") }
        let second = try codeUnit()
        guard UTF16.isTrailSurrogate(second) else { throw failure("half a surrogate pair") }
        return UTF16.decode(UTF16.EncodedScalar([first, second]))
    }

    private mutating func codeUnit() throws(JSONError) -> UInt16 {
        guard at + 4 <= text.count else { throw failure("an escape needs four hexadecimal digits") }
        var unit: UInt16 = 0
        for _ in 0..<4 {
            let digit = Character(Unicode.Scalar(text[at]))
            guard digit.isASCII, let value = digit.hexDigitValue else { throw failure("an escape needs four hexadecimal digits") }
            unit = unit << 4 | UInt16(value)
            at += 1
        }
        return unit
    }
}
