import FreshetKernels
import FreshetLab
import Testing

@Suite struct PaceTests {
    @Test func eventsAreDueEvenly() {
        let pace = Pace(eventsPerSecond: 1000)
        #expect((0..<4).map(pace.due) == [0, 1_000_000, 2_000_000, 3_000_000])
        #expect([0, 999_999, 1_000_000, 2_500_000].map(pace.count(dueAt:)) == [1, 1, 2, 3])
        #expect(Pace(eventsPerSecond: 0.5).due(1) == 2_000_000_000)
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func theCountIsThatOfTheEventsDue(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let pace = Pace(eventsPerSecond: 0.3 + random.nextUnit() * 5000)
        for _ in 0..<200 {
            let time = UInt64(random.next(below: 500_000_000))
            let slow = (0...).prefix { pace.due($0) <= time }.count
            #expect(pace.count(dueAt: time) == slow, "seed \(seed), \(pace) at \(time)")
        }
        // Hours later, where a rounded product may be off by one.
        for event in [10_000_000, 123_456_789] {
            #expect(pace.count(dueAt: pace.due(event)) == event + 1)
            #expect(pace.count(dueAt: pace.due(event) - 1) == event)
        }
    }

    @Test(arguments: [1e-300, 1, 1e7, 1e300]) func noPaceAndNoTimeIsTooLarge(_ rate: Double) {
        let pace = Pace(eventsPerSecond: rate)
        for time in [0, 1, 1 << 53, UInt64.max - 1, .max] as [UInt64] { #expect(pace.count(dueAt: time) >= 1) }
        #expect(pace.due(.max) >= pace.due(1) && pace.due(0) == 0)
    }

    @Test func withoutAPaceAllIsDueAtOnce() {
        #expect(Pace.unlimited.count(dueAt: 0) == .max && Pace.unlimited.due(1_000_000) == 0)
    }
}

@Suite struct PaceReportTests {
    private func report(lateness: (Int) -> UInt64) -> PaceReport {
        let pace = Pace(eventsPerSecond: 1000)
        var report = PaceReport(pace)
        for event in 0..<1000 { report.note(sentAt: pace.due(event) + lateness(event)) }
        return report
    }

    @Test func aPunctualLoadHasItsRate() {
        let report = report { _ in 200_000 }
        #expect(report.sent == 1000 && report.eventsPerSecond == 1000)
        #expect(report.late == 0 && report.latest == 200_000 && report.isKept)
    }

    @Test func oneInAHundredMayBeLate() {
        #expect(report { $0 % 100 == 7 ? 60_000_000 : 0 }.isKept)
        let often = report { $0 % 50 == 7 ? 60_000_000 : 0 }
        #expect(often.late == 20 && often.latest == 60_000_000 && !often.isKept)
        #expect(!report { $0 == 500 ? 1_000_000_001 : 0 }.isKept)
    }

    @Test func aLoadThatFallsBehindHasALowerRate() {
        // Each event takes 2 ms instead of 1.
        let report = report { UInt64($0) * 1_000_000 }
        #expect(!report.isKept)
        #expect(abs(report.eventsPerSecond - 1000 / 1.998) < 0.001)
    }

    @Test func withoutAPaceTheRateIsTheOneReached() {
        var report = PaceReport(.unlimited)
        for event in 1...100 { report.note(sentAt: UInt64(event) * 1_000_000) }
        #expect(report.eventsPerSecond == 1000 && report.isKept)
        #expect(PaceReport(.unlimited).eventsPerSecond == 0)
    }

    @Test func itIsOneLineOfJSON() {
        var report = PaceReport(Pace(eventsPerSecond: 2))
        report.note(sentAt: 0)
        report.note(sentAt: 501_000_000)
        #expect(report.json == #"{"sent":2,"seconds":0.501,"events_per_second":2.0,"late":0,"latest_ms":1.0}"#)
    }
}
