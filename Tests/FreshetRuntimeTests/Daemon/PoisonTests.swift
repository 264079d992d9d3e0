import FreshetRuntime
import Testing

/// A long run of records that nobody can read, and a good one behind it.
@Suite struct PoisonTests {
    private static let letters = 1_500

    /// A commit takes a second of the clock.
    private func shop(pauseAfter: Int64?) -> TestShop {
        let shop = TestShop()
        for number in 0..<Self.letters { shop.cluster.append(to: TestShop.inputs[1], key: "u\(number)", value: "no JSON", timestamp: 0) }
        shop.append("clicks", user: "u1", item: "i1", at: 0)
        shop.fill(100)
        shop.adjust = { $0.pauseAfter = pauseAfter }
        shop.observer.onStep = { [clock = shop.clock] step in
            if step == .committed { clock.advance(milliseconds: 1_000) }
            return true
        }
        return shop
    }

    @Test(
        "FAULTS 12: nothing but poison pauses reading, dead letters are bounded, and the first good record ends the pause", arguments: [false, true])
    func poisonPausesReadingUntilAGoodRecordComes(sendsLate: Bool) throws {
        let calm = shop(pauseAfter: nil)
        let digests = try calm.run()
        let shop = shop(pauseAfter: 30_000)
        shop.sendsLate = sendsLate
        var letters: [(at: Int64, count: Int, isReady: Bool)] = []
        var notices: [String] = []
        shop.observer.onBatch = { [clock = shop.clock] in letters.append((clock.monotonicMilliseconds, $0.counts.deadLettered, $0.isReady)) }
        shop.observer.onNotice = { notice in
            switch notice {
            case .paused, .resumed, .ready: notices.append("\(notice)".prefix(17).description)
            default: break
            }
        }
        // The merge reads the poison of one partition before the later records of the others.
        #expect(try shop.run() == digests)
        #expect(shop.effects == calm.effects)
        #expect(notices.map { $0.prefix(5) } == ["ready", "readi", "a goo", "ready"])
        let pauses = zip(letters, letters.dropFirst()).filter { $1.at - $0.at >= 60_000 }
        // One probe a pause, and no second one before it is known what the first brought.
        #expect(pauses.count > 35)
        #expect(pauses.allSatisfy { $1.count - $0.count <= 100 && !$1.isReady })
        #expect(letters.last?.isReady == true)
    }
}
