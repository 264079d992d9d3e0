/// A key of 256 bits, which is never printed.
public struct SecretKey: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Its length in bytes.
    public static let byteCount = 32

    let bytes: [UInt8]

    /// No secret: zeros.
    static let wellKnown = SecretKey()

    private init() { bytes = [UInt8](repeating: 0, count: SecretKey.byteCount) }

    /// The key that a file's content says: 32 bytes as they are, or 64 hexadecimal digits, a line's end behind them or not; `nil`: it says none.
    ///
    /// Of 32 bytes that are all digits somebody has written half a key.
    public init?(_ content: [UInt8]) {
        let digits = content.reversed().drop { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }.reversed().map(SecretKey.digit)
        if content.count == SecretKey.byteCount, digits.contains(nil) {
            bytes = content
        } else {
            let values = digits.compactMap(\.self)
            guard values.count == digits.count, values.count == 2 * SecretKey.byteCount else { return nil }
            bytes = (0..<SecretKey.byteCount).map { values[2 * $0] << 4 | values[2 * $0 + 1] }
        }
    }

    /// Three stars.
    public var description: String { "***" }
    /// Three stars.
    public var debugDescription: String { "***" }
    /// Nothing, so that `dump` prints nothing either.
    public var customMirror: Mirror { Mirror(self, children: [:]) }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
