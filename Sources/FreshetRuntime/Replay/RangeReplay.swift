public import FreshetCore
import FreshetKafka
import FreshetKernels

/// Replays a range of topics into a state: from the first records of a time to where reading ends when it begins, open
/// transactions left out.
///
/// A run of the same group goes on where it ends. Which events lay in the future, the journal says of what a run has taken already, and the
/// clock of the rest; nothing is written.
public final class RangeReplay {
    /// Records that wait, at most.
    static let bounds = InputReader.Bounds(pollRecordsMax: 10_000, pendingRecordsMax: 200_000, pendingBytesMax: 256 << 20)
    /// How long it waits for the broker.
    static let timeout: Int64 = 60_000

    private let inputs: [InputTopic]
    private let sides: [(side: SideTopic, name: String)]
    private let journal: String
    private let from: Int64
    private let maxFuture: Int64
    private let settings: ReplaySettings
    private let broker: any Broker
    private let clock: any Clock
    private let publication: Publication
    private let replay: Replay

    /// A replay that has not begun, of records of the time `from` and later; `journal` is the topic of the runs before, which may be missing.
    public init(
        inputs: [InputTopic], sides: [SideTopic: String] = [:], journal: String, from: EventTime, maxFuture: Int64, settings: ReplaySettings,
        broker: any Broker, store: any StateStore,
        clock: any Clock, publication: Publication, onProgress: @escaping (ReplayProgress) -> Void = { _ in }
    ) {
        self.inputs = inputs
        self.sides = sides.sorted { $0.key.rawValue < $1.key.rawValue }.map { ($0.key, $0.value) }
        self.journal = journal
        self.from = from.milliseconds
        self.maxFuture = maxFuture
        self.settings = settings
        self.broker = broker
        self.clock = clock
        self.publication = publication
        replay = Replay(settings, publication, store, origin: .range)
        replay.onProgress = onProgress
    }

    /// Applies the range, saves the state, and answers what came.
    public func run() throws(ReplayError) -> ReplayProgress {
        let stored = try replay.load()
        let (partitions, missing) = try asking { () throws(KafkaError) in try self.broker.partitions(of: self.inputs.map(\.name)) }
        if let missing { throw .topicMissing(missing) }
        let starts = try self.starts(of: partitions, stored)
        let ends = try asking { () throws(KafkaError) in try self.broker.ends(of: partitions) }
        let merge = Merge(starts: starts)
        let decoders = partitions.compactMap { partition in inputs.first { $0.name == partition.topic }?.decoder }
        let verdicts = try self.verdicts(on: partitions, starts, ends)
        let intake = Intake(decoders: decoders, maxFuture: maxFuture, clock: clock, judged: verdicts.judged)
        let reader = InputReader(broker, partitions, into: merge, through: intake, bounds: RangeReplay.bounds)
        try asking { () throws(KafkaError) in try reader.assignAll() }
        try loadSides(judgedBy: intake)
        try replay.run(
            merge, BatchApplication(publication, partitions: partitions, pseudonyms: settings.pseudonyms), limits: ends, verdicts: verdicts.rejected,
            feed: { _ throws(ReplayError) in try self.asking { () throws(KafkaError) in try reader.poll(atMost: 100) } },
            positions: { Dictionary(uniqueKeysWithValues: zip(partitions, merge.queues.map(\.consumed))) })
        return replay.progress
    }

    /// What side topics hold now is applied before the first event: figures of the past are made with the catalogue as of today.
    private func loadSides(judgedBy intake: Intake) throws(ReplayError) {
        for (side, name) in sides {
            let (partitions, missing) = try asking { () throws(KafkaError) in try self.broker.partitions(of: [name]) }
            if let missing { throw .topicMissing(missing) }
            let application = BatchApplication(publication, partitions: partitions, pseudonyms: settings.pseudonyms)
            for (number, partition) in partitions.enumerated() {
                let log = try asking { () throws(KafkaError) in try self.broker.logRange(of: partition) }
                var next = replay.sideOffsets[partition] ?? log.lowerBound
                if !(log.lowerBound...log.upperBound).contains(next) { next = log.lowerBound }
                try replay.load(application) { body throws(ReplayError) in
                    try self.asking { () throws(KafkaError) in
                        try self.broker.read(partition, from: next) { record, _ in
                            guard record.offset < log.upperBound else { return false }
                            let (key, value) = (record.key.map { ByteView($0) }, record.value.map { ByteView($0) })
                            var said = SideRecord(side, partition: number, offset: record.offset, key: key, value: value)
                            said.checkSize()
                            said.latest = intake.latestTime(brokerTime: record.brokerTime)
                            body(said)
                            next = record.offset + 1
                            return true
                        }
                    }
                }
                replay.sideOffsets[partition] = next
            }
        }
    }

    private func verdicts(on partitions: [TopicPartition], _ starts: [Int64], _ ends: [Int64]) throws(ReplayError) -> JournalledVerdicts {
        guard try asking({ () throws(KafkaError) in try self.broker.partitionCount(of: self.journal) }) != nil else {
            return JournalledVerdicts(of: partitions)
        }
        let place = TopicPartition(journal, 0)
        let (recent, oldest) = try asking { () throws(KafkaError) in
            (try self.broker.starts(of: [place], at: self.from).first ?? 0, try self.broker.logRange(of: place).lowerBound)
        }
        let verdicts = try readVerdicts(place, from: recent, on: partitions)
        // What a producer whose clock was ahead has stamped was journalled before the time of its stamp.
        if recent <= oldest || verdicts.reach(starts, ends: ends) { return verdicts }
        return try readVerdicts(place, from: oldest, on: partitions)
    }

    private func readVerdicts(
        _ journal: TopicPartition, from offset: Int64, on partitions: [TopicPartition]
    ) throws(ReplayError) -> JournalledVerdicts {
        var verdicts = JournalledVerdicts(of: partitions)
        var next: Int64? = offset
        while let from = next {
            let slice = try asking { () throws(KafkaError) in try self.broker.journalSlice(of: journal, from: from) }
            for (_, record) in slice.records { verdicts.take(record) }
            if let failure = slice.failure { throw .journal(failure) }
            next = slice.next
        }
        return verdicts
    }

    private func starts(of partitions: [TopicPartition], _ stored: StateBoundary?) throws(ReplayError) -> [Int64] {
        guard let stored else { return try asking { () throws(KafkaError) in try self.broker.starts(of: partitions, at: self.from) } }
        guard Set(partitions) == Set(stored.offsets.keys) else { throw .otherPartitions }
        return partitions.compactMap { stored.offsets[$0] }
    }

    /// Makes a call again while the broker is away, for a minute at most.
    private func asking<Result>(_ call: () throws(KafkaError) -> Result) throws(ReplayError) -> Result {
        let since = clock.monotonicMilliseconds
        let judge = { (error: KafkaError) throws(ReplayError) in
            guard error.isPassing, self.clock.monotonicMilliseconds - since < RangeReplay.timeout else { throw .broker(error) }
        }
        return try clock.retrying(judge, call)
    }
}
