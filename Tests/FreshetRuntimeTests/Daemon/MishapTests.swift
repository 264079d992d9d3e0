import FreshetCore
import FreshetKafka
import FreshetRuntime
import Testing

/// What operators and their tools do to topics, offsets and the journal: it is said, and leads on or is refused.
@Suite struct MishapTests {
    private static let journal = TopicPartition("freshet.journal", 0)

    /// A shop after a run, and the last batch.
    private func shopAfterARun() throws -> (TestShop, batch: Int64) {
        let shop = TestShop()
        shop.fill(300)
        try shop.run()
        return (shop, try #require(shop.journal.last?.batch))
    }

    private func refusal(_ shop: TestShop) -> RecoveryRefusal? {
        if case .refused(let refusal) = shop.failure() { refusal } else { nil }
    }

    private func makeAnew(_ topic: String, partitions: Int, in shop: TestShop) {
        shop.cluster.deleteTopic(topic)
        shop.cluster.createTopic(TopicSpecification(name: topic, partitions: partitions))
    }

    @Test(arguments: [3, 1_000]) func aTopicMadeAnewIsNoGroundForARebuild(records: Int64) throws {
        let (shop, _) = try shopAfterARun()
        let first = TopicPartition("clicks", 0)
        let needed = try #require(shop.committed[first]?.offset)
        makeAnew("clicks", partitions: 2, in: shop)
        for number in 0..<records { shop.append("clicks", user: "u1", item: "i\(number)", at: 2_000_000 + number) }
        shop.adjust = { $0.isRebuild = true }
        #expect(refusal(shop) == .topicAnew(first, needed: needed, logEnd: records))
    }

    @Test func anInputThatIsMissingIsNamedBeforeOutputsAreMade() {
        let shop = TestShop()
        shop.cluster.deleteTopic("carts")
        shop.cluster.deleteTopic("recommendations")
        shop.adjust = { $0.createdTopics = { _ in [TopicSpecification(name: "recommendations", partitions: 1)] } }
        #expect(refusal(shop) == .inputMissing("carts"))
        #expect(!shop.cluster.exists("recommendations"))
    }

    @Test func aJournalMadeAnewIsSaidAndReadFromItsStart() throws {
        let calm = try shopAfterARun().0
        calm.fill(200, seed: 2, from: 1_000_000)
        let digests = try calm.run()
        let (shop, batch) = try shopAfterARun()
        makeAnew("freshet.journal", partitions: 1, in: shop)
        shop.fill(200, seed: 2, from: 1_000_000)
        shop.adjust = { $0.checkpointEventsMax = 1_000_000 }
        var told: [Int64] = []
        shop.observer.onNotice = { if case .journalAnew(let batch) = $0 { told.append(batch) } }
        #expect(try shop.run(killAt: .committed, 5))
        #expect(try shop.run() == digests)
        #expect(told == [batch])
    }

    @Test func withoutAJournalledBatchNothingIsRebuilt() throws {
        let (shop, batch) = try shopAfterARun()
        makeAnew("freshet.journal", partitions: 1, in: shop)
        shop.store = MemoryStore()
        shop.adjust = { $0.isRebuild = true }
        #expect(refusal(shop) == .journalEmpty(committedBatch: batch))
    }

    @Test func aJournalThatIsMissingBesideCommittedBatchesIsNotMade() throws {
        let (shop, batch) = try shopAfterARun()
        let misspelled = TopicSpecification(name: "freshet.jurnal", partitions: 1)
        shop.adjust = {
            $0.outputs[.journal] = misspelled.name
            $0.createdTopics = { _ in [misspelled] }
        }
        #expect(refusal(shop) == .journalMissing(misspelled.name, committedBatch: batch))
        #expect(!shop.cluster.exists(misspelled.name))
        // One that is there was made by somebody who means it.
        shop.cluster.createTopic(misspelled)
        shop.adjust = { $0.outputs[.journal] = misspelled.name }
        shop.fill(20, seed: 2, from: 1_000_000)
        try shop.run()
        #expect(shop.isDone)
    }

    @Test func aRebuildFromAJournalThatEndsBeforeTheCommittedBatchIsRefused() throws {
        let (shop, batch) = try shopAfterARun()
        shop.cluster.createTopic(TopicSpecification(name: "freshet.other", partitions: 1))
        shop.fill(200, seed: 2, from: 1_000_000)
        shop.adjust = { $0.outputs[.journal] = "freshet.other" }
        try shop.run()
        shop.store = MemoryStore()
        shop.adjust = { $0.isRebuild = true }
        guard case .journalShort(batch + 1, let committed) = refusal(shop) else {
            Issue.record("a rebuild passed over what the journal lacks")
            return
        }
        #expect(committed > batch)
    }

    @Test func groupsThatShareAJournalReadTheirOwnRecords() throws {
        let shop = TestShop()
        shop.fill(300)
        shop.observer.onBatch = { metrics in
            let record = "{\"batch\":\(metrics.batch + 1),\"nonce\":\"x\",\"config\":\"d\",\"ranges\":{\"clicks\":{\"0\":[0,1]}}}"
            shop.cluster.append(to: MishapTests.journal, key: "other/\(metrics.batch + 1)", value: record, timestamp: 0)
        }
        let digests = try shop.run()
        let effects = shop.effects
        shop.observer.onBatch = { _ in }
        shop.store = MemoryStore()
        shop.adjust = { $0.isRebuild = true }
        #expect(try shop.run() == digests)
        #expect(shop.effects == effects)
    }

    @Test func aRebuildThatPublishesEverythingAgainIsSaid() throws {
        let (shop, _) = try shopAfterARun()
        for partition in TestShop.inputs { shop.cluster.commit(nil, of: partition, by: "shop") }
        shop.adjust = { $0.isRebuild = true }
        var warnings: [String] = []
        shop.observer.onNotice = { notice in
            if case .deadLetters = notice { return }
            if notice.isWarning { warnings.append(notice.description) }
        }
        let before = shop.written("recommendations").count
        try shop.run()
        #expect(warnings.count == 1 && warnings[0].contains("published again"))
        #expect(shop.written("recommendations").count == 2 * before)
    }

    @Test func aLastingFailureIsToldNowAndThen() throws {
        let (shop, _) = try shopAfterARun()
        var failures = 0
        var ends = 0
        shop.observer.onNotice = { notice in
            switch notice {
            case .callFailed: failures += 1
            case .notReady: ends += 1
            default: return
            }
        }
        shop.clock.onSleep = { _ in
            // Polls bring nothing now and then, as those of a topic that is gone.
            let time = shop.clock.monotonicMilliseconds
            shop.cluster.faults[.poll] = (20_000..<60_000).contains(time) && time % 3 != 0 ? [.unreachable] : []
            shop.cluster.faults[.metadata] = (20_000..<60_000).contains(time) ? [.unreachable] : []
        }
        let (daemon, _) = shop.daemon { shop.clock.monotonicMilliseconds > 100_000 }
        try daemon.run()
        #expect((1...5).contains(failures) && daemon.metrics.callFailures > 10)
        #expect(ends == 1 && daemon.metrics.isReady)
    }
}
