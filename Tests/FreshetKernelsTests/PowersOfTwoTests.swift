import Glibc
import Testing

@testable import FreshetKernels

/// Held against integer identities, which need no other library to be right.
@Suite struct PowersOfTwoTests {
    @Test func squareRootsAreExact() {
        var random = SplitMix64(seed: 1)
        let corners: [UInt128] = [0, 1, 2, 3, 4, 8, 9, 15, 16, 1 << 62, 1 << 124, (1 << 64) - 1, ((1 << 63) - 1) * ((1 << 63) - 1)]
        let values = corners + (0..<500).map { _ in UInt128(random.next()) << UInt128(random.next(below: 60)) }
        for value in values {
            let root = PowersOfTwo.squareRoot(value)
            #expect(root * root <= value && (root + 1) * (root + 1) > value, "\(value)")
        }
    }

    @Test func theRepeatedRootSquaredIsTheRootBefore() {
        #expect(PowersOfTwo.repeatedRoot(0) == 2 << 62)
        for count in 1...16 {
            let root = PowersOfTwo.repeatedRoot(count)
            let before = PowersOfTwo.repeatedRoot(count - 1) << 62
            #expect(root * root <= before && (root + 1) * (root + 1) > before)
        }
    }

    @Test func powersRiseStrictlyFromOneToBelowTwo() {
        let powers = (UInt32(0)..<65536).map(PowersOfTwo.root)
        #expect(zip(powers, powers.dropFirst()).allSatisfy(<))
        #expect(powers.first == 1 << 62)
        #expect(powers.last.map { $0 < 1 << 63 } == true)
    }

    @Test func squaringDoublesTheExponent() {
        let wrong = (UInt32(0)..<65536).filter { fraction in
            let square = UInt64(truncatingIfNeeded: (UInt128(PowersOfTwo.root(fraction)) * UInt128(PowersOfTwo.root(fraction))) >> 62)
            let doubled = 2 * fraction < 65536 ? PowersOfTwo.root(2 * fraction) : 2 * (PowersOfTwo.root(2 * fraction - 65536))
            let difference = square > doubled ? square - doubled : doubled - square
            // A power is within 2⁻⁵⁸, 16 units, of the true one: the square of one below 2 within four times that, twice a power within two.
            return difference > 4 * 16 + 2 * 16
        }
        #expect(wrong.prefix(5) == [])
    }

    @Test func aPowerTimesItsComplementIsTwo() {
        let wrong = (UInt32(1)..<65536).filter { fraction in
            let product = (UInt128(PowersOfTwo.root(fraction)) * UInt128(PowersOfTwo.root(65536 - fraction))) >> 62
            let two: UInt128 = 2 << 62
            return (product > two ? product - two : two - product) > 4 * 16
        }
        #expect(wrong.prefix(5) == [])
    }
}

@Suite struct RestTests {
    @Test func halfIsLeftAfterEachHalfLife() {
        #expect(PowersOfTwo.rest(after: 0, halfLife: 1_000) == 1 && PowersOfTwo.rest(after: 1_000, halfLife: 1_000) == 0.5)
        #expect(PowersOfTwo.rest(after: 5_000, halfLife: 1_000) == 0.031_25)
        #expect(PowersOfTwo.rest(after: .max, halfLife: 1) == 0)
        for milliseconds in stride(from: Int64(0), to: 20_000, by: 7) {
            let expected = exp2(-Double(milliseconds) / 3_000)
            #expect(abs(PowersOfTwo.rest(after: milliseconds, halfLife: 3_000) - expected) <= 2e-5 * expected)
        }
    }
}
