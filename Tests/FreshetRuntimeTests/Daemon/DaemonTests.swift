import FreshetCore
import FreshetKafka
import FreshetRuntime
import Testing

@Suite struct DaemonTests {
    @Test func everyRecordIsAccountedForAndEveryBatchJournalled() throws {
        let shop = TestShop()
        shop.fill(400)
        var metrics = DaemonMetrics()
        shop.observer.onBatch = { metrics = $0 }
        try shop.run()
        #expect(metrics.counts.records == 400)
        #expect(metrics.lag == 0)
        #expect(metrics.counts.applied > 250 && metrics.counts.duplicates > 0)
        #expect(metrics.counts.deadLettered == shop.written("dead-letters").count)
        #expect(Set(shop.errors()).isSuperset(of: ["malformed", "in_the_future"]))
        #expect(metrics.counts.written(.recommendations) == shop.written("recommendations").count)
        #expect(shop.journal.map(\.batch) == Array(1...Int64(metrics.batches)))
        #expect(shop.journal.flatMap(\.taken).reduce(0) { $0 + Int($1.range.count) } == 400)
        #expect(Set(shop.committed.values.map(\.metadata)) == [CommitMetadata(batch: metrics.batch, nonce: "run1").text])
        // A graceful stop leaves nothing to catch up with.
        #expect(try shop.store.loadBoundary()?.batch == metrics.batch)
    }

    @Test func aDeadLetterHoldsTheRecordAndWhereItStood() throws {
        let shop = TestShop()
        shop.append("clicks", 1, user: "u1", item: "i1", at: 0)
        shop.cluster.append(to: TopicPartition("clicks", 1), key: "u1", value: "no JSON", timestamp: 5)
        shop.cluster.append(to: TopicPartition("carts", 0), key: nil, value: String(repeating: "x", count: 5_000), timestamp: 5)
        try shop.run()
        let letters = (0..<Int32(2)).flatMap { shop.cluster.records(of: TopicPartition("dead-letters", $0)).map(\.record) }
        let malformed = try #require(letters.first { $0.header("freshet.error") == "malformed" })
        #expect(malformed.keyText == "u1" && malformed.valueText == "no JSON")
        #expect(malformed.header("freshet.topic") == "clicks" && malformed.header("freshet.partition") == "1")
        #expect(malformed.header("freshet.offset") == "1")
        let large = try #require(letters.first { $0.header("freshet.error") == "record_too_large" })
        #expect(large.value == nil && large.header("freshet.bytes") == "5000")
    }

    @Test func aRunGoesOnWhereTheLastOneStopped() throws {
        let whole = TestShop()
        whole.fill(200)
        whole.fill(200, seed: 2, from: 300_000)
        let digests = try whole.run()
        let cut = TestShop()
        cut.fill(200)
        try cut.run()
        cut.fill(200, seed: 2, from: 300_000)
        #expect(try cut.run() == digests)
        #expect(cut.effects == whole.effects)
    }

    @Test func theVerdictOfTheFirstReadingIsObeyedLater() throws {
        let shop = TestShop()
        shop.fill(300)
        #expect(try shop.run(killAt: .committed, 10))
        #expect(shop.journal.contains { $0.taken.contains { !$0.rejected.isEmpty } })
        // Two years later what lay in the future does so no more.
        shop.store = MemoryStore()
        shop.clock.wallMilliseconds += 2 * 365 * 86_400_000
        shop.adjust = { $0.isRebuild = true }
        let inTheFuture = shop.errors().filter { $0 == "in_the_future" }.count
        var state: Set<Int64> = []
        shop.observer.onBatch = { state.insert($0.batch) }
        try shop.run()
        #expect(inTheFuture > 0)
        #expect(state.min() == 11)
        #expect(shop.errors().filter { $0 == "in_the_future" }.count == inTheFuture)
    }

    @Test func silenceMovesTimeOnOnlyWhereTheInputsAreCurrent() throws {
        let shop = TestShop()
        shop.adjust = { $0.ticks = true }
        shop.append("clicks", user: "u1", item: "i1", at: 3_600_000)
        var polls = 0
        let (daemon, publication) = shop.daemon {
            polls += 1
            return polls > 100
        }
        try daemon.run()
        let ticks = shop.journal.compactMap(\.tick)
        #expect(ticks.count >= 3 && ticks == ticks.sorted())
        #expect(publication.engine.watermark.milliseconds == ticks.last)
        // The first batch took the event; the others are empty, at most one a second.
        #expect(shop.journal.dropFirst().allSatisfy { $0.taken.isEmpty })
        #expect(zip(ticks, ticks.dropFirst()).allSatisfy { $1 - $0 >= 1_000 })

        let past = TestShop()
        past.adjust = { $0.ticks = true }
        past.append("clicks", user: "u1", item: "i1", at: 0)
        polls = 0
        try past.daemon {
            polls += 1
            return polls > 100
        }.0.run()
        #expect(past.journal.count == 1)
    }

    /// Whether a client's polls fail while its broker is away, or only bring nothing, as librdkafka's do.
    @Test(arguments: [true, false]) func timeStandsStillWhileTheBrokerIsAway(pollsFail: Bool) throws {
        let shop = TestShop()
        shop.adjust = { $0.ticks = true }
        shop.append("clicks", user: "u1", item: "i1", at: 3_600_000)
        let outage: Range<Int64> = 10_000..<310_000
        shop.clock.onSleep = { _ in
            let isAway = outage.contains(shop.clock.monotonicMilliseconds)
            if pollsFail { shop.cluster.isReachable = !isAway } else { shop.cluster.faults[.metadata] = isAway ? [.unreachable] : [] }
        }
        var notices: [String] = []
        shop.observer.onNotice = { notices.append($0.description) }
        let (daemon, _) = shop.daemon { shop.clock.monotonicMilliseconds > 330_000 }
        try daemon.run()
        let ticks = shop.journal.compactMap(\.tick)
        let passed = try #require(ticks.last) - (TestShop.start + 3_600_000 - 60_000)
        #expect(passed > 20_000 && passed < 31_000)
        #expect(zip(ticks, ticks.dropFirst()).allSatisfy { $1 - $0 < 2_500 })
        #expect(notices.filter { $0.hasPrefix("not ready") }.count == 1 && notices.filter { $0.hasPrefix("ready") }.count == 2)
    }

    @Test func aSilentShopIsSavedToo() throws {
        let shop = TestShop()
        shop.adjust = { $0.checkpointEventsMax = 1_000_000 }
        shop.fill(40)
        var saved: [Int64] = []
        shop.observer.onNotice = { if case .checkpointSaved(let batch, _) = $0 { saved.append(batch) } }
        // The first save fails: the next one is made though no batch follows.
        shop.observer.onStep = { step in
            if step == .ready { shop.store.saveFailure = StoreError(.io, "no space") }
            return true
        }
        let (daemon, _) = shop.daemon {
            if shop.clock.monotonicMilliseconds > 40_000 { shop.store.saveFailure = nil }
            return shop.clock.monotonicMilliseconds > 100_000
        }
        try daemon.run()
        #expect(daemon.metrics.checkpointFailures == 1)
        #expect(saved == [daemon.metrics.batch])
    }

    @Test func aStopDuringTheStartEndsInOrder() throws {
        let shop = TestShop()
        shop.cluster.isReachable = false
        shop.adjust = { $0.createdTopics = { broker throws(KafkaError) in try broker.partitionCount(of: "clicks") == nil ? [] : [] } }
        let (daemon, _) = shop.daemon { true }
        try daemon.run()
        #expect(try shop.store.loadBoundary() == nil)
    }

    @Test func aBrokerThatComesLateIsWaitedForAndAskedForItsTopics() throws {
        let shop = TestShop()
        shop.fill(40)
        shop.cluster.deleteTopic("dead-letters")
        shop.cluster.isReachable = false
        shop.adjust = {
            $0.createdTopics = { broker throws(KafkaError) in
                [TopicSpecification(name: "dead-letters", partitions: try broker.partitionCount(of: "clicks") ?? 0)]
            }
        }
        shop.clock.onSleep = { _ in shop.cluster.isReachable = shop.clock.monotonicMilliseconds >= 10_000 }
        try shop.run()
        let broker = MemoryBroker(shop.cluster, group: "other", transactionalID: nil, clock: shop.clock)
        #expect(try broker.partitionCount(of: "dead-letters") == 2)
        #expect(shop.isDone)
    }

    @Test func aBrokerThatIsAwayAtTheStartIsNamedAfterTheTimeout() {
        let shop = TestShop()
        shop.cluster.isReachable = false
        guard case .brokerUnavailable = shop.failure() else {
            Issue.record("an absent broker was not named")
            return
        }
        #expect(shop.clock.monotonicMilliseconds >= 30_000)
    }

    @Test func anOutageIsWaitedOut() throws {
        let calm = TestShop()
        calm.fill(300)
        let digests = try calm.run()
        let shop = TestShop()
        shop.fill(300)
        var notices: [String] = []
        shop.observer.onNotice = { notices.append($0.description) }
        var batches = 0
        shop.observer.onStep = { step in
            if step == .offsetsSent { batches += 1 }
            if batches == 5, step == .offsetsSent { shop.cluster.isReachable = false }
            return true
        }
        var away = 0
        shop.clock.onSleep = { milliseconds in
            away += milliseconds
            if away > 300_000 { shop.cluster.isReachable = true }
        }
        #expect(try shop.run() == digests)
        #expect(shop.effects == calm.effects)
        #expect(notices.contains { $0.hasPrefix("not ready") })
        #expect(notices.filter { $0.hasPrefix("ready") }.count == 2)
    }

    @Test func backPressureAsksForTheMissingPartitionOnly() throws {
        let calm = TestShop()
        calm.fill(300)
        let digests = try calm.run()
        let tight = TestShop()
        tight.fill(300)
        tight.adjust = {
            $0.pendingRecordsMax = 8
            $0.batchEventsMax = 3
        }
        var pending = 0
        tight.observer.onBatch = { pending = max(pending, $0.pendingRecords) }
        #expect(try tight.run() == digests)
        #expect(tight.effects == calm.effects)
        // The poll that fills it, and the one for the missing partition, may each bring a batch more.
        #expect(pending <= 8 + 3 + 3)
    }
}
