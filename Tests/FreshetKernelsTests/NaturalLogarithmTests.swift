import FreshetKernels
import Glibc
import Testing

@Suite struct NaturalLogarithmTests {
    @Test func itIsWithinAFewUnitsOfTheLibrarys() {
        var random = SplitMix64(seed: 3)
        var worst = 0.0
        for _ in 0..<200_000 {
            let value = Double(sign: .plus, exponent: random.next(below: 200) - 100, significand: 1 + random.nextUnit())
            let (found, expected) = (NaturalLogarithm.of(value), log(value))
            worst = max(worst, abs(found - expected) / max(expected.magnitude.ulp, .leastNonzeroMagnitude))
        }
        #expect(worst <= 6, "\(worst) units of the last place")
    }

    @Test func nearOneItIsAsExactAsAnywhere() {
        #expect(NaturalLogarithm.of(1) == 0)
        for exponent in 1...40 {
            let step = Double(sign: .plus, exponent: -exponent, significand: 1)
            for value in [1 + step, 1 - step / 2] {
                #expect(abs(NaturalLogarithm.of(value) - log(value)) <= 6 * log(value).magnitude.ulp, "\(value)")
            }
        }
    }

    @Test func itRisesWithItsValue() {
        let values = (1...10_000).map { Double($0) / 100 }
        #expect(zip(values, values.dropFirst()).allSatisfy { NaturalLogarithm.of($0) < NaturalLogarithm.of($1) })
        #expect(NaturalLogarithm.of(.leastNormalMagnitude) < -708 && NaturalLogarithm.of(.greatestFiniteMagnitude) > 709)
    }
}
