/// A log-linear histogram of milliseconds: 16 steps a power of two, so that a quantile is at most 6% off. Fixed size.
public struct LatencyHistogram: Equatable, Sendable {
    private static let steps = 16
    private var buckets = [Int](repeating: 0, count: 40 * steps)
    /// The number of values.
    public private(set) var count = 0
    /// The largest value.
    public private(set) var max: Int64 = 0

    /// An empty histogram.
    public init() {}

    /// Adds a value; one below 0 (clocks differ) counts as 0.
    public mutating func add(_ milliseconds: Int64) {
        let value = Swift.max(milliseconds, 0)
        buckets[LatencyHistogram.bucket(of: value)] += 1
        count += 1
        max = Swift.max(max, value)
    }

    /// The value that the share `quantile` of all values does not exceed; 0 without values.
    public func value(at quantile: Double) -> Int64 {
        guard count > 0 else { return 0 }
        var left = Int((Double(count) * quantile).rounded(.up))
        for (index, inBucket) in buckets.enumerated() {
            left -= inBucket
            if left <= 0 { return Swift.min(LatencyHistogram.upperBound(of: index), max) }
        }
        return max
    }

    /// What was added since this histogram was as `older`; `max` stays that of all values.
    public func since(_ older: LatencyHistogram) -> LatencyHistogram {
        var rest = self
        for index in buckets.indices { rest.buckets[index] -= older.buckets[index] }
        rest.count -= older.count
        return rest
    }

    private static func bucket(of value: Int64) -> Int {
        guard value >= steps else { return Int(value) }
        let power = 63 - value.leadingZeroBitCount
        let step = Int(value >> Int64(power - 4)) - steps
        return Swift.min((power - 3) * steps + step, 40 * steps - 1)
    }

    private static func upperBound(of bucket: Int) -> Int64 {
        guard bucket >= steps else { return Int64(bucket) }
        let power = bucket / steps + 3
        return (Int64(steps + bucket % steps + 1) << Int64(power - 4)) - 1
    }
}
