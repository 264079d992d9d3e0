/// A point in event time: milliseconds since 1970-01-01T00:00:00Z.
public struct EventTime: Hashable, Comparable, Sendable, BitwiseCopyable {
    /// Milliseconds since the epoch.
    public var milliseconds: Int64

    /// A time so many milliseconds after the epoch.
    @inlinable public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// Before every event: the time of what never happened.
    @inlinable public static var never: EventTime { EventTime(milliseconds: .min) }

    /// Whether it was most likely sent in seconds: those of the years 2001 to 2099 are, as milliseconds, days of early 1970.
    public var looksLikeSeconds: Bool { (978_307_200..<4_102_444_800).contains(milliseconds) }

    /// The order of time.
    @inlinable public static func < (left: EventTime, right: EventTime) -> Bool { left.milliseconds < right.milliseconds }

    /// A time later (or, negative, earlier) by `milliseconds`; never wraps around.
    @inlinable public func advanced(by milliseconds: Int64) -> EventTime {
        let (sum, overflow) = self.milliseconds.addingReportingOverflow(milliseconds)
        return EventTime(milliseconds: overflow ? (milliseconds < 0 ? .min : .max) : sum)
    }

    /// The number of the span of so many milliseconds that the time falls into, counted from the epoch.
    @inlinable public func number(ofSpan length: Int64) -> Int64 {
        let (number, rest) = milliseconds.quotientAndRemainder(dividingBy: length)
        return rest < 0 ? number - 1 : number
    }
}
