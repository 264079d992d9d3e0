/// Times of which quantiles are wanted, each one kept.
struct LatencySample: Equatable, Sendable {
    private var nanoseconds: [UInt64] = []
    private var isSorted = true

    /// The number of times.
    var count: Int { nanoseconds.count }

    /// Adds a time.
    mutating func add(_ time: UInt64) {
        nanoseconds.append(time)
        isSorted = false
    }

    /// Milliseconds that the share `quantile` of all times does not exceed; not a number without times.
    mutating func milliseconds(at quantile: Double) -> Double {
        guard count > 0 else { return .nan }
        if !isSorted { nanoseconds.sort() }
        isSorted = true
        let rank = Int((Double(count) * quantile).rounded(.up))
        return Double(nanoseconds[min(max(rank, 1), count) - 1]) / 1e6
    }
}
