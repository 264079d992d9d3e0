import Glibc

/// Where values stand on an axis, and which of them are written beside it.
struct AxisScale: Equatable {
    /// The values that are written, rising; the first and the last one are the axis's ends.
    let ticks: [Double]
    let isLogarithmic: Bool

    /// A linear axis from 0 to the first round number that is not below any value.
    init(linear values: [Double]) {
        isLogarithmic = false
        let highest = max(values.max() ?? 0, 0)
        let step = AxisScale.roundStep((highest > 0 ? highest : 1) / 5)
        ticks = (0...max(Int((highest / step).rounded(.up)), 1)).map { Double($0) * step }
    }

    /// A logarithmic axis over whole powers of ten; the values must be positive.
    init(logarithmic values: [Double]) {
        isLogarithmic = true
        let first = Int(log10(values.min() ?? 1).rounded(.down))
        let last = Int(log10(values.max() ?? 1).rounded(.up))
        ticks = (first...max(last, first + 1)).map { pow(10, Double($0)) }
    }

    /// The share of the axis's length at which a value stands, 0 at the first tick and 1 at the last.
    func share(of value: Double) -> Double {
        let (first, last) = (ticks[0], ticks[ticks.count - 1])
        return isLogarithmic ? log(value / first) / log(last / first) : (value - first) / (last - first)
    }

    /// The least of 1, 2 and 5 times a power of ten that is not below `step`.
    private static func roundStep(_ step: Double) -> Double {
        let power = pow(10, log10(step).rounded(.down))
        return power * ([1, 2, 5].first { $0 * power >= step * 0.999 } ?? 10)
    }
}
