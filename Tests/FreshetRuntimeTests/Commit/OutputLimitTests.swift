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
        shop.observer.onBatch = { metrics = $0 }
        try shop.run()
        let arrived = shop.written("recommendations")
        #expect(!arrived.isEmpty && arrived.allSatisfy { $0.utf8.count <= 1200 + 1 })
        #expect(metrics.counts.outputsRefused == calm.written("recommendations").count - arrived.count)
        #expect(metrics.counts.outputsRefused > 20 && metrics.callFailures == 0)
        #expect(shop.errors().filter { $0 == "output_too_large" }.count == metrics.counts.outputsRefused)
        #expect(shop.written("similar-items") == calm.written("similar-items"))
    }
}
