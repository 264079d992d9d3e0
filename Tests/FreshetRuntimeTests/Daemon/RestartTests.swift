import FreshetCore
import FreshetKafka
import FreshetRuntime
import Testing

/// Runs a shop and answers the refusal that it ends with.
private func refusal(_ shop: TestShop) -> RecoveryRefusal? {
    do throws(DaemonError) {
        try shop.run()
        return nil
    } catch {
        if case .refused(let refusal) = error { return refusal }
        return nil
    }
}

@Suite struct RestartTests {
    private func shopAfterARun() throws -> (TestShop, digests: [String]) {
        let shop = TestShop()
        shop.fill(300)
        return (shop, try shop.run())
    }

    @Test func lostStateIsRefusedAndRebuiltOnTheOperatorsWord() throws {
        let (shop, digests) = try shopAfterARun()
        let effects = shop.effects
        shop.store = MemoryStore()
        #expect(refusal(shop) == .stateLost(committedBatch: shop.journal.last?.batch ?? 0))
        shop.adjust = { $0.isRebuild = true }
        #expect(try shop.run() == digests)
        #expect(shop.effects == effects)
    }

    @Test func aRebuildReplacesTheRowsOfTheOldState() throws {
        let (shop, digests) = try shopAfterARun()
        shop.engine.sessionGap += 1
        guard case .otherSettings = refusal(shop) else {
            Issue.record("other settings were taken")
            return
        }
        shop.engine.sessionGap -= 1
        shop.adjust = { $0.isRebuild = true }
        #expect(try shop.run() == digests)
        shop.adjust = { _ in }
        #expect(try shop.run() == digests)
    }

    @Test func aRebuildSaysWhatIsMissing() throws {
        let (shop, _) = try shopAfterARun()
        let kept = try #require(shop.journal.first { $0.batch == 6 }?.taken.first { $0.partition == TopicPartition("clicks", 0) })
        shop.cluster.drop(kept.partition, before: kept.range.lowerBound)
        shop.store = MemoryStore()
        shop.adjust = { $0.isRebuild = true }
        var first: Int64?
        shop.observer.onNotice = { if case .rebuilding(let batch, _) = $0 { first = batch } }
        #expect(try usersOfBackfill(shop) == usersWithLists(shop))
        #expect(first == 6)
    }

    @Test(arguments: [false, true]) func aRebuildUnderOtherSettingsOwesEveryList(conflate: Bool) throws {
        let shop = TestShop()
        shop.conflate = conflate
        shop.fill(300)
        try shop.run()
        let users = usersWithLists(shop)
        let records = shop.written("similar-items").count
        shop.engine.sessionGap += 1
        shop.adjust = { $0.isRebuild = true }
        // Killed on the way nothing is saved: a state that has forgotten what it owes would be taken for one that has published.
        for step in [DaemonStep.caughtUpBatch, .probed] { #expect(try shop.run(killAt: step, 1)) }
        shop.store = MemoryStore(copyOf: shop.store)
        shop.adjust = { _ in }
        guard case .otherSettings = refusal(shop) else {
            Issue.record("half a state was saved")
            return
        }
        shop.adjust = { $0.isRebuild = true }
        #expect(try shop.run(killAt: .startSaved, 1))
        shop.adjust = { _ in }
        #expect(try usersOfBackfill(shop) == users && users.count > 5)
        #expect(shop.written("similar-items").count > records)
    }

    /// The users whose last record is a list.
    private func usersWithLists(_ shop: TestShop) -> Set<String> {
        var users: Set<String> = []
        for line in shop.written("recommendations") {
            let words = line.split(separator: " ", maxSplits: 1).map(String.init)
            if words[1] == "null" { users.remove(words[0]) } else { users.insert(words[0]) }
        }
        return users
    }

    /// Runs until nothing is owed, and answers who got a list without an event.
    private func usersOfBackfill(_ shop: TestShop) throws -> Set<String> {
        var state: (Daemon, Publication)?
        state = shop.daemon { state.map { $0.metrics.isReady && !$1.owesRecords } ?? false }
        try state?.0.run()
        state = nil
        let lines = shop.written("recommendations").filter { $0.contains("\"cause\":\"backfill\"") }
        return Set(lines.map { String($0.prefix { $0 != " " }) })
    }

    @Test func aRebuildGoesOnWhereTheLogBegins() throws {
        let (shop, digests) = try shopAfterARun()
        // An outage longer than the retention: all that was read is gone, and one partition's newer records with it.
        let clicks = TopicPartition("clicks", 0)
        let committed = try #require(shop.committed[clicks]?.offset)
        for number in 0..<9 { shop.append("clicks", user: "u1", item: "i\(number)", at: 2_000_000 + Int64(number)) }
        for partition in TestShop.inputs { shop.cluster.drop(partition, before: shop.committed[partition]?.offset ?? 0) }
        shop.cluster.drop(clicks, before: committed + 4)
        #expect(refusal(shop) == .belowLogStart(clicks, offset: committed, logStart: committed + 4))
        shop.adjust = { $0.isRebuild = true }
        var lost: [Range<Int64>] = []
        var counts = BatchCounts()
        shop.observer.onNotice = { if case .inputLost(_, let offsets) = $0 { lost.append(offsets) } }
        shop.observer.onBatch = { counts = $0.counts }
        let rebuilt = try shop.run()
        #expect(lost == [committed..<committed + 4])
        #expect(counts.applied == 5)
        #expect(rebuilt != digests)
        shop.adjust = { _ in }
        #expect(try shop.run() == rebuilt)
    }

    @Test func aRebuildThatFailsLeavesTheState() throws {
        let (shop, digests) = try shopAfterARun()
        shop.adjust = {
            $0.isRebuild = true
            $0.startTimeout = 100
        }
        shop.cluster.isReachable = false
        guard case .brokerUnavailable = shop.failure() else {
            Issue.record("a cluster that is away was reached")
            return
        }
        shop.cluster.isReachable = true
        // The disk as the process left it.
        shop.store = MemoryStore(copyOf: shop.store)
        shop.adjust = { _ in }
        #expect(try shop.run() == digests)
    }

    @Test func aJournalWithAHoleIsRefused() throws {
        let shop = TestShop()
        shop.fill(300)
        shop.adjust = { $0.checkpointEventsMax = 1_000_000 }
        #expect(try shop.run(killAt: .committed, 9))
        shop.cluster.drop(TopicPartition("freshet.journal", 0), before: 12)
        let before = shop.committed
        guard case .journalGap = refusal(shop) else {
            Issue.record("a hole was jumped over")
            return
        }
        // Before it has taken anything over.
        #expect(shop.committed == before)
    }

    @Test func aTopicMadeAnewIsRefused() throws {
        let (shop, _) = try shopAfterARun()
        shop.cluster.deleteTopic("carts")
        shop.cluster.createTopic(TopicSpecification(name: "carts", partitions: 1))
        #expect(refusal(shop) == .offsetsGone([TopicPartition("carts", 0)]))
    }

    @Test func aStartWithoutAPermissionEndsWithWhatIsMissing() {
        let shop = TestShop()
        shop.adjust = { $0.startTimeout = 5_000 }
        shop.cluster.faults[.commit] = Array(repeating: .forbidden, count: 1_000)
        guard case .brokerUnavailable(let error) = shop.failure() else {
            Issue.record("a start without a permission went on")
            return
        }
        #expect(error.isMissingPermission, "\(error)")
    }

    @Test func aMissingTopicIsNamed() {
        let shop = TestShop()
        shop.cluster.deleteTopic("dead-letters")
        #expect(refusal(shop) == .topicMissing("dead-letters"))
        shop.adjust = { $0.createdTopics = { _ in [TopicSpecification(name: "dead-letters", partitions: 1)] } }
        #expect(refusal(shop) == nil)
    }

    @Test func aBrokerWithoutTransactionsIsFoundOutBeforeAnythingIsDone() throws {
        let shop = TestShop()
        shop.cluster.keepsTransactions = false
        shop.fill(100)
        #expect(refusal(shop) == .noTransactions)
        #expect(shop.written("recommendations").isEmpty)
        shop.transactionalID = nil
        shop.adjust = { $0.delivery = .atLeastOnce }
        #expect(refusal(shop) == nil)
        #expect(!shop.written("recommendations").isEmpty)
    }

    @Test func atLeastOnceSendsAtMostOneBatchTwice() throws {
        let calm = TestShop()
        calm.fill(300)
        let digests = try calm.run()
        for step in [DaemonStep.applied, .begun, .produced, .offsetsSent, .committed] {
            let shop = TestShop()
            shop.transactionalID = nil
            shop.adjust = { $0.delivery = .atLeastOnce }
            shop.fill(300)
            #expect(try shop.run(killAt: step, 6))
            #expect(try shop.run(killAt: .committed, 1))
            #expect(try shop.run() == digests, "\(step)")
            let doubled = shop.written("recommendations").count - calm.written("recommendations").count
            #expect(doubled >= 0 && doubled <= 20)
            #expect(Set(shop.written("recommendations")) == Set(calm.written("recommendations")))
        }
    }

    @Test func aKillBeforeTheFirstCheckpointRecoversFromTheJournal() throws {
        let calm = TestShop()
        calm.fill(300)
        let digests = try calm.run()
        let shop = TestShop()
        shop.fill(300)
        shop.adjust = { $0.checkpointEventsMax = 1_000_000 }
        #expect(try shop.run(killAt: .committed, 8))
        #expect(try shop.store.loadBoundary()?.batch == 0)
        var caughtUp: Int64 = 0
        shop.observer.onNotice = { if case .caughtUp(let batches, _) = $0 { caughtUp = batches } }
        #expect(try shop.run() == digests)
        #expect(caughtUp == 8)
        #expect(shop.effects == calm.effects)
    }

    @Test func aLogThatWasEmptiedBehindAMarkerIsNotMissed() throws {
        let shop = TestShop()
        try shop.transact(isCommitted: true)
        try shop.run()
        shop.cluster.drop(TopicPartition("clicks", 0), before: 11)
        #expect(refusal(shop) == nil)
        // A transaction that was aborted brings no record to commit with: a batch of its own takes its offsets along.
        try shop.transact(isCommitted: false)
        let batches = shop.journal.count
        try shop.daemon { shop.journal.count > batches || shop.clock.monotonicMilliseconds > 600_000 }.0.run()
        #expect(shop.committed[TopicPartition("clicks", 0)]?.offset == 22)
        shop.cluster.drop(TopicPartition("clicks", 0), before: 22)
        #expect(refusal(shop) == nil)
        // The journal's ranges cover the markers, so a catch-up goes on behind them.
        try shop.transact(isCommitted: true)
        #expect(try shop.run(killAt: .committed, 1))
        try shop.transact(isCommitted: true)
        let digests = try shop.run()
        #expect(try shop.run() == digests)
    }

    /// What the broker tells of markers behind a committed batch belongs to the next one.
    @Test func aCheckpointDoesNotReachBehindWhatIsCommitted() throws {
        let shop = TestShop()
        shop.fill(40)
        shop.adjust = {
            $0.checkpointEventsMax = 1_000_000
            $0.checkpointInterval = 300
        }
        var isMarked = false
        shop.clock.onSleep = { _ in
            guard shop.isDone, !isMarked else { return }
            isMarked = true
            for partition in TestShop.inputs { shop.cluster.appendGap(to: partition) }
        }
        shop.observer.onStep = { !(isMarked && $0 == .checkpointSaved) }
        guard case .interrupted = shop.failure() else {
            Issue.record("no checkpoint was saved behind the markers")
            return
        }
        let stored = try #require(try shop.store.loadBoundary())
        #expect(stored.offsets == shop.committed.mapValues(\.offset))
        shop.observer.onStep = { _ in true }
        try shop.run()
    }
}
