/// A slow, obvious judge of JSON (RFC 8259): what a record must be before its fields are looked at.
struct StrictJSON {
    private let bytes: [UInt8]
    private var at = 0

    private struct Invalid: Error {}

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Whether the bytes are one JSON object, at most 64 deep, without a repeated key in any object.
    static func acceptsObject(_ bytes: [UInt8]) -> Bool {
        accepts(bytes) { judge throws(Invalid) in try judge.object(depth: 1) }
    }

    /// The same for any value.
    static func acceptsValue(_ bytes: [UInt8]) -> Bool {
        accepts(bytes) { judge throws(Invalid) in try judge.value(depth: 0) }
    }

    private static func accepts(_ bytes: [UInt8], _ read: (inout StrictJSON) throws(Invalid) -> Void) -> Bool {
        guard String(validating: bytes, as: UTF8.self) != nil else { return false }
        var judge = StrictJSON(bytes)
        do throws(Invalid) {
            judge.skipSpace()
            try read(&judge)
            judge.skipSpace()
            return judge.at == bytes.count
        } catch {
            return false
        }
    }

    private var next: UInt8? { at < bytes.count ? bytes[at] : nil }

    private mutating func skipSpace() {
        while let byte = next, [0x20, 0x09, 0x0a, 0x0d].contains(byte) { at += 1 }
    }

    private mutating func take(_ text: String) throws(Invalid) {
        for byte in text.utf8 {
            guard next == byte else { throw Invalid() }
            at += 1
        }
    }

    private mutating func takes(_ text: String) -> Bool {
        guard next == text.utf8.first else { return false }
        at += 1
        return true
    }

    private mutating func value(depth: Int) throws(Invalid) {
        switch next.map({ Character(Unicode.Scalar($0)) }) {
        case "{": try object(depth: depth + 1)
        case "[": try array(depth: depth + 1)
        case "\"": _ = try string()
        case "t": try take("true")
        case "f": try take("false")
        case "n": try take("null")
        default: try number()
        }
    }

    private mutating func object(depth: Int) throws(Invalid) {
        try take("{")
        guard depth <= 64 else { throw Invalid() }
        var keys: Set<[UInt32]> = []
        skipSpace()
        if takes("}") { return }
        repeat {
            skipSpace()
            guard keys.insert(try string()).inserted else { throw Invalid() }
            skipSpace()
            try take(":")
            skipSpace()
            try value(depth: depth)
            skipSpace()
        } while takes(",")
        try take("}")
    }

    private mutating func array(depth: Int) throws(Invalid) {
        try take("[")
        guard depth <= 64 else { throw Invalid() }
        skipSpace()
        if takes("]") { return }
        repeat {
            skipSpace()
            try value(depth: depth)
            skipSpace()
        } while takes(",")
        try take("]")
    }

    private mutating func number() throws(Invalid) {
        _ = takes("-")
        if !takes("0") { try digits() }
        if takes(".") { try digits() }
        if takes("e") || takes("E") {
            _ = takes("+") || takes("-")
            try digits()
        }
    }

    private mutating func digits() throws(Invalid) {
        let first = at
        while let byte = next, (0x30...0x39).contains(byte) { at += 1 }
        guard at > first else { throw Invalid() }
    }

    /// A string as its bytes and, for escapes, their code points' UTF-8, so that equal strings are equal however they are written.
    private mutating func string() throws(Invalid) -> [UInt32] {
        try take("\"")
        var text: [UInt32] = []
        while let byte = next, byte != 0x22 {
            guard byte >= 0x20 else { throw Invalid() }
            at += 1
            if byte == 0x5c {
                text += String(try escape()).utf8.map(UInt32.init)
            } else {
                text.append(UInt32(byte))
            }
        }
        try take("\"")
        return text
    }

    private mutating func escape() throws(Invalid) -> Character {
        guard let byte = next else { throw Invalid() }
        at += 1
        switch Character(Unicode.Scalar(byte)) {
        case "\"": return "\""
        case "\\": return "\\"
        case "/": return "/"
        case "b": return "\u{8}"
        case "f": return "\u{c}"
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "u": return Character(try codePoint())
        default: throw Invalid()
        }
    }

    private mutating func codePoint() throws(Invalid) -> Unicode.Scalar {
        let first = try hex()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard (0xd800..<0xdc00).contains(first) else { throw Invalid() }
        try take("\\u")
        let second = try hex()
        guard (0xdc00..<0xe000).contains(second), let scalar = Unicode.Scalar(0x10000 + (first - 0xd800) << 10 + second - 0xdc00) else {
            throw Invalid()
        }
        return scalar
    }

    private mutating func hex() throws(Invalid) -> UInt32 {
        guard at + 4 <= bytes.count, bytes[at..<at + 4].allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit && $0 < 0x80 }) else { throw Invalid() }
        defer { at += 4 }
        return UInt32(String(decoding: bytes[at..<at + 4], as: UTF8.self), radix: 16) ?? 0
    }
}
