import Glibc
import Testing

@testable import FreshetKernels

@Suite struct NumbersTests {
    @Test func powersOfTwoAreThoseOfTheMathLibrary() {
        for fraction in stride(from: 0, to: 65536, by: 37) {
            let value = Double(PowersOfTwo.root(UInt32(fraction))) / 0x1p62
            #expect(abs(value - exp2(Double(fraction) / 65536)) < 1e-15)
        }
        #expect(PowersOfTwo.root(0) == 1 << 62)
    }

    @Test func decayedCountsFollowTheExponentialForEventsInAnyOrder() {
        var random = SplitMix64(seed: 8)
        let halfLife: Int64 = 3_600_000
        for _ in 0..<200 {
            var count = DecayedCount.zero
            var events: [(time: Int64, weight: Int64)] = []
            for step in 0..<50 {
                let time = 1_700_000_000_000 + Int64(step) * 900_000 - Int64(random.next(below: 3_000_000))
                events.append((time, Int64(1 + random.next(below: 5))))
                count.add(events[step].weight * DecayedCount.one, at: time, halfLife: halfLife)
            }
            let blockStart = Int64(count.block) * halfLife
            let expected = events.reduce(0.0) { $0 + Double($1.weight) * exp2(Double($1.time - blockStart) / Double(halfLife)) }
            let actual = Double(count.mantissa) / Double(DecayedCount.one)
            #expect(abs(actual - expected) < 1e-3 * max(1, expected))
        }
    }

    @Test func exceedsComparesAtOneTime() {
        var random = SplitMix64(seed: 9)
        for _ in 0..<5000 {
            let left = DecayedCount(mantissa: Int64(random.next(below: 1 << 40)), block: Int32(random.next(below: 30)))
            let right = DecayedCount(mantissa: Int64(random.next(below: 1 << 40)), block: Int32(random.next(below: 30)))
            let expected = Double(left.mantissa) * exp2(Double(left.block)) > Double(right.mantissa) * exp2(Double(right.block))
            #expect(DecayedCount.exceeds(left, right) == expected)
        }
    }

    @Test func blocksOfTimesBeforeTheEpochAreFloored() {
        #expect(DecayedCount.place(-1, 1000) == (block: -1, rest: 999))
        #expect(DecayedCount.place(-1000, 1000) == (block: -1, rest: 0))
        #expect(DecayedCount.place(2500, 1000) == (block: 2, rest: 500))
    }

    @Test func splitMixGivesThePublishedNumbers() {
        var random = SplitMix64(seed: 1_234_567)
        #expect(random.next() == 6_457_827_717_110_365_317)
        #expect(random.next() == 3_203_168_211_198_807_973)
    }
}
