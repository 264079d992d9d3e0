/// The same figure of several runs: its median, and how far the runs lie apart.
struct Spread: Equatable, Sendable {
    /// The middle value; the mean of the two in the middle where there is an even number.
    var median: Double
    /// The lowest and the highest value.
    var range: ClosedRange<Double>

    /// The spread of values; `nil` where there is none, or one is not a number.
    init?(_ values: [Double]) {
        let sorted = values.sorted()
        guard let lowest = sorted.first, let highest = sorted.last, !values.contains(where: \.isNaN) else { return nil }
        median = (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
        range = lowest...highest
    }
}
