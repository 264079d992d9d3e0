public import FreshetKernels

extension EventTime {
    /// The first and the last time that can be written: the years 0000 to 9999 in UTC.
    static let range = EventTime(milliseconds: -62_167_219_200_000)...EventTime(milliseconds: 253_402_300_799_999)

    /// Reads RFC 3339: any offset, `T`, `t` or a space between date and time, a fraction of any length truncated to milliseconds.
    ///
    /// A leap second (`23:59:60` in UTC) is read as the last millisecond before it ends: events of that second stay in order with the next day's.
    public init?(rfc3339 text: ByteView) {
        var scanner = TimeScanner(text)
        guard let days = scanner.date(), scanner.skip(where: { $0 | 0x20 == UInt8(ascii: "t") || $0 == UInt8(ascii: " ") }),
            let clock = scanner.clock()
        else { return nil }
        let fraction = scanner.fraction()
        guard let offset = scanner.offset(), scanner.isAtEnd, let fraction else { return nil }
        self.init(days: days, clock: clock, milliseconds: fraction, offsetMinutes: offset)
    }

    /// Reads `YYYY-MM-DD HH:MM:SS UTC`.
    public init?(utc text: ByteView) {
        var scanner = TimeScanner(text)
        guard let days = scanner.date(), scanner.skip(" "), let clock = scanner.clock(), scanner.skip(" "), scanner.skip("U"),
            scanner.skip("T"), scanner.skip("C"), scanner.isAtEnd
        else { return nil }
        self.init(days: days, clock: clock, milliseconds: 0, offsetMinutes: 0)
    }

    /// Reads decimal digits, with a sign and a fraction where there are any, as a number of `unit` milliseconds since the epoch.
    ///
    /// Exact, where a `Double` of 1396860669.277 seconds is not. What is finer than a millisecond is dropped.
    init?(decimal text: ByteView, unit: Int64) {
        var scanner = TimeScanner(text)
        let negative = scanner.skip("-")
        guard let whole = scanner.number() else { return nil }
        guard let fraction = scanner.fraction(), scanner.isAtEnd else { return nil }
        let (product, overflow) = whole.multipliedReportingOverflow(by: unit)
        let magnitude = product &+ (unit == 1000 ? Int64(fraction) : 0)
        guard !overflow, magnitude >= 0 else { return nil }
        self.init(inRange: negative ? -magnitude : magnitude)
    }

    /// A time in `range`.
    init?(inRange milliseconds: Int64) {
        self.init(milliseconds: milliseconds)
        guard EventTime.range.contains(self) else { return nil }
    }

    private init?(days: Int, clock: (hour: Int, minute: Int, second: Int), milliseconds: Int, offsetMinutes: Int) {
        let minutes = days * 1440 + clock.hour * 60 + clock.minute - offsetMinutes
        guard clock.second == 60 else {
            self.init(inRange: Int64(minutes * 60 + clock.second) * 1000 + Int64(milliseconds))
            return
        }
        guard (minutes % 1440 + 1440) % 1440 == 1439 else { return nil }
        self.init(inRange: Int64(minutes * 60 + 60) * 1000 - 1)
    }
}

/// Reads the parts of a time from left to right.
private struct TimeScanner {
    let text: ByteView
    var at = 0

    init(_ text: ByteView) { self.text = text }

    var isAtEnd: Bool { at == text.count }

    mutating func skip(where matches: (UInt8) -> Bool) -> Bool {
        guard at < text.count, matches(text[at]) else { return false }
        at += 1
        return true
    }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        let byte = UInt8(ascii: character)
        return skip { $0 == byte }
    }

    /// Exactly `count` digits.
    mutating func digits(_ count: Int) -> Int? {
        guard at + count <= text.count else { return nil }
        var value = 0
        for index in at..<at + count {
            let digit = text[index] &- UInt8(ascii: "0")
            guard digit <= 9 else { return nil }
            value = value * 10 + Int(digit)
        }
        at += count
        return value
    }

    /// At most 18 digits, which 64 bits always hold; at least one. More digits are not taken: what follows is no end then.
    mutating func number() -> Int64? {
        let first = at
        var value: Int64 = 0
        while at < text.count, at - first < 18 {
            let digit = text[at] &- UInt8(ascii: "0")
            guard digit <= 9 else { break }
            value = value * 10 + Int64(digit)
            at += 1
        }
        return at > first ? value : nil
    }

    /// `YYYY-MM-DD` as days since the epoch.
    mutating func date() -> Int? {
        guard let year = digits(4), skip("-"), let month = digits(2), skip("-"), let day = digits(2) else { return nil }
        return CalendarDate(year: year, month: month, day: day)?.daysSinceEpoch
    }

    /// `HH:MM:SS`; seconds up to 60.
    mutating func clock() -> (hour: Int, minute: Int, second: Int)? {
        guard let hour = digits(2), skip(":"), let minute = digits(2), skip(":"), let second = digits(2) else { return nil }
        return hour <= 23 && minute <= 59 && second <= 60 ? (hour, minute, second) : nil
    }

    /// A point and digits, truncated to thousandths; 0 where there is no point, `nil` where no digit follows one.
    mutating func fraction() -> Int? {
        guard skip(".") else { return 0 }
        let first = at
        var value = 0
        while at < text.count {
            let digit = text[at] &- UInt8(ascii: "0")
            guard digit <= 9 else { break }
            if at - first < 3 { value = value * 10 + Int(digit) }
            at += 1
        }
        switch at - first {
        case 0: return nil
        case 1: return value * 100
        case 2: return value * 10
        default: return value
        }
    }

    /// `Z`, `z` or `±HH:MM`, as minutes east.
    mutating func offset() -> Int? {
        if skip(where: { $0 | 0x20 == UInt8(ascii: "z") }) { return 0 }
        let west = skip("-")
        guard west || skip("+") else { return nil }
        guard let hours = digits(2), skip(":"), let minutes = digits(2), hours <= 23, minutes <= 59 else { return nil }
        return (west ? -1 : 1) * (hours * 60 + minutes)
    }
}
