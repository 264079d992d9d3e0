import FreshetKernels
import Testing

@testable import FreshetCore

@Suite struct WeeklyRatesTests {
    private static let hour: Int64 = 3_600_000
    private static let week: Int64 = 168
    /// A Monday's midnight, in hours.
    private static let monday: Int64 = 489_984

    private static func settings(_ change: (inout EngineSettings) -> Void = { _ in }) -> EngineSettings {
        var settings = EngineSettings()
        change(&settings)
        return settings
    }

    /// Rates that are told of events in the order of time, as an engine tells them.
    private final class Clock {
        let settings: EngineSettings
        var rates: WeeklyRates

        init(_ settings: EngineSettings = WeeklyRatesTests.settings()) {
            self.settings = settings
            rates = WeeklyRates(settings: settings)
        }

        func event(_ type: EventType = .click, at time: Int64) {
            tick(to: time - settings.lateness)
            rates.count(type, at: EventTime(milliseconds: time))
        }

        func tick(to watermark: Int64) { rates.close(by: EventTime(milliseconds: watermark)) }

        /// So many events spread over an hour.
        func hour(_ number: Int64, _ count: Int, _ type: EventType = .click) {
            for place in 0..<count { event(type, at: number * WeeklyRatesTests.hour + Int64(place) * WeeklyRatesTests.hour / Int64(count)) }
        }

        /// Takes the alarms, as a text each.
        func alarms() -> [String] {
            defer { rates.removeAlarms() }
            return rates.alarms.map { "\($0.type) \($0.hour.milliseconds / WeeklyRatesTests.hour) \($0.observed) of \($0.expected)" }
        }

        /// As after a restart.
        func restart() throws {
            let bytes = ByteBuffer()
            rates.encode(into: bytes)
            var reader = ByteReader(bytes.view)
            rates = WeeklyRates(settings: settings)
            try rates.decode(from: &reader)
            #expect(reader.isAtEnd)
            let again = ByteBuffer()
            rates.encode(into: again)
            #expect(bytes.view == again.view)
        }
    }

    /// What a shop sees in an hour of the week: next to nothing at night, half as much at weekends, a peak in the evening.
    private func usual(_ hour: Int64) -> Int {
        let (day, hourOfDay) = ((hour - WeeklyRatesTests.monday) / 24 % 7, (hour - WeeklyRatesTests.monday) % 24)
        let base = hourOfDay < 6 ? 2 : hourOfDay < 18 ? 90 : 200
        return day < 5 ? base : base / 2
    }

    /// What comes in an hour where so much is usual: a little more or less.
    private func count(_ usual: Int, _ random: inout SplitMix64) -> Int { usual + random.next(below: usual / 3 + 2) - usual / 6 }

    @Test func nightsAndWeekendsRaiseNoAlarm() {
        var random = SplitMix64(seed: 1)
        let clock = Clock()
        for hour in 0..<6 * WeeklyRatesTests.week {
            let number = WeeklyRatesTests.monday + 5 + hour
            clock.hour(number, count(usual(number), &random))
        }
        #expect(clock.alarms().isEmpty)
    }

    @Test func anOutageRaisesAnAlarmForEachOfItsHoursThatWouldHaveBroughtEnough() throws {
        for seed in UInt64(0)..<10 {
            var random = SplitMix64(seed: seed)
            let clock = Clock()
            let outage = 2 * WeeklyRatesTests.week + Int64(random.next(below: 150))
            var seen = 0
            for hour in 0..<4 * WeeklyRatesTests.week {
                let number = WeeklyRatesTests.monday + hour
                let isOut = (outage..<outage + 20).contains(hour)
                clock.hour(number, isOut ? count(usual(number), &random) / 12 : count(usual(number), &random))
                clock.hour(number, count(30, &random), .cart)
                if random.next(below: 20) == 0 { try clock.restart() }
                for alarm in clock.alarms() {
                    let words = alarm.split(separator: " ")
                    let (at, expected) = (Int64(words[1]) ?? 0, Int(words[4]) ?? 0)
                    seen += 1
                    #expect(words[0] == "click" && (outage..<outage + 20).contains(at - WeeklyRatesTests.monday) && expected >= 50, "\(alarm)")
                }
            }
            // At a weekend the evening alone brings enough, and twenty hours hold a part of it at least.
            #expect(seen >= 2, "seed \(seed)")
        }
    }

    @Test func theHoursOfAnOutageAreNamedOnceTheyAreOver() {
        let clock = Clock()
        for hour in 1..<WeeklyRatesTests.week * 2 { clock.hour(WeeklyRatesTests.monday + hour, 100) }
        #expect(clock.alarms().isEmpty)
        let broken = WeeklyRatesTests.monday + 2 * WeeklyRatesTests.week
        clock.hour(broken, 19)
        #expect(clock.alarms().isEmpty, "it is not over")
        clock.hour(broken + 1, 20)
        #expect(clock.alarms() == ["click \(broken) 19 of 100"])
        clock.tick(to: (broken + 2) * WeeklyRatesTests.hour - 1)
        #expect(clock.alarms().isEmpty)
        clock.tick(to: (broken + 2) * WeeklyRatesTests.hour)
        #expect(clock.alarms().isEmpty, "a fifth is enough")
        clock.tick(to: (broken + 4) * WeeklyRatesTests.hour)
        #expect(clock.alarms() == ["click \(broken + 2) 0 of 100", "click \(broken + 3) 0 of 100"], "silence counts where time goes on")
    }

    @Test func aFloodRaisesAnAlarmToo() {
        let clock = Clock()
        for hour in 1..<WeeklyRatesTests.week + 10 { clock.hour(WeeklyRatesTests.monday + hour, 50, .purchase) }
        let flood = WeeklyRatesTests.monday + WeeklyRatesTests.week + 10
        clock.hour(flood, 250, .purchase)
        clock.hour(flood + 1, 251, .purchase)
        clock.tick(to: (flood + 2) * WeeklyRatesTests.hour)
        #expect(clock.alarms() == ["purchase \(flood + 1) 251 of 50"])
    }

    /// The alarm must not learn from the hour that it warned of.
    @Test func theWeekAfterAFloodRaisesNoAlarm() {
        let clock = Clock()
        let flood = WeeklyRatesTests.week + 10
        for hour in 1..<4 * WeeklyRatesTests.week { clock.hour(WeeklyRatesTests.monday + hour, hour == flood ? 1_000 : 100) }
        #expect(clock.alarms() == ["click \(WeeklyRatesTests.monday + flood) 1000 of 100"])
    }

    @Test func aShopThatGrewTenfoldIsUsualAfterAFewWeeks() {
        let clock = Clock()
        for hour in 1..<WeeklyRatesTests.week + 2 { clock.hour(WeeklyRatesTests.monday + hour, 100) }
        var alarms: [Int] = []
        for week in 1..<6 {
            for hour in 2..<WeeklyRatesTests.week + 2 { clock.hour(WeeklyRatesTests.monday + Int64(week) * WeeklyRatesTests.week + hour, 1_000) }
            alarms.append(clock.alarms().count)
        }
        #expect(alarms[0] >= Int(WeeklyRatesTests.week) - 1 && alarms[3...] == [0, 0], "\(alarms)")
    }

    @Test func aReferenceForgets() {
        let clock = Clock()
        for hour in 1..<WeeklyRatesTests.week + 2 { clock.hour(WeeklyRatesTests.monday + hour, 100) }
        _ = clock.alarms()
        // The shop goes on with a seventh of what it had.
        var alarms: [Int] = []
        for week in 1..<5 {
            for hour in 2..<WeeklyRatesTests.week + 2 { clock.hour(WeeklyRatesTests.monday + Int64(week) * WeeklyRatesTests.week + hour, 14) }
            alarms.append(clock.alarms().count)
        }
        #expect(alarms[0] >= Int(WeeklyRatesTests.week) - 1 && alarms[2...] == [0, 0], "\(alarms)")
    }

    @Test func withoutAWeekThereIsNothingToCompareWith() {
        let clock = Clock()
        for hour in 0..<WeeklyRatesTests.week { clock.hour(WeeklyRatesTests.monday + hour, hour.isMultiple(of: 2) ? 500 : 0) }
        #expect(clock.alarms().isEmpty)
        // After more than a week of silence everything begins anew.
        let later = WeeklyRatesTests.monday + 3 * WeeklyRatesTests.week
        for hour in 0..<WeeklyRatesTests.week { clock.hour(later + hour, hour.isMultiple(of: 2) ? 3 : 700) }
        #expect(clock.alarms().isEmpty)
    }

    @Test func whatComesBehindTheLatenessDoesNotCount() {
        for (lateness, counted) in [(Int64(60_000), 59), (1_200_000, 60), (30 * 86_400_000, 60)] {
            let clock = Clock(WeeklyRatesTests.settings { $0.lateness = lateness })
            for hour in 1..<WeeklyRatesTests.week + 2 { clock.hour(WeeklyRatesTests.monday + hour, 400) }
            let last = WeeklyRatesTests.monday + WeeklyRatesTests.week + 2
            clock.hour(last, 59)
            // Ten minutes into the next hour comes one of the hour before.
            clock.event(at: (last + 1) * WeeklyRatesTests.hour + 600_000)
            clock.event(at: (last + 1) * WeeklyRatesTests.hour - 1)
            clock.event(at: (last + 3) * WeeklyRatesTests.hour)
            #expect(clock.alarms().first == "click \(last) \(counted) of 400", "\(lateness)")
        }
    }

    @Test func limitsAreThoseOfTheSettings() {
        let clock = Clock(
            WeeklyRatesTests.settings {
                ($0.tracking.expectedMin, $0.tracking.fallBelow, $0.tracking.riseAbove) = (10, 900, 1_100)
            })
        for hour in 1..<WeeklyRatesTests.week + 1 { clock.hour(WeeklyRatesTests.monday + hour, hour == 5 ? 9 : 20) }
        let next = WeeklyRatesTests.monday + WeeklyRatesTests.week
        for (hour, count) in [(Int64(1), 18), (2, 17), (3, 22), (4, 23), (5, 1)] { clock.hour(next + hour, count) }
        clock.tick(to: (next + 6) * WeeklyRatesTests.hour)
        #expect(clock.alarms() == ["click \(next + 2) 17 of 20", "click \(next + 4) 23 of 20"])
    }

    @Test func anEngineTellsOfTheHoursThatABatchHasEnded() {
        let maker = EventMaker()
        let publication = Publication(engine: Engine(settings: EngineSettings()), settings: PublicationSettings())
        let origin = EventOrigin(topic: .empty, partition: 0, offset: 0)
        func batch(_ hours: Range<Int64>, _ count: Int) -> [TrackingAlarm] {
            publication.begin(nil)
            for hour in hours {
                for place in 0..<count {
                    let time = (WeeklyRatesTests.monday + hour) * WeeklyRatesTests.hour + Int64(place) * 30_000
                    _ = publication.apply(maker.event(.click, "u\(place % 40)", "i", at: time), from: origin)
                }
            }
            publication.finish()
            return publication.trackingAlarms
        }
        #expect(batch(0..<WeeklyRatesTests.week + 3, 60).isEmpty)
        let alarms = batch(WeeklyRatesTests.week + 5..<WeeklyRatesTests.week + 6, 60)
        #expect(alarms.map(\.observed) == [0, 0] && alarms.map(\.expected) == [60, 60] && alarms.allSatisfy { $0.type == .click })
        let line = alarms.first.map { "\($0)" } ?? ""
        #expect(line.contains("far fewer events of type click than usual: 0 in the hour from 2025-12-01T03:00:00.000Z"), "\(line)")
        #expect(batch(WeeklyRatesTests.week + 6..<WeeklyRatesTests.week + 7, 60).isEmpty, "an alarm is told once")
    }
}
