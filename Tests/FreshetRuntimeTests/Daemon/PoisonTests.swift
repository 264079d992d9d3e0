import FreshetCore
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

    @Test func deadLettersAreToldOfWithAReasonOnceInTenSeconds() throws {
        let shop = shop(pauseAfter: nil)
        var told: [(count: Int, first: RejectedRecord, text: String)] = []
        shop.observer.onNotice = { notice in
            if case .deadLetters(let count, let first) = notice { told.append((count, first, notice.description)) }
        }
        try shop.run()
        let first = try #require(told.first)
        #expect(first.first.source == TestShop.inputs[1] && first.first.offset == 0 && first.first.code == .malformed)
        #expect(first.text.contains("offset 0 of clicks-0") && first.text.contains("malformed") && first.text.contains("topics.events"))
        // A commit takes a second, and holds 20 records.
        #expect((4...12).contains(told.count))
        #expect(told.dropFirst().prefix(3).allSatisfy { $0.count == 200 }, "\(told.map(\.count))")
    }

    @Test func timesThatLookLikeSecondsAreToldOfOnce() throws {
        let shop = TestShop()
        for second in 1_764_547_200..<1_764_547_260 {
            let value = "{\"user_id\":\"u1\",\"item_id\":\"i\(second % 7)\",\"timestamp\":\(second)}"
            shop.cluster.append(to: TestShop.inputs[1], key: "u1", value: value, timestamp: TestShop.start)
        }
        var told: [String] = []
        shop.observer.onNotice = { if case .suspectTimes = $0 { told.append($0.description) } }
        try shop.run()
        #expect(told.count == 1 && told[0].contains("look like seconds") && told[0].contains("time: seconds"))
        let fine = TestShop()
        fine.fill(100)
        fine.observer.onNotice = { if case .suspectTimes = $0 { told.append($0.description) } }
        try fine.run()
        #expect(told.count == 1)
    }
}
