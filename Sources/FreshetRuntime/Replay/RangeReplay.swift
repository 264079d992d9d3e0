public import FreshetCore
import FreshetKafka

/// Replays a range of topics into a state: from the first records of a time to the ends that the logs have when it begins.
///
/// A run of the same group goes on where it ends. Events in the future are judged as a live run would; nothing is written.
public final class RangeReplay {
    /// Records that wait, at most.
    static let bounds = InputReader.Bounds(pollRecordsMax: 10_000, pendingRecordsMax: 200_000, pendingBytesMax: 256 << 20)
    /// How long it waits for the broker.
    static let timeout: Int64 = 60_000

    private let inputs: [InputTopic]
    private let from: Int64
    private let maxFuture: Int64
    private let settings: ReplaySettings
    private let broker: any Broker
    private let clock: any Clock
    private let publication: Publication
    private let replay: Replay

    /// A replay that has not begun, of records of the time `from` and later.
    public init(
        inputs: [InputTopic], from: EventTime, maxFuture: Int64, settings: ReplaySettings, broker: any Broker, store: any StateStore,
        clock: any Clock, publication: Publication, onProgress: @escaping (ReplayProgress) -> Void = { _ in }
    ) {
        self.inputs = inputs
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
        let partitions = try findPartitions()
        let starts = try self.starts(of: partitions, stored)
        let ends = try asking { () throws(KafkaError) in
            var ends: [Int64] = []
            for partition in partitions { ends.append(try self.broker.logRange(of: partition).upperBound) }
            return ends
        }
        let merge = Merge(starts: starts)
        let decoders = partitions.compactMap { partition in inputs.first { $0.name == partition.topic }?.decoder }
        let intake = Intake(decoders: decoders, maxFuture: maxFuture, clock: clock, judgedBelow: starts.map { _ in 0 })
        let reader = InputReader(broker, partitions, into: merge, through: intake, bounds: RangeReplay.bounds)
        try asking { () throws(KafkaError) in try reader.assignAll() }
        try replay.run(
            merge, BatchApplication(publication, partitions: partitions), limits: ends,
            feed: { _ throws(ReplayError) in try self.asking { () throws(KafkaError) in try reader.poll(atMost: 100) } },
            positions: { Dictionary(uniqueKeysWithValues: zip(partitions, merge.queues.map(\.consumed))) })
        return replay.progress
    }

    private func findPartitions() throws(ReplayError) -> [TopicPartition] {
        var found: [TopicPartition] = []
        for input in inputs {
            let count = try asking { () throws(KafkaError) in try self.broker.partitionCount(of: input.name) }
            guard let count else { throw .topicMissing(input.name) }
            found += (0..<Int32(count)).map { TopicPartition(input.name, $0) }
        }
        return found.sorted()
    }

    private func starts(of partitions: [TopicPartition], _ stored: StateBoundary?) throws(ReplayError) -> [Int64] {
        guard let stored else { return try asking { () throws(KafkaError) in try self.broker.offsets(of: partitions, at: max(self.from, 0)) } }
        guard Set(partitions) == Set(stored.offsets.keys) else { throw .otherPartitions }
        return partitions.compactMap { stored.offsets[$0] }
    }

    /// Makes a call again while the broker is away, for a minute at most.
    private func asking<Result>(_ call: () throws(KafkaError) -> Result) throws(ReplayError) -> Result {
        let since = clock.monotonicMilliseconds
        while true {
            do throws(KafkaError) {
                return try call()
            } catch {
                let isPassing = error.isRetriable || error.isUnreachable
                guard isPassing, clock.monotonicMilliseconds - since < RangeReplay.timeout else { throw .broker(error) }
                clock.sleep(milliseconds: 200)
            }
        }
    }
}
