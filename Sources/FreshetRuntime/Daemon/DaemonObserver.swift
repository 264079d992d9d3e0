public import FreshetCore
public import FreshetKafka

/// Something that an operator may want to know, once.
public enum DaemonNotice: Sendable, CustomStringConvertible {
    /// Missing topics were made.
    case topicsCreated([String])
    /// The journal ends before the state's place in it: it was deleted and made anew, and holds nothing of the batches up to this one.
    case journalAnew(batch: Int64)
    /// A rebuild was asked for, and the group has committed nothing: everything begins anew.
    case nothingCommitted
    /// A state is made anew; batches before the first one are missing where it is greater than 1.
    case rebuilding(firstBatch: Int64, lastBatch: Int64)
    /// Records that were never read and are not kept any more: a rebuild goes on behind them.
    case inputLost(TopicPartition, Range<Int64>)
    /// A side topic was made anew, or lost what was to be read next: it is read from its start.
    case sideAnew(TopicPartition)
    /// Journalled batches are applied again.
    case catchingUp(from: Int64, through: Int64)
    /// They are applied.
    case caughtUp(batches: Int64, milliseconds: Int64)
    /// The start is over, or what stood in the way is gone.
    case ready(batch: Int64, milliseconds: Int64)
    /// Batches cannot be committed, or inputs not be read.
    case notReady(KafkaError)
    /// Nothing but dead letters came for too long.
    case paused(PoisonAlarm)
    /// A good record came, and reading goes on.
    case resumed
    /// A call failed and is handled.
    case callFailed(KafkaError)
    /// Records were not acceptable: how many since the last notice, and one of the last batch. Once in ten seconds.
    case deadLetters(count: Int, RejectedRecord)
    /// A user was taken for a bot: one of the last batch. Once in ten seconds.
    case foundBot(FoundBot)
    /// Event times are most likely not in the unit that they are read in.
    case suspectTimes(String)
    /// Outputs were refused for their size: the last one's, and how many since the last notice. A topic once in ten seconds.
    case outputRefused(topic: String, bytes: Int, count: Int)
    /// No dead letter stands for it: there are none, or even the short one was refused for its size. It is only counted.
    case outputDropped(topic: String)
    /// An hour brought far fewer or far more events of a type than the weeks before let expect.
    case trackingBroken(TrackingAlarm)
    /// A checkpoint is saved.
    case checkpointSaved(batch: Int64, rows: Int)
    /// A checkpoint could not be saved: the last one stands, serving goes on.
    case checkpointFailed(StoreError)
    /// A stop was asked for, and is begun.
    case stopping
    /// The run is over; the last committed batch.
    case stopped(batch: Int64)

    /// Whether something is wrong that an operator should see.
    public var isWarning: Bool {
        switch self {
        case .journalAnew, .nothingCommitted, .inputLost, .sideAnew, .notReady, .paused, .callFailed, .checkpointFailed, .deadLetters,
            .suspectTimes, .outputRefused, .outputDropped, .trackingBroken, .foundBot:
            true
        case .rebuilding(let first, _): first > 1
        case .topicsCreated, .catchingUp, .caughtUp, .ready, .resumed, .checkpointSaved, .stopping, .stopped: false
        }
    }

    /// One line for the log.
    public var description: String {
        switch self {
        case .topicsCreated(let names): "made the topics \(names.joined(separator: ", "))"
        case .journalAnew(let batch):
            "the journal was deleted and made anew: --rebuild can no longer make what batches 1 to \(batch) made, the state folder is its one copy:"
                + " keep a second one"
        case .nothingCommitted:
            "the group has no committed offset (they expired, or it is a new one), so nothing can be rebuilt: the state begins anew, and what was"
                + " published before is published again"
        case .rebuilding(let first, let last) where first > last:
            "no record of batches 1 to \(last) is kept any more: the state begins empty"
        case .rebuilding(let first, let last):
            "rebuilding from batch \(first) through \(last)" + (first > 1 ? ": batches 1 to \(first - 1) are no longer kept" : "")
        case .inputLost(let partition, let offsets):
            "\(partition) lacks offsets \(offsets.lowerBound) to \(offsets.upperBound - 1): no longer kept, and never read"
        case .sideAnew(let partition):
            "\(partition) was made anew, or lost what was to be read next: it is read from its start, and what was said before stands until it says otherwise"
        case .catchingUp(let from, let through): "applying batches \(from) through \(through) of the journal"
        case .caughtUp(let batches, let milliseconds): "applied \(batches) batches of the journal in \(milliseconds) ms"
        case .ready(let batch, let milliseconds): "ready at batch \(batch) after \(milliseconds) ms"
        case .notReady(let error): "not ready: \(error)"
        case .paused(let alarm): alarm.description
        case .resumed: "a good record came: reading goes on"
        case .callFailed(let error): "\(error)"
        case .deadLetters(let count, let rejected):
            "\(count) \(count == 1 ? "record was" : "records were") not acceptable and became dead letters, the last ones from offset"
                + " \(rejected.offset) of \(rejected.source) on: \(rejected)"
        case .suspectTimes(let warning): warning
        case .outputRefused(let topic, let bytes, let count):
            (count == 1 ? "an output of \(bytes) bytes is" : "\(count) outputs, the last of \(bytes) bytes, were")
                + " too large for \(topic): raise the topic's max.message.bytes, or lower publish.list_length"
        case .outputDropped(let topic):
            "an output of \(topic) is lost, for no dead letter can stand for it: set topics.dead_letters, or raise max.message.bytes of that topic"
        case .trackingBroken(let alarm): alarm.description
        case .foundBot(let bot): bot.description
        case .checkpointSaved(let batch, let rows): "saved \(rows) rows at batch \(batch)"
        case .checkpointFailed(let error): "checkpoint failed, the last one stands: \(error)"
        case .stopping: "stopping"
        case .stopped(let batch): "stopped at batch \(batch)"
        }
    }
}

/// Where a daemon tells what it does. Called on the engine's thread: be quick.
public struct DaemonObserver {
    /// A step was done. Answers `false` to end the run at once, as a kill would: nothing is drained, saved or closed. For tests. The steps of a
    /// transaction are told by the thread that sends it.
    public var onStep: (DaemonStep) -> Bool = { _ in true }
    /// Something to log.
    public var onNotice: (DaemonNotice) -> Void = { _ in }
    /// A batch is committed; the figures are those since the start.
    public var onBatch: (DaemonMetrics) -> Void = { _ in }
    /// The figures, several times a second while anything happens, and at least every few seconds: also while the broker is away.
    public var onProgress: (DaemonMetrics) -> Void = { _ in }
    /// The engine stands between two batches, or idles: questions may be answered now.
    public var onPause: () -> Void = {}

    /// An observer that looks away.
    public init() {}
}

/// The daemon's figures since its start.
public struct DaemonMetrics: Sendable {
    /// The last committed batch.
    public var batch: Int64 = 0
    /// What became of records, and what was written, catch-up left out.
    public var counts = BatchCounts()
    /// Batches committed.
    public var batches = 0
    /// Records that stand behind the ones applied, over all partitions.
    public var lag: Int64 = 0
    /// Records read that wait.
    public var pendingRecords = 0
    /// Records that came below the next expected offset.
    public var droppedRecords = 0
    /// From a record's own time to the commit of what follows from it.
    public var latency = LatencyHistogram()
    /// Whether batches are committed.
    public var isReady = false
    /// The batch of the last saved checkpoint.
    public var checkpointBatch: Int64 = 0
    /// Checkpoints that could not be saved.
    public var checkpointFailures = 0
    /// Calls to the broker that failed and were handled.
    public var callFailures = 0

    /// Nothing done.
    public init() {}
}
