import Glibc
import Testing

@testable import FreshetKernels

@Suite struct DecayedCountTests {
    private let hour: Int64 = 3_600_000

    private func count(_ events: [(time: Int64, weight: Int64)]) -> DecayedCount {
        var count = DecayedCount.zero
        for event in events { count.add(event.weight * DecayedCount.one, at: event.time, halfLife: hour) }
        return count
    }

    @Test func oneEventIsWorthHalfAsMuchAfterEachHalfLife() {
        let counted = count([(10 * hour, 8)])
        for ahead in Int32(0)..<24 {
            #expect(counted.value(inBlock: 10 + ahead) == (8 * DecayedCount.one) >> Int64(ahead))
        }
        #expect(counted.value(inBlock: 10 + 63) == 0)
        #expect(counted.value(inBlock: .max) == 0)
    }

    @Test func insideOfABlockLaterEventsCountMoreByTheExponential() {
        for minute in Int64(0)..<60 {
            let counted = count([(5 * hour + minute * 60_000, 1)])
            let expected = exp2(Double(minute) / 60) * Double(DecayedCount.one)
            // 16 bits of the fraction, and a mantissa in units of 2⁻²⁰.
            #expect(abs(Double(counted.mantissa) - expected) < expected * 1.1e-5 + 1, "minute \(minute)")
        }
    }

    @Test func theSumOfEventsIsTheEventsSum() {
        var random = SplitMix64(seed: 3)
        for _ in 0..<300 {
            let events = (0..<30).map { _ in (time: Int64(random.next(below: 20)) * hour / 2, weight: Int64(1 + random.next(below: 100))) }
            let counted = count(events)
            let start = Int64(counted.block) * hour
            let expected = events.reduce(0.0) { $0 + Double($1.weight) * exp2(Double($1.time - start) / Double(hour)) }
            // Each event loses less than a unit when it is moved.
            #expect(abs(Double(counted.mantissa) / Double(DecayedCount.one) - expected) < 60 / Double(DecayedCount.one) + expected * 1e-4)
        }
    }

    @Test func theSameEventsInTheSameOrderHaveTheSameBits() {
        var random = SplitMix64(seed: 4)
        let events = (0..<500).map { _ in (time: Int64(random.next(below: 1 << 30)), weight: Int64(1 + random.next(below: 5))) }
        #expect(count(events) == count(events))
        #expect(count(events).mantissa == count(events).mantissa)
    }

    @Test func anEventThatIsFarTooLateAddsNothing() {
        let counted = count([(100 * hour, 1)])
        var late = counted
        late.add(DecayedCount.one, at: 0, halfLife: hour)
        #expect(late == counted)
        late.add(DecayedCount.one, at: 99 * hour, halfLife: hour)
        #expect(late.mantissa == counted.mantissa + DecayedCount.one / 2 && late.block == counted.block)
    }

    @Test func whatIsTakenBackWasNeverAdded() {
        var random = SplitMix64(seed: 6)
        for round in 0..<300 {
            let events = (0..<40).map { _ in
                (time: Int64(random.next(below: 20)) * hour / 3, weight: Int64(1 + random.next(below: 100)), stays: random.next(below: 2) == 0)
            }
            var counted = count(events.map { ($0.time, $0.weight) })
            for event in events where !event.stays { counted.subtract(event.weight * DecayedCount.one, at: event.time, halfLife: hour) }
            var kept = count(events.filter(\.stays).map { ($0.time, $0.weight) })
            kept.move(to: counted.block)
            // Each event leaves a unit or less when it is moved.
            #expect(abs(counted.mantissa - kept.mantissa) <= 80, "round \(round)")
        }
    }

    @Test func withoutAMoveNothingIsLeftAndNothingFallsBelowZero() {
        var counted = count([(5 * hour + 1_234_567, 3)])
        counted.subtract(3 * DecayedCount.one, at: 5 * hour + 1_234_567, halfLife: hour)
        #expect(counted.mantissa == 0)
        counted.subtract(DecayedCount.one, at: 5 * hour, halfLife: hour)
        #expect(counted.mantissa == 0 && counted.block == 5)
        counted.subtract(DecayedCount.one, at: 7 * hour, halfLife: hour)
        #expect(counted == DecayedCount(mantissa: 0, block: 5))
    }

    @Test func aCountStopsAtItsLargestInsteadOfOverflowing() {
        var counted = DecayedCount(mantissa: DecayedCount.mantissaMax - 1, block: 0)
        for _ in 0..<10 { counted.add(DecayedCount.one << 8, at: 0, halfLife: hour) }
        #expect(counted.mantissa == DecayedCount.mantissaMax)
        counted.move(to: 1)
        #expect(counted.mantissa == DecayedCount.mantissaMax / 2)
    }

    @Test func movingBackChangesNothing() {
        var counted = DecayedCount(mantissa: 1000, block: 7)
        counted.move(to: 6)
        #expect(counted == DecayedCount(mantissa: 1000, block: 7))
        counted.move(to: 9)
        #expect(counted == DecayedCount(mantissa: 250, block: 9))
    }

    @Test func exceedingIsAStrictOrder() {
        var random = SplitMix64(seed: 5)
        let counts = (0..<40).map { _ in
            DecayedCount(mantissa: Int64(random.next(below: 9)) << Int64(random.next(below: 8)), block: Int32(random.next(below: 8)))
        }
        func less(_ a: DecayedCount, _ b: DecayedCount) -> Bool { DecayedCount.exceeds(b, a) }
        for a in counts {
            #expect(!less(a, a))
            for b in counts {
                #expect(!(less(a, b) && less(b, a)))
                for c in counts where less(a, b) && less(b, c) { #expect(less(a, c)) }
            }
        }
    }

    @Test func equalCountsInDifferentBlocksExceedNeither() {
        let early = DecayedCount(mantissa: 3 << 30, block: 10)
        let late = DecayedCount(mantissa: 3 << 20, block: 20)
        #expect(!DecayedCount.exceeds(early, late) && !DecayedCount.exceeds(late, early))
        #expect(DecayedCount.exceeds(DecayedCount(mantissa: 3 << 30 + 1, block: 10), late))
        #expect(DecayedCount.exceeds(late, .zero) && !DecayedCount.exceeds(.zero, late) && !DecayedCount.exceeds(.zero, .zero))
    }

    @Test func timesOutsideOfTheBlocksAreClampedAndKeptInOrder() {
        #expect(DecayedCount.place(.max, 1).block == 1 << 30)
        #expect(DecayedCount.place(.min + 1, 1).block == -(1 << 30))
        for halfLife in [Int64(1), 7, 1000, 86_400_000] {
            for time in [Int64(-5000), -1, 0, 1, 999, 123_456_789] {
                let place = DecayedCount.place(time, halfLife)
                #expect(Int64(place.block) * halfLife + place.rest == time && (0..<halfLife).contains(place.rest))
            }
        }
    }
}
