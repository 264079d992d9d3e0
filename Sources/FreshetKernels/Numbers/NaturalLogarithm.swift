/// Natural logarithms from additions, multiplications and divisions alone, in a fixed order: the same bits on every machine.
public enum NaturalLogarithm {
    private static let ofTwo = 0.693_147_180_559_945_31
    private static let rootOfTwo = 1.414_213_562_373_095_1

    /// ln(value), within a few units of the last place. `value` must be positive, finite and no less than 2⁻¹⁰²².
    ///
    /// ln m = 2 artanh((m − 1) / (m + 1)) as a power series, for m between the inverted root of two and the root of two: 12 terms do.
    public static func of(_ value: Double) -> Double {
        precondition(value.isNormal && value > 0, "there is no logarithm of \(value)")
        var (mantissa, exponent) = (value.significand, Double(value.exponent))
        if mantissa > rootOfTwo {
            mantissa /= 2
            exponent += 1
        }
        let ratio = (mantissa - 1) / (mantissa + 1)
        let square = ratio * ratio
        var sum = 0.0
        for divisor in stride(from: 23, through: 1, by: -2) { sum = sum * square + 1 / Double(divisor) }
        return exponent * ofTwo + 2 * ratio * sum
    }
}
