import FreshetKernels
import Testing

@Suite struct SplitMix64Tests {
    @Test func seedZeroGivesThePublishedNumbers() {
        var random = SplitMix64(seed: 0)
        #expect([random.next(), random.next(), random.next()] == [0xe220_a839_7b1d_cdaf, 0x6e78_9e6a_a1b9_65f4, 0x06c4_5d18_8009_454f])
    }

    /// The steps of `mix` undone, last to first.
    private func unmix(_ mixed: UInt64) -> UInt64 {
        func unshift(_ value: UInt64, _ bits: UInt64) -> UInt64 {
            var result = value
            for _ in 0..<(64 / bits + 1) { result = value ^ (result >> bits) }
            return result
        }
        func inverse(_ odd: UInt64) -> UInt64 {
            var result = odd
            for _ in 0..<6 { result = result &* (2 &- odd &* result) }
            return result
        }
        let second = unshift(mixed, 31) &* inverse(0x94d0_49bb_1331_11eb)
        return unshift(unshift(second, 27) &* inverse(0xbf58_476d_1ce4_e5b9), 30)
    }

    @Test func mixingCanBeUndoneSoNoTwoValuesCollide() {
        var random = SplitMix64(seed: 1)
        for value in [0, 1, .max, 1 << 63] + (0..<1000).map({ _ in random.next() }) { #expect(unmix(SplitMix64.mix(value)) == value) }
    }

    @Test func numbersBelowABoundAreUniform() {
        for bound in [2, 3, 10, 37] {
            var random = SplitMix64(seed: UInt64(bound))
            var counts = [Int](repeating: 0, count: bound)
            let draws = 20_000
            for _ in 0..<draws { counts[random.next(below: bound)] += 1 }
            let expected = Double(draws) / Double(bound)
            let chiSquare = counts.reduce(0.0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
            // Mean = bound − 1, variance = 2 (bound − 1): five standard deviations above the mean.
            #expect(chiSquare < Double(bound - 1) + 5 * (2 * Double(bound - 1)).squareRoot(), "bound \(bound)")
        }
    }

    @Test func unitNumbersFillTheIntervalWithoutOne() {
        var random = SplitMix64(seed: 2)
        var sum = 0.0
        var squares = 0.0
        for _ in 0..<50_000 {
            let unit = random.nextUnit()
            #expect(unit >= 0 && unit < 1)
            sum += unit
            squares += unit * unit
        }
        #expect(abs(sum / 50_000 - 0.5) < 0.01 && abs(squares / 50_000 - 1.0 / 3) < 0.01)
    }

    @Test func aBoundOfOneHasOneNumber() {
        var random = SplitMix64(seed: 3)
        for _ in 0..<100 { #expect(random.next(below: 1) == 0) }
    }
}
