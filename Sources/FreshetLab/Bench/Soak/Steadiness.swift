/// Whether a quantity that was sampled over a whole run has come to rest: the median of the last quarter against that of the second one.
///
/// The first quarter is left out: tables grow while they fill. The allowance is for what comes and goes, as a batch that is on its way.
struct Steadiness: Equatable {
    /// The median of a steady quantity grows by no more than this share and the allowance.
    static let growthMax = 0.1

    let secondQuarter: Spread
    let lastQuarter: Spread
    /// What the last quarter's median may be.
    let bound: Double

    /// `nil` where there are fewer than four values, or one is not a number.
    init?(_ values: [Double], allowance: Double) {
        let quarter = values.count / 4
        guard let second = Spread(Array(values[quarter..<2 * quarter])), let last = Spread(Array(values.suffix(quarter))) else { return nil }
        secondQuarter = second
        lastQuarter = last
        bound = second.median * (1 + Steadiness.growthMax) + allowance
    }

    var isSteady: Bool { lastQuarter.median <= bound }
}
