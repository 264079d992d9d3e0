import FreshetKernels

/// Bytes as text (RFC 4648, with padding): how the journal carries what may hold any byte.
enum Base64 {
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let values: [UInt8?] = {
        var values = [UInt8?](repeating: nil, count: 256)
        for (value, digit) in digits.enumerated() { values[Int(digit)] = UInt8(value) }
        return values
    }()
    private static let padding = UInt8(ascii: "=")

    /// Appends the text of `bytes`.
    static func write(_ bytes: ByteView, to text: ByteBuffer) {
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let count = min(3, bytes.count - start)
            var group: UInt32 = 0
            for place in 0..<3 { group = group << 8 | (place < count ? UInt32(bytes[start + place]) : 0) }
            for place in 0..<4 {
                text.append(place <= count ? digits[Int(group >> UInt32(18 - 6 * place) & 63)] : padding)
            }
        }
    }

    /// The bytes of a text that `write` wrote; `nil` for any other.
    static func read(_ text: ByteView) -> [UInt8]? {
        guard text.count % 4 == 0 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3)
        for start in stride(from: 0, to: text.count, by: 4) {
            var count = 4
            if start + 4 == text.count { while count > 2, text[start + count - 1] == padding { count -= 1 } }
            var group: UInt32 = 0
            for place in 0..<4 {
                guard place < count else {
                    group <<= 6
                    continue
                }
                guard let value = values[Int(text[start + place])] else { return nil }
                group = group << 6 | UInt32(value)
            }
            guard group & (1 << UInt32(8 * (4 - count)) - 1) == 0 else { return nil }
            for place in 0..<count - 1 { bytes.append(UInt8(group >> UInt32(16 - 8 * place) & 255)) }
        }
        return bytes
    }
}
