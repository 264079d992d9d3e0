import CSimdJSON
public import FreshetKernels

extension ByteView {
    /// Whether it is valid UTF-8 without a NUL.
    var isText: Bool { freshet_json_is_text(start, count) }
}

extension ByteBuffer {
    /// Appends a JSON string, its quotes included.
    ///
    /// - Parameter string: Valid UTF-8, as every id and query that the decoder accepted; other bytes are copied as they are.
    public func appendJSON(string: ByteView) {
        append(UInt8(ascii: "\""))
        if string.isPlainInJSON { append(string) } else { appendEscaped(string) }
        append(UInt8(ascii: "\""))
    }

    /// Appends a JSON string, its quotes included.
    public func appendJSON(text: String) { text.withView(appendJSON(string:)) }

    private func appendEscaped(_ string: ByteView) {
        var copied = 0
        for index in 0..<string.count {
            let byte = string[index]
            guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
            append(string[copied..<index])
            appendEscape(byte)
            copied = index + 1
        }
        append(string[copied..<string.count])
    }

    /// Appends the shortest number that reads back as `double`: `5`, `0.1`, `1e-07`; and `null` for NaN and infinities, which JSON lacks.
    ///
    /// From 10⁻⁵ to 10¹⁶ there is no exponent, and a whole number has no point.
    public func append(double: Double) {
        guard double.isFinite else { return append("null") }
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 32) { text in
            let count = freshet_json_write_number(double, text.baseAddress)
            append(ByteView(start: text.baseAddress, count: count))
        }
    }

    /// Appends a score that has at most so many decimals: the shortest number that reads back as `score`, several times faster than
    /// `append(double:)` finds it.
    ///
    /// - Parameters:
    ///   - score: A multiple of 10^−`places`; with the whole part at most 15 digits, the most that a number of 64 bits surely keeps apart.
    ///   - places: At most 15.
    public func append(score: Double, places: Int) {
        let scale = ByteBuffer.powersOfTen[places]
        guard score.magnitude * scale < 1e15 + 0.5 else { return append(double: score) }
        if score < 0 { append(UInt8(ascii: "-")) }
        let (whole, rest) = UInt64((score.magnitude * scale).rounded()).quotientAndRemainder(dividingBy: UInt64(scale))
        append(decimal: Int64(whole))
        guard rest > 0 else { return }
        var (fraction, count) = (rest, places)
        while fraction % 10 == 0 {
            fraction /= 10
            count -= 1
        }
        append(UInt8(ascii: "."))
        append(decimal: fraction, places: count)
    }

    static let powersOfTen: [Double] = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15]

    /// Appends a time in UTC as `2026-11-24T10:00:00.123Z`, without quotes. Times outside the years 0000 to 9999 become the nearest inside.
    public func append(rfc3339 time: EventTime) {
        let milliseconds = Int(min(max(time, EventTime.range.lowerBound), EventTime.range.upperBound).milliseconds)
        let (quotient, remainder) = milliseconds.quotientAndRemainder(dividingBy: 86_400_000)
        let date = CalendarDate(daysSinceEpoch: remainder < 0 ? quotient - 1 : quotient)
        let ofDay = remainder < 0 ? remainder + 86_400_000 : remainder
        append(date.year, digits: 4)
        append(date.month, digits: 2, after: "-")
        append(date.day, digits: 2, after: "-")
        append(ofDay / 3_600_000, digits: 2, after: "T")
        append(ofDay / 60_000 % 60, digits: 2, after: ":")
        append(ofDay / 1000 % 60, digits: 2, after: ":")
        append(ofDay % 1000, digits: 3, after: ".")
        append(UInt8(ascii: "Z"))
    }

    private func append(_ number: Int, digits: Int, after separator: Unicode.Scalar? = nil) {
        if let separator { append(UInt8(ascii: separator)) }
        var unit = digits == 4 ? 1000 : digits == 3 ? 100 : 10
        while unit > 0 {
            append(UInt8(ascii: "0") + UInt8(number / unit % 10))
            unit /= 10
        }
    }

    private func appendEscape(_ byte: UInt8) {
        append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\n"): append(UInt8(ascii: "n"))
        case UInt8(ascii: "\r"): append(UInt8(ascii: "r"))
        case UInt8(ascii: "\t"): append(UInt8(ascii: "t"))
        case 0..<0x20:
            append("u00")
            append(byte < 0x10 ? UInt8(ascii: "0") : UInt8(ascii: "1"))
            append(byte & 0xf < 10 ? UInt8(ascii: "0") + (byte & 0xf) : UInt8(ascii: "a") + ((byte & 0xf) - 10))
        default: append(byte)
        }
    }
}

extension ByteView {
    /// Whether a JSON string holds these bytes as they are: no control byte, quote or backslash. Eight bytes at a time ("Bit Twiddling
    /// Hacks", Anderson).
    fileprivate var isPlainInJSON: Bool {
        var index = 0
        while index + 8 <= count {
            if ByteView.needsEscape(buffer.loadUnaligned(fromByteOffset: index, as: UInt64.self)) { return false }
            index += 8
        }
        guard index < count else { return true }
        let blanks: UInt64 = 0x2020_2020_2020_2020 >> UInt64(8 * (count - index))
        return !ByteView.needsEscape(self[index..<count].prefix | blanks)
    }

    @inline(__always) private static func needsEscape(_ word: UInt64) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quote = word ^ (ones &* 0x22)
        let backslash = word ^ (ones &* 0x5c)
        let control = (word &- ones &* 0x20) & ~word
        return (control | (quote &- ones) & ~quote | (backslash &- ones) & ~backslash) & (ones &* 0x80) != 0
    }
}
