import FreshetCore
import FreshetRuntime
import Testing

@Suite struct OutputLimitTests {
    /// A topic that says how much it takes is never sent more: no transaction is aborted for it.
    @Test func aTopicsOwnLimitIsKeptTo() throws {
        let calm = TestShop()
        calm.fill(200)
        try calm.run()
        let shop = TestShop()
        shop.cluster.deleteTopic("recommendations")
        let settings = ["max.message.bytes": "1300"]
        shop.cluster.createTopic(TopicSpecification(name: "recommendations", partitions: 2, settings: settings))
        shop.fill(200)
        var metrics = DaemonMetrics()
        var notices = 0
        shop.observer.onBatch = { metrics = $0 }
        shop.observer.onNotice = { if case .outputRefused = $0 { notices += 1 } }
        try shop.run()
        let arrived = shop.written("recommendations")
        #expect(!arrived.isEmpty && arrived.allSatisfy { $0.utf8.count <= 1200 + 1 })
        #expect(metrics.counts.outputsRefused == calm.written("recommendations").count - arrived.count)
        #expect(metrics.counts.outputsRefused > 20 && (1...3).contains(notices) && metrics.callFailures == 0)
        #expect(shop.errors().filter { $0 == "output_too_large" }.count == metrics.counts.outputsRefused)
        #expect(metrics.counts.written(.recommendations) == arrived.count)
        #expect(metrics.counts.written(.deadLetters) == metrics.counts.deadLettered + metrics.counts.outputsRefused)
        #expect(shop.written("similar-items") == calm.written("similar-items"))
    }

    @Test func aTopicThatTakesMoreGetsMore() throws {
        let shop = TestShop()
        for name in ["recommendations", "similar-items", "dead-letters"] {
            shop.cluster.createTopic(TopicSpecification(name: name, partitions: 2, settings: ["max.message.bytes": "100000"]))
        }
        shop.fill(200)
        shop.adjust = { $0.outputBytesMax = 300 }
        var metrics = DaemonMetrics()
        shop.observer.onBatch = { metrics = $0 }
        try shop.run()
        #expect(metrics.counts.outputsRefused == 0)
        #expect(shop.written("recommendations").contains { $0.utf8.count > 1_000 })
    }

    /// An operator follows the hint: a running daemon learns of it.
    @Test func aLimitThatIsRaisedIsLearnedWithinAMinute() throws {
        let shop = TestShop()
        func limit(_ bytes: Int) {
            let settings = ["max.message.bytes": "\(bytes)"]
            shop.cluster.createTopic(TopicSpecification(name: "recommendations", partitions: 2, settings: settings))
        }
        limit(1_300)
        shop.fill(200)
        var metrics = DaemonMetrics()
        shop.observer.onBatch = { metrics = $0 }
        var raisedAt: Int64?
        var refused = 0
        try shop.daemon {
            guard shop.isDone else { return false }
            guard let since = raisedAt else {
                limit(100_000)
                raisedAt = shop.clock.monotonicMilliseconds
                return false
            }
            guard refused == 0 else { return true }
            guard shop.clock.monotonicMilliseconds - since > 61_000 else { return false }
            refused = metrics.counts.outputsRefused
            shop.fill(100, seed: 2, from: 600_000)
            return false
        }.0.run()
        #expect(refused > 20 && metrics.counts.outputsRefused == refused)
    }

    @Test func withoutDeadLettersWhatIsRefusedCountsAsDropped() throws {
        let shop = TestShop()
        shop.fill(200)
        shop.adjust = {
            $0.outputs[.deadLetters] = nil
            $0.outputBytesMax = 1_200
        }
        var metrics = DaemonMetrics()
        shop.observer.onBatch = { metrics = $0 }
        try shop.run()
        #expect(metrics.counts.outputsRefused > 20 && metrics.counts.outputsDropped == metrics.counts.outputsRefused)
        #expect(shop.errors().isEmpty && metrics.callFailures == 0)
    }
}
