import FreshetKafka
import FreshetRuntime
import Testing

/// An input is deleted and made anew while it is read, and the new log is longer than the old one: nothing that a client tells is amiss.
@Suite struct ReplacedTopicTests {
    @Test("FAULTS 26: a longer log in the place of the one that was read is noticed, and every start from then on is refused")
    func aLongerLogIsNoticed() {
        let shop = TestShop()
        shop.fill(200)
        var sleeps = 0
        shop.clock.onSleep = { [unowned shop] _ in
            sleeps += 1
            guard sleeps == 200 else { return }
            shop.cluster.deleteTopic("clicks")
            shop.cluster.createTopic(TopicSpecification(name: "clicks", partitions: 2))
            let age = shop.clock.wallMilliseconds - TestShop.start
            for number in 0..<500 { shop.append("clicks", Int32(number % 2), user: "u1", item: "i1", at: age + Int64(number)) }
        }
        let isReplaced = { (error: DaemonError?) in if case .refused(.topicReplaced(TopicPartition("clicks", 0))) = error { true } else { false } }
        let first = shop.failure()
        #expect(isReplaced(first), "\(first.map { "\($0)" } ?? "it goes on")")
        #expect(sleeps > 200)
        let next = shop.failure()
        #expect(isReplaced(next), "\(next.map { "\($0)" } ?? "it goes on")")
        shop.adjust = { $0.isRebuild = true }
        #expect(isReplaced(shop.failure()))
    }

    /// A shop that goes on, with retention and records out of order, is none.
    @Test func aLogThatGrowsAndLosesItsBeginningIsTheSame() throws {
        let shop = TestShop()
        shop.fill(200)
        var sleeps = 0
        shop.clock.onSleep = { [unowned shop] _ in
            sleeps += 1
            guard sleeps % 40 == 0, sleeps < 2_000 else { return }
            shop.fill(20, seed: UInt64(sleeps), from: Int64(sleeps) * 300)
            for partition in TestShop.inputs {
                guard let committed = shop.committed[partition]?.offset else { continue }
                shop.cluster.drop(partition, before: committed - 5)
            }
        }
        var isOver = false
        shop.observer.onProgress = { _ in isOver = sleeps > 2_400 }
        let (daemon, _) = shop.daemon { isOver }
        try daemon.run()
        #expect(daemon.metrics.counts.records == 200 + 49 * 20)
    }
}
