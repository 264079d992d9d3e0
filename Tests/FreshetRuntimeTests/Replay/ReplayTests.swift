import FreshetKafka
import FreshetKernels
import Glibc
import Testing

@testable import FreshetCore
@testable import FreshetRuntime

/// A folder of files that ends with its owner.
private final class ReplayFolder {
    let path: String
    private var names: Set<String> = []

    init() throws {
        var template = Array("/tmp/freshet-replay-XXXXXX\0".utf8CString)
        guard let made = mkdtemp(&template) else { throw TestFileError() }
        path = String(cString: made)
    }

    deinit {
        for name in names { unlink(path + "/" + name) }
        rmdir(path)
    }

    func place(_ name: String) -> String {
        names.insert(name)
        return path + "/" + name
    }

    func add(_ name: String, _ text: String) throws -> String {
        try write(text, to: place(name))
        return place(name)
    }
}

/// Replays of one log, into a store of its own.
private struct FileRun {
    var store = MemoryStore()
    var lines: [String] = []
    var digests: [String] = []

    mutating func run(
        _ paths: [String], format: EventFormat = .freshet, until: Int64? = nil, batch: Int = 10, conflate: Bool = false,
        changedItemsMax: Int? = nil
    ) throws -> ReplayProgress {
        let engine = Engine(settings: EngineSettings())
        var published = PublicationSettings()
        published.conflate = conflate
        published.changedItemsMax = changedItemsMax
        let publication = Publication(engine: engine, settings: published)
        var settings = ReplaySettings(settingsDigest: "d")
        settings.batchEventsMax = batch
        settings.checkpointEventsMax = 25
        settings.recordBytesMax = 4_096
        settings.until = until.map { EventTime(milliseconds: TestShop.start + $0) }
        var written: [String] = []
        let replay = FileReplay(
            files: paths.map { ReplayFile(path: $0, format: format) }, settings: settings, store: store, publication: publication,
            write: { outputs throws(FileError) in
                for index in 0..<outputs.count {
                    written.append("\(outputs.topic(index)) \(outputs.key(index)?.text ?? "null") \(outputs.value(index)?.text ?? "null")")
                }
            })
        let progress = try replay.run()
        lines += written
        digests = publication.digests
        return progress
    }
}

@Suite struct ReplayTests {
    /// Three files of a random log; bad and repeated lines included.
    private func files(_ folder: ReplayFolder, seed: UInt64) throws -> [String] {
        var random = SplitMix64(seed: seed)
        var texts: [[String]] = [[], [], []]
        var time: Int64 = TestShop.start
        for _ in 0..<300 {
            time += Int64(random.next(below: 4_000))
            let user = random.next(below: 9)
            let line = "{\"user_id\":\"u\(user)\",\"item_id\":\"i\(random.next(below: 8))\",\"type\":\"click\",\"timestamp\":\(time)}"
            texts[user % 3].append(random.next(below: 25) == 0 ? "{\"user_id\"" : line)
        }
        return try texts.enumerated().map { number, lines in
            try folder.add("part\(number).jsonl", lines.joined(separator: "\n") + (number == 0 ? "" : "\n"))
        }
    }

    @Test func aReplayInOneGoAndOneCutAtTenPlacesAreTheSame() throws {
        for seed in 0..<UInt64(5) {
            let folder = try ReplayFolder()
            let paths = try files(folder, seed: seed)
            var whole = FileRun()
            let all = try whole.run(paths)
            #expect(all.counts.records == 300 && all.counts.deadLettered > 0)
            var cut = FileRun()
            var random = SplitMix64(seed: seed)
            var records = 0
            for time in (0..<10).map({ _ in Int64(random.next(below: 600_000)) }).sorted() {
                records += try cut.run(paths, until: time, batch: 1 + random.next(below: 20)).counts.records
            }
            records += try cut.run(paths.reversed()).counts.records
            #expect(records == 300)
            #expect(cut.lines.sorted() == whole.lines.sorted())
            #expect(cut.lines.filter { $0.hasPrefix("recommendations") } == whole.lines.filter { $0.hasPrefix("recommendations") })
            #expect(cut.digests == whole.digests)
            // Nothing is left.
            #expect(try cut.run(paths).counts.records == 0)
        }
    }

    /// More items change in the last batch than it may write.
    @Test func nothingIsOwedAtTheEnd() throws {
        let folder = try ReplayFolder()
        let clicks = (0..<30).map { "{\"user_id\":\"u\",\"item_id\":\"i\($0)\",\"type\":\"click\",\"timestamp\":\(TestShop.start)}\n" }
        let path = try folder.add("a.jsonl", clicks.joined())
        var whole = FileRun()
        #expect(try whole.run([path], batch: 100, conflate: true).batch == 1 && whole.lines.count == 31)
        var bound = FileRun()
        #expect(try bound.run([path], batch: 100, conflate: true, changedItemsMax: 7).batch == 5)
        #expect(bound.lines == whole.lines)
    }

    @Test func aCutInTheMiddleOfALineOfSeveralEventsGoesOnThere() throws {
        let folder = try ReplayFolder()
        func session(_ number: Int) -> String {
            let events = (0..<7).map { "{\"aid\":\($0 + number),\"ts\":\(TestShop.start + Int64(number * 1_000 + $0 * 500)),\"type\":\"clicks\"}" }
            return "{\"session\":\(number),\"events\":[\(events.joined(separator: ","))]}"
        }
        let paths = [
            try folder.add("a.jsonl", (0..<4).map { session($0 * 2) }.joined(separator: "\n")),
            try folder.add("b.jsonl", (0..<4).map { session($0 * 2 + 1) }.joined(separator: "\n")),
        ]
        var whole = FileRun()
        #expect(try whole.run(paths, format: .otto).counts.applied == 56)
        var cut = FileRun()
        var records = 0
        for time in stride(from: Int64(250), to: 12_000, by: 700) {
            records += try cut.run(paths, format: .otto, until: time).counts.records
        }
        #expect(records == 56)
        #expect(cut.digests == whole.digests)
        #expect(cut.lines == whole.lines)
    }

    @Test func anotherStateOrTwoFilesOfOneNameAreRefused() throws {
        let folder = try ReplayFolder()
        let path = try folder.add("a.jsonl", "")
        var run = FileRun()
        try run.store.save(
            StateChanges(),
            StateBoundary(batch: 1, offsets: [:], origin: .live, journalOffset: 0, settingsDigest: "d", watermark: 0))
        #expect(throws: ReplayError.self) { try run.run([path]) }
        run.store = MemoryStore()
        #expect(throws: ReplayError.self) { try run.run([path, path]) }
        #expect(throws: ReplayError.self) { try run.run([path + ".missing"]) }
    }

    @Test func aLiveRunGoesOnFromReplayedFilesAndDropsTheOverlap() throws {
        // The whole log, live.
        let whole = TestShop()
        fillPlain(whole, 0..<200)
        let digests = try whole.run()
        // Its first part from a file, the topics holding everything.
        let folder = try ReplayFolder()
        let shop = TestShop()
        fillPlain(shop, 0..<200)
        let lines = shop.cluster.records(of: TopicPartition("clicks", 0)).prefix(120).compactMap(\.record.valueText)
        let path = try folder.add("clicks.jsonl", lines.joined(separator: "\n"))
        let publication = Publication(engine: Engine(settings: shop.engine), settings: PublicationSettings())
        let settings = ReplaySettings(settingsDigest: Digest.hexadecimal(of: shop.engine.canonicalText))
        let file = ReplayFile(path: path, format: .freshet, topicType: .click)
        let progress = try FileReplay(files: [file], settings: settings, store: shop.store, publication: publication).run()
        #expect(progress.counts.applied == 120)
        var counts = BatchCounts()
        shop.observer.onBatch = { counts = $0.counts }
        // Once it dies behind its first commit.
        #expect(try shop.run(killAt: .probed, 1))
        #expect(try shop.run() == digests)
        #expect(counts.duplicates >= 1 && counts.applied == 80)
        #expect(try shop.store.loadBoundary()?.origin == .live)
    }

    @Test func aLiveRunGoesOnFromAReplayedRange() throws {
        let whole = TestShop()
        whole.fill(300)
        let digests = try whole.run()
        let shop = TestShop()
        shop.fill(300)
        let publication = Publication(engine: Engine(settings: shop.engine), settings: PublicationSettings())
        #expect(try rangeReplay(of: shop, publication).run().counts.records == 300)
        #expect(publication.digests == digests)
        #expect(try shop.run() == digests)
        shop.fill(100, seed: 3, from: 600_000)
        whole.fill(100, seed: 3, from: 600_000)
        #expect(try shop.run() == whole.run())
    }

    @Test(arguments: [true, false]) func theFirstBatchesAfterAReplayPublishEveryListAndRecordOnce(conflate: Bool) throws {
        let folder = try ReplayFolder()
        let shop = TestShop()
        shop.conflate = conflate
        let lines = (0..<700).map { number in
            "{\"user_id\":\"u\(number % 300)\",\"item_id\":\"i\(number % 250)\",\"timestamp\":\(TestShop.start + Int64(number) * 1_000)}"
        }
        let path = try folder.add("clicks.jsonl", lines.joined(separator: "\n"))
        // Outputs of the replay itself count for nothing.
        let publication = Publication(engine: Engine(settings: shop.engine), settings: PublicationSettings())
        let settings = ReplaySettings(settingsDigest: Digest.hexadecimal(of: shop.engine.canonicalText))
        let file = ReplayFile(path: path, format: .freshet, topicType: .click)
        _ = try FileReplay(files: [file], settings: settings, store: shop.store, publication: publication).run()
        // A live event of one user, and kills before the first checkpoint and in the midst of what is owed.
        shop.append("clicks", user: "u7", item: "i7", at: 800_000)
        #expect(try shop.run(killAt: .startSaved, 1))
        #expect(try shop.run(killAt: .committed, 1))
        #expect(shop.written("recommendations").count == 1 + PublicationSettings.backfilledMax)
        var run: (daemon: Daemon, publication: Publication)?
        run = shop.daemon { run.map { $0.daemon.metrics.isReady && !$0.publication.owesRecords } ?? false }
        try run?.daemon.run()
        run = nil
        let lists = shop.written("recommendations")
        #expect(Set(lists.map { $0.prefix { $0 != " " } }).count == 300)
        #expect(lists.count == 300)
        #expect(lists.filter { $0.contains("\"trigger\":null,\"cause\":\"backfill\"") }.count == 299)
        #expect(Set(shop.written("similar-items").map { $0.prefix { $0 != " " } }).count == 250)
        // It is over, also for the next start.
        let count = shop.written("similar-items").count
        try shop.run()
        #expect(shop.written("recommendations").count == 300 && shop.written("similar-items").count == count)
    }

    @Test func outputsAreWrittenAsLinesOfJSON() throws {
        let folder = try ReplayFolder()
        let outputs = OutputBuffer()
        let (key, value) = (ByteBuffer(), ByteBuffer())
        key.append(text: "u\"1")
        value.append(text: "{\"items\":[]}")
        outputs.append(.recommendations, key: key.view, value: value.view)
        outputs.append(.recommendations, key: key.view, value: nil)
        outputs.append(.deadLetters, key: nil, value: value.view)
        outputs.appendHeader("freshet.error", "malformed")
        outputs.append(.similarItems, key: key.view, value: value.view)
        let lines = try OutputLines(path: folder.place("out.jsonl"), names: [.recommendations: "lists", .deadLetters: "dead"])
        try lines.append(outputs)
        try lines.flush()
        #expect(
            try String(decoding: readBytes(folder.place("out.jsonl")), as: UTF8.self) == """
                {"topic":"lists","key":"u\\"1","value":{"items":[]}}
                {"topic":"lists","key":"u\\"1","value":null}
                {"topic":"dead","key":null,"value":"{\\"items\\":[]}","headers":{"freshet.error":"malformed"}}

                """)
    }

    @Test func aReplayedRangeObeysTheVerdictsOfTheJournal() throws {
        // A producer's clock is an hour ahead: its events are rejected live, and their time comes.
        let shop = TestShop()
        shop.fill(100)
        for number in 0..<5 { shop.append("clicks", user: "u1", item: "i1", at: 7_200_000 + Int64(number)) }
        let digests = try shop.run()
        let rejected = shop.errors().filter { $0 == "in_the_future" }.count
        #expect(rejected >= 5)
        shop.clock.wallMilliseconds += 86_400_000
        shop.store = MemoryStore()
        let publication = Publication(engine: Engine(settings: shop.engine), settings: PublicationSettings())
        let counts = try rangeReplay(of: shop, publication).run().counts
        #expect(counts.rejected[Int(RejectionCode.inTheFuture.rawValue)] == rejected)
        #expect(publication.digests == digests)
        // Where the journal says nothing, the clock judges.
        shop.cluster.deleteTopic("freshet.journal")
        let alone = Publication(engine: Engine(settings: shop.engine), settings: PublicationSettings())
        shop.store = MemoryStore()
        #expect(try rangeReplay(of: shop, alone).run().counts.rejected[Int(RejectionCode.inTheFuture.rawValue)] == rejected - 5)
    }

    @Test func aReplayFromALateTimeObeysVerdictsThatWereJournalledBefore() throws {
        // The five events of a clock that is ahead are stamped an hour behind the batch that rejected them.
        let shop = TestShop()
        shop.fill(100)
        for number in 0..<5 { shop.append("clicks", user: "u1", item: "i1", at: 7_200_000 + Int64(number)) }
        try shop.run()
        shop.clock.wallMilliseconds += 86_400_000
        func rejected() throws -> Int {
            shop.store = MemoryStore()
            let publication = Publication(engine: Engine(settings: shop.engine), settings: PublicationSettings())
            let from = EventTime(milliseconds: TestShop.start + 7_199_000)
            return try rangeReplay(of: shop, publication, from: from).run().counts.rejected[Int(RejectionCode.inTheFuture.rawValue)]
        }
        let journalled = try rejected()
        shop.cluster.deleteTopic("freshet.journal")
        #expect(try journalled == rejected() + 5)
    }

    @Test func aTransactionThatHangsEndsTheRange() throws {
        let shop = TestShop()
        fillPlain(shop, 0..<20)
        let upstream = MemoryBroker(shop.cluster, group: "upstream", transactionalID: "upstream", clock: shop.clock)
        try upstream.openProducer(batchBytesMax: 1_000_000)
        try upstream.begin()
        try upstream.produce(topic: "clicks", partition: 0, key: nil, value: nil, headers: [], tag: 0)
        fillPlain(shop, 20..<30)
        let publication = Publication(engine: Engine(settings: shop.engine), settings: PublicationSettings())
        #expect(try rangeReplay(of: shop, publication).run().counts.records == 20)
        #expect(try shop.store.loadBoundary()?.offsets[TopicPartition("clicks", 0)] == 20)
    }

    @Test func onlyRangesThatTheJournalNamesAreJudged() {
        let place = TopicPartition("clicks", 0)
        func record(_ batch: Int64, _ range: Range<Int64>, _ rejected: [Int64] = []) -> JournalRecord {
            JournalRecord(batch: batch, nonce: "n", settingsDigest: "d", taken: [JournalRecord.Taken(place, range, rejected: rejected)])
        }
        var verdicts = JournalledVerdicts(of: [place])
        for record in [record(1, 10..<20, [12, 15]), record(2, 20..<25), record(9, 40..<50, [41])] { verdicts.take(record) }
        #expect(Array(verdicts.judged[0].ranges) == [10..<25, 40..<50])
        #expect(verdicts.rejected[0] == [12, 15, 41])
        // Of a batch that was applied twice the later record stands.
        verdicts.take(record(1, 10..<20, [15]))
        #expect(verdicts.rejected[0] == [15, 41] && verdicts.judged[0].ranges.count == 2)
        #expect(verdicts.reach([10], ends: [60]) && verdicts.reach([60], ends: [60]) && !verdicts.reach([9], ends: [60]))
    }

    private func rangeReplay(of shop: TestShop, _ publication: Publication, from: EventTime = EventTime(milliseconds: 0)) -> RangeReplay {
        let inputs = [("clicks", EventType.click), ("carts", .cart), ("purchases", .purchase)].map { name, type in
            InputTopic(name: name, decoder: EventDecoder(format: .freshet, topicType: type, recordBytesMax: 4_096))
        }
        return RangeReplay(
            inputs: inputs, journal: "freshet.journal", from: from, maxFuture: 300_000,
            settings: ReplaySettings(settingsDigest: Digest.hexadecimal(of: shop.engine.canonicalText)),
            broker: MemoryBroker(shop.cluster, group: "shop", transactionalID: nil, clock: shop.clock), store: shop.store, clock: shop.clock,
            publication: publication)
    }

    private func fillPlain(_ shop: TestShop, _ numbers: Range<Int>) {
        var random = SplitMix64(seed: 9)
        for number in numbers {
            shop.append("clicks", user: "u\(random.next(below: 9))", item: "i\(random.next(below: 8))", at: Int64(number) * 2_000)
        }
    }
}
