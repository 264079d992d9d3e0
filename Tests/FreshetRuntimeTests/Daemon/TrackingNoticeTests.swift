import FreshetCore
import FreshetRuntime
import Testing

@Suite struct TrackingNoticeTests {
    private static let hour: Int64 = 3_600_000
    private static let outage: Int64 = 169

    /// A week of clicks, and an hour with next to none three hours before its end, by now.
    private func shop(now: Int64) -> TestShop {
        let shop = TestShop()
        shop.engine.tracking.expectedMin = 6
        shop.clock.wallMilliseconds = TestShop.start + now
        for hour in 0..<TrackingNoticeTests.outage + 3 {
            for place in 0..<Int64(hour == TrackingNoticeTests.outage ? 1 : 8) {
                shop.append("clicks", user: "u\((hour + place) % 5)", item: "i\(place)", at: hour * TrackingNoticeTests.hour + place * 400_000)
            }
        }
        return shop
    }

    /// The hours that a run warns of, and how many it counts.
    private func run(_ shop: TestShop) throws -> (told: [Int64], counted: Int) {
        var told: [Int64] = []
        var metrics = DaemonMetrics()
        shop.observer.onNotice = { notice in
            guard case .trackingBroken(let alarm) = notice else { return }
            #expect(notice.isWarning && alarm.observed == 1 && alarm.expected == 8)
            told.append((alarm.hour.milliseconds - TestShop.start) / TrackingNoticeTests.hour)
        }
        shop.observer.onBatch = { metrics = $0 }
        try shop.run()
        return (told, metrics.counts.trackingAlarms)
    }

    @Test func anHourWithoutItsEventsIsWarnedOfOnce() throws {
        let shop = shop(now: 172 * TrackingNoticeTests.hour)
        let first = try run(shop)
        #expect(first.told == [TrackingNoticeTests.outage] && first.counted == 1)
        // What a catch-up applies again was told before.
        shop.store = MemoryStore()
        shop.adjust = { $0.isRebuild = true }
        let again = try run(shop)
        #expect(again.told == [] && again.counted == 0)
    }

    @Test func ofABacklogTheAlarmsAreOnlyCounted() throws {
        let late = try run(shop(now: 60 * 24 * TrackingNoticeTests.hour))
        #expect(late.told == [] && late.counted == 1)
    }
}
