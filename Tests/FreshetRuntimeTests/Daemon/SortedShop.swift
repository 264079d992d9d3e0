import FreshetCore
import FreshetKafka
import FreshetKernels
import FreshetRuntime

/// A log sorted by (time, user id, type rank) in one topic of an in-memory Kafka, over any number of partitions, and a daemon that may be
/// dropped at any place and started again.
final class SortedShop {
    /// How a run ends.
    enum Cut {
        /// Asked to stop: drained and saved.
        case stop
        /// As by SIGKILL: what was not checkpointed is lost.
        case kill
    }

    private static let outputs: [OutputTopic: String] = [
        .recommendations: "recommendations", .similarItems: "similar-items", .deadLetters: "dead-letters", .journal: "freshet.journal",
    ]

    private let cluster = MemoryCluster()
    private let store = MemoryStore()
    private let clock = ManualClock(wallMilliseconds: TestShop.start + 3_600_000)
    private let partitions: Int
    private var engine = EngineSettings()
    /// Records of a batch.
    var batchEventsMax = 20
    private var runs = 0
    /// The digests at the end of the last run that was not killed.
    private(set) var digests: [String] = []

    init(_ log: [Entry], partitions: Int) {
        self.partitions = partitions
        // Windows end within the log.
        engine.itemSimilarity.window = 400_000
        engine.sessionGap = 20_000
        engine.dedupHorizon = 300_000
        cluster.createTopic(TopicSpecification(name: "events", partitions: partitions))
        for name in Self.outputs.values { cluster.createTopic(TopicSpecification(name: name, partitions: 1)) }
        for entry in log {
            let partition = entry.user.utf8.reduce(0) { ($0 * 31 + Int($1)) % partitions }
            cluster.append(to: TopicPartition("events", Int32(partition)), key: entry.user, value: entry.value, timestamp: entry.time)
        }
    }

    /// Runs until everything is committed, or until `cut` after so many batches. Answers whether it was cut.
    @discardableResult
    func run(_ cut: (Cut, afterBatches: Int)? = nil) throws -> Bool {
        runs += 1
        var observer = DaemonObserver()
        var batches = 0
        var isReady = false
        observer.onStep = { step in
            if step == .ready { isReady = true }
            if step == .committed { batches += 1 }
            return !(cut?.0 == .kill && batches >= cut?.afterBatches ?? .max)
        }
        let publication = Publication(engine: Engine(settings: engine), settings: publicationSettings)
        let daemon = Daemon(
            settings: settings, broker: MemoryBroker(cluster, group: "shop", transactionalID: "freshet.shop.0", clock: clock), store: store,
            clock: clock, publication: publication, observer: observer,
            isStopRequested: { isReady && (self.isDone || cut?.0 == .stop && batches >= cut?.afterBatches ?? .max) })
        do throws(DaemonError) {
            try daemon.run()
        } catch {
            guard case .interrupted = error else { throw error }
            return true
        }
        digests = publication.digests
        return !isDone
    }

    /// What a read_committed reader finds, by output and key, in its order; without what tells partitions apart.
    func written() -> [String: [String]] {
        var written: [String: [String]] = [:]
        for topic in ["recommendations", "similar-items"] {
            for (_, record) in cluster.records(of: TopicPartition(topic, 0)) {
                let value = record.valueText.map { topic == "recommendations" ? Self.withoutCoordinates($0) : $0 } ?? "tombstone"
                written["\(topic) \(record.keyText ?? "null")", default: []].append(value)
            }
        }
        let letters = cluster.records(of: TopicPartition("dead-letters", 0)).map(\.record)
        written["dead-letters"] = letters.map { "\($0.header("freshet.error") ?? "") \($0.valueText ?? "null")" }.sorted()
        return written
    }

    /// A list without where its trigger stood.
    private static func withoutCoordinates(_ list: String) -> String {
        guard let start = list.firstRange(of: "\"trigger\":{")?.upperBound, let end = list[start...].firstRange(of: "\"event_id\"")?.lowerBound
        else { return list }
        return String(list[..<start] + list[end...])
    }

    private var publicationSettings: PublicationSettings {
        var settings = PublicationSettings()
        settings.conflate = false
        return settings
    }

    private var settings: DaemonSettings {
        let decoder = EventDecoder(format: .freshet, topicType: nil, recordBytesMax: 4_096)
        var settings = DaemonSettings(
            inputs: [InputTopic(name: "events", decoder: decoder)], outputs: Self.outputs,
            settingsDigest: Digest.hexadecimal(of: engine.canonicalText), nonce: "run\(runs)")
        settings.batchEventsMax = batchEventsMax
        settings.checkpointEventsMax = 90
        settings.ticks = false
        return settings
    }

    private var isDone: Bool {
        let committed = cluster.committed(by: "shop")
        return (0..<Int32(partitions)).map { TopicPartition("events", $0) }.allSatisfy { partition in
            let end = cluster.records(of: partition).last.map { $0.offset + 1 } ?? 0
            return end == 0 || (committed[partition]?.offset ?? -1) >= end
        }
    }
}

extension SortedShop {
    /// One record of the log.
    struct Entry {
        var time: Int64
        var user: String
        var type: EventType
        var value: String
    }

    /// Events of all types, many at one time, some of them twice, some of visitors who log in, some that contradict an earlier login.
    static func log(_ count: Int, seed: UInt64) -> [Entry] {
        var random = SplitMix64(seed: seed)
        var entries: [Entry] = []
        var time = TestShop.start
        for number in 0..<count {
            time += Int64(random.next(below: 4)) * 1_500
            if let last = entries.last, random.next(below: 15) == 0 {
                entries.append(last)
                continue
            }
            let type = random.next(below: 3) > 0 ? EventType.click : EventType.allCases[random.next(below: EventType.allCases.count)]
            let user = random.next(below: 4) == 0 ? "v\(random.next(below: 8))" : "u\(random.next(below: 12))"
            let subject = type == .identify ? "visitor_id\":\"v\(random.next(below: 8))" : "item_id\":\"i\(random.next(below: 15))"
            let consent = random.next(below: 20) > 0
            let value =
                "{\"event_id\":\"e\(number)\",\"user_id\":\"\(user)\",\"\(subject)\",\"type\":\"\(type.name)\",\"timestamp\":\(time),\"consent\":\(consent)}"
            entries.append(Entry(time: time, user: user, type: type, value: value))
        }
        return entries.enumerated().sorted { left, right in
            let (first, second) = (left.element, right.element)
            return (first.time, first.user, first.type.rawValue, left.offset) < (second.time, second.user, second.type.rawValue, right.offset)
        }.map(\.element)
    }
}
