import FreshetCore
import FreshetKafka
import FreshetRuntime
import Testing

/// Clocks that are wrong: a producer's, for one event or for all, with its records' own times; and the host's.
@Suite struct ClockFaultTests {
    private static let hour: Int64 = 3_600_000
    private static let year: Int64 = 365 * 86_400_000

    /// The watermark is that of the good events, though the record's own time is a year ahead, too.
    @Test("FAULTS 15: one time stamp a year ahead is a dead letter and leaves the watermark unmoved")
    func oneBadStampMovesNothing() throws {
        let calm = TestShop()
        let shop = TestShop()
        for number in Int64(0)..<200 {
            for shop in [calm, shop] { shop.append("clicks", Int32(number % 2), user: "u\(number % 9)", item: "i\(number % 5)", at: number * 1_000) }
            if number == 100 { shop.append("clicks", 1, user: "u1", item: "i1", at: Self.year) }
        }
        var late = 0
        shop.observer.onBatch = { late = $0.counts.late }
        let digests = try calm.run()
        #expect(try shop.run() == digests)
        #expect(shop.errors() == ["in_the_future"] && late == 0)
        #expect(shop.written("recommendations").count == 200)
        let letter = try #require((0..<Int32(2)).flatMap { shop.cluster.records(of: TopicPartition("dead-letters", $0)) }.first?.record)
        #expect(letter.valueText?.contains("\"timestamp\":\(TestShop.start + Self.year)") == true)
    }

    /// Event time knows the host's clock from its ticks only, and those count monotonic time. An hour back, events of the present are ahead of the
    /// clock; such an hour is not played here.
    @Test("FAULTS 16: a host clock that jumps by an hour lets nothing expire", arguments: [-3_600_000, 3_600_000] as [Int64])
    func aJumpOfTheHostsClockMovesNothing(by jump: Int64) throws {
        func run(jumping: Bool) throws -> (digests: [String], watermark: Int64, expired: Int) {
            let shop = TestShop()
            // Within the hour's jump sessions would end, and windows.
            shop.engine.sessionGap = 600_000
            shop.engine.itemSimilarity.window = 1_200_000
            shop.adjust = { $0.ticks = true }
            for number in Int64(0)..<60 {
                shop.append("clicks", Int32(number % 2), user: "u\(number % 9)", item: "i\(number % 5)", at: Self.hour - 60_000 + number * 1_000)
            }
            shop.clock.onSleep = { _ in
                if jumping, shop.isDone, shop.clock.monotonicMilliseconds > 5_000 {
                    shop.clock.wallMilliseconds += jump
                    shop.clock.onSleep = { _ in }
                }
            }
            let (daemon, publication) = shop.daemon { shop.clock.monotonicMilliseconds > 30_000 }
            try daemon.run()
            let time = publication.engine.watermark.milliseconds
            #expect(shop.errors().isEmpty)
            return (publication.digests, time, daemon.metrics.counts.late)
        }
        let (calm, jumped) = (try run(jumping: false), try run(jumping: true))
        #expect(jumped.watermark <= TestShop.start + Self.hour + 31_000)
        #expect(jumped == calm)
    }

    /// One shop's clock is three hours ahead, another's three hours behind, and their records' times with them.
    @Test("FAULTS 38: skewed producers' events are judged once by the wall clock; the verdicts stand through kills and a rebuild")
    func skewedProducersAreJudgedOnce() throws {
        let shop = TestShop()
        let events = Int64(400)
        for number in 0..<events {
            let (user, now) = ("u\(number % 11)", number * 2_000)
            switch number % 4 {
            case 0: shop.append("carts", user: user, item: "i\(number % 7)", at: now + 3 * Self.hour)
            case 1: shop.append("purchases", user: user, item: "i\(number % 7)", at: now - 3 * Self.hour)
            default: shop.append("clicks", Int32(number % 2), user: user, item: "i\(number % 7)", at: now)
            }
        }
        #expect(try shop.run(killAt: .applied, 3))
        #expect(try shop.run(killAt: .committed, 4))
        #expect(!shop.errors().isEmpty)
        let (daemon, publication) = shop.daemon { shop.isDone }
        try daemon.run()
        #expect(shop.errors() == Array(repeating: "in_the_future", count: Int(events / 4)))
        #expect(publication.engine.watermark.milliseconds == TestShop.start + (events - 1) * 2_000 - shop.engine.lateness)
        let (digests, effects) = (publication.digests, shop.effects)

        // Four hours later nothing of it lies ahead of the clock any more.
        shop.clock.wallMilliseconds += 4 * Self.hour
        shop.store = MemoryStore()
        shop.adjust = { $0.isRebuild = true }
        #expect(try shop.run() == digests)
        #expect(shop.effects == effects)
    }
}
