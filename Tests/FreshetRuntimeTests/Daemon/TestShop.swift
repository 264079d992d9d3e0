import FreshetCore
import FreshetKafka
import FreshetKernels
import FreshetRuntime

/// A shop over an in-memory Kafka: what survives a kill is `cluster` and `store`; each run has a new client and an empty engine.
final class TestShop {
    static let start: Int64 = 1_764_000_000_000
    static let outputs: [OutputTopic: String] = [
        .recommendations: "recommendations", .similarItems: "similar-items", .deadLetters: "dead-letters", .journal: "freshet.journal",
        .receipts: "erasure-receipts",
    ]

    let cluster = MemoryCluster()
    var store = MemoryStore()
    /// Where state is kept instead of `store`.
    var disk: (any StateStore)?
    let clock = ManualClock(wallMilliseconds: start + 3_600_000)
    var conflate = false
    var engine = EngineSettings()
    /// Changes what is published by the next runs.
    var publishing: (inout PublicationSettings) -> Void = { _ in }
    var observer = DaemonObserver()
    /// Changes the settings of the next runs.
    var adjust: (inout DaemonSettings) -> Void = { _ in }
    var transactionalID: String? = "freshet.shop.0"
    /// Side topics that the next runs read.
    var sides: [SideTopic: String] = [:]
    /// Each call of a transaction is made when the daemon waits for it, as late as can be.
    var sendsLate = false
    private var runs = 0

    init() {
        cluster.createTopic(TopicSpecification(name: "clicks", partitions: 2))
        cluster.createTopic(TopicSpecification(name: "carts", partitions: 1))
        cluster.createTopic(TopicSpecification(name: "purchases", partitions: 1))
        for name in ["catalogue", "rules", "erasures"] { cluster.createTopic(TopicSpecification(name: name, partitions: 1)) }
        for name in TestShop.outputs.values { cluster.createTopic(TopicSpecification(name: name, partitions: name == "freshet.journal" ? 1 : 2)) }
    }

    static let inputs = [
        TopicPartition("carts", 0), TopicPartition("clicks", 0), TopicPartition("clicks", 1), TopicPartition("purchases", 0),
    ]

    var committed: [TopicPartition: CommittedOffset] { cluster.committed(by: "shop") }

    /// Whether everything that stands in the inputs is committed.
    var isDone: Bool {
        (TestShop.inputs + sides.values.map { TopicPartition($0, 0) }).allSatisfy { partition in
            let end = cluster.records(of: partition).last.map { $0.offset + 1 } ?? 0
            return (committed[partition]?.offset ?? -1) >= end
        }
    }

    func daemon(isStopRequested: @escaping () -> Bool) -> (Daemon, Publication) {
        runs += 1
        func topic(_ name: String, _ type: EventType) -> InputTopic {
            InputTopic(name: name, decoder: EventDecoder(format: .freshet, topicType: type, recordBytesMax: 4_096))
        }
        var settings = DaemonSettings(
            inputs: [topic("clicks", .click), topic("carts", .cart), topic("purchases", .purchase)], outputs: TestShop.outputs,
            settingsDigest: Digest.hexadecimal(of: engine.canonicalText), nonce: "run\(runs)")
        settings.sides = sides
        settings.batchEventsMax = 20
        settings.checkpointEventsMax = 60
        // Batches come in between, and the store is given several parts.
        settings.checkpointSlice = CheckpointSlice(rows: 7, bytes: 500)
        settings.ticks = false
        adjust(&settings)
        var publicationSettings = PublicationSettings()
        publicationSettings.conflate = conflate
        publishing(&publicationSettings)
        let publication = Publication(engine: Engine(settings: engine), settings: publicationSettings)
        publication.engine.pseudonymize = Pseudonyms.wellKnown.callAsFunction
        let broker = MemoryBroker(cluster, group: "shop", transactionalID: transactionalID, clock: clock)
        let daemon = Daemon(
            settings: settings, broker: broker, store: disk ?? store, clock: clock, publication: publication,
            sendInBackground: sendsLate ? { [unowned self] in wait(to: $0) } : nil, observer: observer,
            isStopRequested: isStopRequested)
        return (daemon, publication)
    }

    /// Runs a job once somebody waits for it, a millisecond at a time.
    private func wait(to job: @escaping @Sendable () -> Void) {
        clock.onSleep = { [clock] milliseconds in
            guard milliseconds == 1 else { return }
            clock.onSleep = { _ in }
            job()
        }
    }

    /// Runs until everything is committed and a graceful stop, and answers the digests of the state.
    @discardableResult func run() throws(DaemonError) -> [String] {
        let isServing = Flag()
        let (daemon, publication) = daemon { isServing.value && self.isDone }
        isServing.read = { [unowned daemon] in daemon.metrics.isReady }
        try daemon.run()
        return publication.digests
    }

    /// Runs until all is committed and nothing is owed, and answers the state.
    @discardableResult func settle() throws -> Publication {
        var running: (Daemon, Publication)?
        let made = daemon { running.map { $0.metrics.isReady && self.isDone && !$1.owesRecords } ?? false }
        running = made
        defer { running = nil }
        try made.0.run()
        return made.1
    }

    /// Runs until the `count`th time that `step` was done, and kills there. Answers `false` where the run ended before.
    func run(killAt step: DaemonStep, _ count: Int) throws(DaemonError) -> Bool {
        var left = count
        let before = observer.onStep
        observer.onStep = { done in
            if done == step { left -= 1 }
            return left > 0 && before(done)
        }
        defer { observer.onStep = before }
        do throws(DaemonError) {
            try run()
            return false
        } catch {
            if case .interrupted = error { return true }
            throw error
        }
    }

    /// What a daemon that never stops of itself ends with.
    func failure() -> DaemonError? {
        do throws(DaemonError) {
            try daemon { false }.0.run()
            return nil
        } catch {
            return error
        }
    }

    /// What a read_committed reader sees of an output, partition by partition.
    func written(_ topic: String) -> [String] {
        (0..<Int32(2)).flatMap { partition in
            cluster.records(of: TopicPartition(topic, partition)).map { "\($0.record.keyText ?? "null") \($0.record.valueText ?? "null")" }
        }
    }

    /// Everything that a run writes and that must be the same whatever happens on the way.
    var effects: [[String]] { [written("recommendations"), written("similar-items"), written("dead-letters").sorted(), written("erasure-receipts")] }

    var journal: [JournalRecord] {
        cluster.records(of: TopicPartition("freshet.journal", 0)).compactMap { offset, record in
            try? JournalRecord(reading: ByteView(record.value!))
        }
    }

    func errors() -> [String] {
        (0..<Int32(2)).flatMap { cluster.records(of: TopicPartition("dead-letters", $0)).compactMap { $0.record.header("freshet.error") } }
    }
}

extension TestShop {
    func append(_ topic: String, _ partition: Int32 = 0, user: String, item: String, at time: Int64, more: String = "") {
        let value = "{\"user_id\":\"\(user)\",\"item_id\":\"\(item)\",\"timestamp\":\(TestShop.start + time)\(more)}"
        cluster.append(to: TopicPartition(topic, partition), key: user, value: value, timestamp: TestShop.start + time)
    }

    /// Says something of an item, or takes it out.
    func say(_ topic: String, _ key: String?, _ value: String?) {
        cluster.append(key.map { Array($0.utf8) }, value.map { Array($0.utf8) }, to: TopicPartition(topic, 0), TestShop.start)
    }

    /// Has a person forgotten, up to so many milliseconds behind the start.
    func forget(_ user: String, until time: Int64) {
        sides[.erasures] = "erasures"
        say("erasures", user, "{\"timestamp\":\(TestShop.start + time)}")
    }

    /// A catalogue of the items that `fill` names, one of which cannot be sold, and a rule.
    func fillSides() {
        sides = [.catalogue: "catalogue", .rules: "rules"]
        for item in 0..<10 { say("catalogue", "i\(item)", "{\"category\":\"c\(item % 3)\",\"available\":\(item != 4)}") }
        say("rules", "few", "{\"type\":\"cap\",\"by\":\"category\",\"max\":2}")
    }

    /// Ten clicks of another program, in one transaction, which is committed or aborted.
    func transact(isCommitted: Bool) throws(KafkaError) {
        let upstream = MemoryBroker(cluster, group: "upstream", transactionalID: "upstream", clock: clock)
        try upstream.openProducer(batchBytesMax: 1_000_000)
        try upstream.begin()
        let start = cluster.records(of: TopicPartition("clicks", 0)).last?.offset ?? 0
        for number in start..<start + 10 {
            let value = ByteBuffer()
            value.append(text: "{\"user_id\":\"u\(number % 3)\",\"item_id\":\"i\(number)\",\"timestamp\":\(TestShop.start + number)}")
            try upstream.produce(topic: "clicks", partition: 0, key: nil, value: value.view, headers: [], tag: 0)
        }
        if isCommitted { try upstream.commit() } else { try upstream.abort() }
    }

    /// A log of events, some late, some twice, some unreadable, some in the future, some that join identities.
    func fill(_ count: Int, seed: UInt64 = 1, from start: Int64 = 0) {
        var random = SplitMix64(seed: seed)
        var time = start
        for number in 0..<count {
            time += Int64(random.next(below: 3_000))
            let user = "u\(random.next(below: 12))"
            let item = "i\(random.next(below: 10))"
            let partition = Int32(user.utf8.reduce(0) { $0 + Int($1) } % 2)
            let late = random.next(below: 8) == 0 ? Int64(random.next(below: 30_000)) : 0
            switch random.next(below: 20) {
            case 0: append("carts", user: user, item: item, at: time - late)
            case 1, 2: append("purchases", user: user, item: item, at: time - late, more: ",\"order_id\":\"o\(number)\"")
            case 3: append("clicks", partition, user: user, item: item, at: time - late, more: ",\"event_id\":\"e\(number / 30)\"")
            case 4: cluster.append(to: TopicPartition("clicks", partition), key: user, value: "{\"user_id\":", timestamp: time)
            case 5: append("clicks", partition, user: user, item: item, at: 400 * 86_400_000)
            case 6:
                let visitor = ",\"type\":\"identify\",\"visitor_id\":\"v\(random.next(below: 6))\""
                append("clicks", partition, user: user, item: "", at: time, more: visitor)
            default: append("clicks", partition, user: user, item: item, at: time - late)
            }
        }
    }
}

/// Answers later than it is asked for.
private final class Flag {
    var read: () -> Bool = { false }
    var value: Bool { read() }
}

extension Publication {
    /// One text a digest table.
    var digests: [String] {
        DigestTable.allCases.map { table in
            let bytes = ByteBuffer()
            canonicalRows(of: table) { row in
                bytes.append(littleEndian: Int32(row.count))
                bytes.append(row)
            }
            return "\(table.rawValue) \(Digest.hexadecimal(of: bytes.view.text))"
        }
    }
}
