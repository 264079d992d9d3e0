import FreshetCore
import FreshetKafka
import FreshetKernels
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

    @Test("FAULTS 38: the verdict of the first reading is obeyed later")
    func theVerdictOfTheFirstReadingIsObeyedLater() throws {
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

    @Test("FAULTS 18: silence moves time on only where the inputs are current")
    func silenceMovesTimeOnOnlyWhereTheInputsAreCurrent() throws {
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

    @Test(arguments: [.unreachable, .forbidden] as [MemoryFault]) func aCommitWithoutAnswerOrRightIsNotReadyAtOnce(fault: MemoryFault) throws {
        let shop = TestShop()
        shop.fill(40)
        shop.cluster.faults[.commit] = [nil, fault]
        var notices: [String] = []
        shop.observer.onNotice = { notices.append($0.description) }
        try shop.run()
        #expect(notices.filter { $0.hasPrefix("not ready") }.count == 1 && notices.filter { $0.hasPrefix("ready") }.count == 2)
    }

    @Test func aStopIsHeardBetweenTwoTriesAndLeavesTheBatch() throws {
        let shop = TestShop()
        shop.fill(100)
        // The probe and two batches go through.
        shop.cluster.faults[.commit] = [nil, nil, nil] + Array(repeating: .unreachable, count: 100)
        var isStopRequested = false
        var notices: [String] = []
        shop.observer.onNotice = { notice in
            notices.append(notice.description)
            if case .callFailed = notice { isStopRequested = true }
        }
        try shop.daemon { isStopRequested }.0.run()
        #expect(shop.cluster.faults[.commit]?.count == 99)
        #expect(notices.last == "stopped at batch 2")
        shop.cluster.faults = [:]
        shop.observer = DaemonObserver()
        let whole = TestShop()
        whole.fill(100)
        #expect(try shop.run() == whole.run())
        #expect(shop.effects == whole.effects)
    }

    @Test func aFloodFromTheFutureFitsIntoTheJournal() throws {
        let shop = TestShop()
        shop.adjust = { $0.batchEventsMax = 1_000_000 }
        for _ in 0..<21_000 { shop.append("clicks", user: "u", item: "i", at: 400 * 86_400_000) }
        try shop.run()
        let rejected = shop.journal.map { $0.taken.reduce(0) { $0 + $1.rejected.count } }
        #expect(rejected.max() == 10_000 && rejected.reduce(0, +) == 21_000)
    }

    @Test func withoutTransactionsASecondInstanceIsSeen() throws {
        let shop = TestShop()
        shop.transactionalID = nil
        shop.adjust = { $0.delivery = .atLeastOnce }
        shop.fill(40)
        shop.clock.onSleep = { _ in
            guard shop.isDone, shop.clock.monotonicMilliseconds > 5_000 else { return }
            let theirs = CommitMetadata(batch: 99, nonce: "other")
            for (partition, offset) in shop.committed {
                shop.cluster.commit(CommittedOffset(offset: offset.offset, metadata: theirs.text), of: partition, by: "shop")
            }
        }
        guard case .fenced(let by) = shop.failure() else {
            Issue.record("the other instance was not seen")
            return
        }
        #expect(by.nonce == "other")
        #expect(shop.clock.monotonicMilliseconds < 9_000)
    }

    @Test func partitionsThatAreAddedStopTheRun() throws {
        let shop = TestShop()
        shop.fill(40)
        shop.clock.onSleep = { _ in
            if shop.isDone { shop.cluster.createTopic(TopicSpecification(name: "carts", partitions: 3)) }
        }
        guard case .refused(.partitionsChanged(let stored, let present)) = shop.failure() else {
            Issue.record("the new partitions were not seen")
            return
        }
        #expect(stored == TestShop.inputs)
        #expect(Set(present).subtracting(stored) == [TopicPartition("carts", 1), TopicPartition("carts", 2)])
        #expect(shop.clock.monotonicMilliseconds < 70_000)
    }

    /// Polls of a broker that is away bring nothing, and a silent shop commits nothing.
    @Test func anOutageOfASilentShopIsSeen() throws {
        let shop = TestShop()
        shop.fill(10)
        shop.clock.onSleep = { _ in
            shop.cluster.faults[.metadata] = (20_000..<40_000).contains(shop.clock.monotonicMilliseconds) ? [.unreachable] : []
        }
        var notices: [String] = []
        shop.observer.onNotice = { notices.append($0.description) }
        try shop.daemon { shop.clock.monotonicMilliseconds > 60_000 }.0.run()
        #expect(notices.filter { $0.hasPrefix("not ready") }.count == 1 && notices.filter { $0.hasPrefix("ready") }.count == 2)
    }

    @Test func figuresComeWhileTheBrokerIsAwayAndTheShopSilent() throws {
        let shop = TestShop()
        shop.fill(10)
        var times: [Int64] = []
        var isReady: Set<Bool> = []
        shop.observer.onProgress = { metrics in
            times.append(shop.clock.monotonicMilliseconds)
            isReady.insert(metrics.isReady)
        }
        shop.clock.onSleep = { _ in shop.cluster.isReachable = !(20_000..<120_000).contains(shop.clock.monotonicMilliseconds) }
        try shop.daemon { shop.clock.monotonicMilliseconds > 150_000 }.0.run()
        #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 <= 5_000 })
        #expect(isReady == [true, false])
    }

    @Test func theReferenceOfARefusedDeadLetterSaysWhichRecordItWas() throws {
        let shop = TestShop()
        shop.append("clicks", 1, user: "u1", item: "i1", at: 0)
        shop.cluster.append(to: TopicPartition("clicks", 1), key: "u1", value: String(repeating: "x", count: 3_000), timestamp: 5)
        shop.cluster.recordBytesMax = 2_000
        try shop.run()
        let letters = (0..<Int32(2)).flatMap { shop.cluster.records(of: TopicPartition("dead-letters", $0)).map(\.record) }
        #expect(letters.count == 1)
        let letter = try #require(letters.first)
        #expect(letter.header("freshet.error") == "output_too_large" && letter.value == nil)
        #expect(["topic", "partition", "offset"].map { letter.header("freshet.\($0)") } == ["clicks", "1", "1"])
    }

    @Test func aDeadLetterThatNoTopicTakesIsCountedAndTheFlowGoesOn() throws {
        let shop = TestShop()
        shop.append("clicks", 1, user: "u1", item: "i1", at: 0)
        shop.cluster.append(to: TopicPartition("clicks", 1), key: String(repeating: "k", count: 250), value: "no JSON", timestamp: 5)
        // No output fits, not even a reference with that key; the journal's record does.
        shop.cluster.recordBytesMax = 240
        shop.adjust = { $0.startTimeout = 60_000 }
        var notices: [String] = []
        shop.observer.onNotice = { notices.append($0.description) }
        try shop.run()
        #expect(shop.isDone)
        #expect(notices.filter { $0.contains("is lost") }.count == 1)
    }

    @Test func headersCountAsBytesAndAreKeptWithinBounds() throws {
        let clock = ManualClock()
        let decoder = EventDecoder(format: .freshet, topicType: .click, recordBytesMax: 4_096)
        let intake = Intake(decoders: [decoder], maxFuture: 1_000, clock: clock, judged: [RangeSet()])
        let chunk = HeaderChunk(name: Array("a".utf8), value: [UInt8](repeating: 7, count: 1_000), count: 900)
        let record = ConsumedRecord(partition: 0, offset: 0, timestamp: 0, timestampKind: .create, key: nil, value: nil)
        let arena = ByteArena()
        let pending = intake.read(record, of: 0, in: chunk, into: arena)
        let original = try #require(pending.original)
        #expect(pending.bytes > 60_000 && pending.bytes < 70_000)
        #expect(original.headers.count > 60 && original.headers.count + original.omittedHeaders == 900)
    }

    /// A partition has its share of what may wait, and one poll may bring as much again; where too many bytes wait, only those are read that the
    /// merge waits for.
    @Test("FAULTS 21: back-pressure bounds what waits, and all is applied", arguments: [(8, 64 << 20, 3, 8), (50_000, 1, 20, 80)])
    func backPressureBoundsWhatWaits(records: Int, bytes: Int, batch: Int, most: Int) throws {
        let calm = TestShop()
        calm.fill(300)
        let digests = try calm.run()
        let tight = TestShop()
        tight.fill(300)
        tight.adjust = {
            $0.pendingRecordsMax = records
            $0.pendingBytesMax = bytes
            $0.batchEventsMax = batch
        }
        var pending = 0
        tight.observer.onBatch = { pending = max(pending, $0.pendingRecords) }
        #expect(try tight.run() == digests)
        #expect(tight.effects == calm.effects)
        #expect(pending <= most)
    }
}

/// A chunk whose records have many equal headers.
private final class HeaderChunk: RecordChunk {
    let records: [ConsumedRecord] = []
    let ends: [PartitionEnd] = []
    private let name: [UInt8]
    private let value: [UInt8]
    private let count: Int

    init(name: [UInt8], value: [UInt8], count: Int) {
        self.name = name
        self.value = value
        self.count = count
    }

    func forEachHeader(of record: ConsumedRecord, _ body: (_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer?) -> Void) {
        name.withUnsafeBytes { name in
            value.withUnsafeBytes { value in
                for _ in 0..<count { body(name, value) }
            }
        }
    }

    func release() {}
}
