public import FreshetCore
import FreshetKafka
import FreshetKernels

/// One instance: poll, merge, batch, apply, commit, and now and then a checkpoint (DESIGN section 6).
///
/// One thread runs it and owns the engine. Clock, broker and store are parameters, and there is no other thread but those that save checkpoints
/// and send batches, where they are given: a seeded simulator drives this very loop.
public final class Daemon {
    /// Runs work on another thread.
    public typealias Background = (@escaping @Sendable () -> Void) -> Void

    /// Its figures since the start.
    public internal(set) var metrics = DaemonMetrics()

    let settings: DaemonSettings
    let broker: any Broker
    let store: any StateStore
    let clock: any Clock
    let publication: Publication
    let observer: DaemonObserver
    let sender: TransactionSender
    let saveInBackground: Background?
    let sendInBackground: Background?
    let isStopRequested: () -> Bool

    /// The start is over.
    var isServing = false
    // Known once the start is over.
    /// Those of events, by (topic name bytes, partition), then those of side topics.
    var partitions: [TopicPartition] = []
    /// By partition: the side topic that it belongs to.
    var sides: [SideTopic?] = []
    var merge = Merge(starts: [])
    var intake = Intake(decoders: [], maxFuture: 0, clock: ManualClock(), judged: [])
    var input: InputReader
    var application: BatchApplication
    var checkpointer: Checkpointer
    /// The last committed batch. The state holds it, and behind it at most the one that is on its way and the one that waits for it.
    var batch: Int64 = 0
    /// Where each partition is to be read from after `batch`.
    var committedOffsets: [Int64] = []
    var journalOffset: Int64 = 0
    var largestEventTime = Int64.min

    /// A first reading of side topics was made again, and the state is not saved since.
    var hasLoadedAgain = false
    /// The last journalled batch that was applied again is of a first reading, which may have gone on.
    var isLoading = false
    /// All first readings that were made again gave what they had given.
    var isLoadedAsBefore = true

    // The batch that is being collected.
    var entries: [BatchEntry] = []
    /// Those of them that the clock has judged.
    var verdicts = 0
    /// When the first record of the next batch came; `nil` where none has.
    var arrivedAt: Int64?
    /// The batch that is applied next, and the one that was sent last.
    var next = AppliedBatch()
    var sent = AppliedBatch()
    /// The transaction of the latter, until it stands.
    var sending: Sending?
    /// How long the last batches took to apply, for so many records, and to send, in milliseconds.
    var pace = (applying: Int64(0), records: 0, sending: Int64(0))

    private var refusedOutputs = NoticePace()
    var deadLetters = NoticePace()
    var foundBots = NoticePace()
    var hasToldSeconds = false
    var poisonPause: PoisonPause

    var pollWait = 0
    var lastFailure: KafkaError?
    /// When a failure of that kind was last told.
    var failureToldAt: Int64 = 0
    /// The last failure that was told as the reason for not being ready was one for an operator.
    var hasToldOperator = false
    /// What was committed when the start read the offsets.
    var committedBefore: CommitMetadata?
    var startedAt: Int64 = 0
    var advancedAt: Int64 = 0
    /// The last commit, or word of the brokers.
    var heardAt: Int64 = 0
    var ownerSeenAt: Int64 = 0
    var topicsSeenAt: Int64 = 0
    var logsSeenAt: Int64 = 0
    var logMarks: LogMarks?
    /// A topic was missing since the committed offsets were last seen.
    var hasMissedTopic = false
    var checkpointedAt: Int64 = 0
    var checkpointedEvents = 0
    /// The batch of the last checkpoint that was begun; −1 where it failed.
    var checkpointedBatch: Int64 = -1

    /// A daemon that has not started.
    ///
    /// - Parameters:
    ///   - publication: An engine without state; the stored one is loaded into it.
    ///   - saveInBackground: Runs the saving of checkpoints elsewhere, one at a time; `nil` saves inline.
    ///   - sendInBackground: Runs the sending of batches elsewhere, one at a time; `nil` sends inline. A job may outlive `run` where that fails.
    ///   - isStopRequested: Asked between two calls; `true` ends the run gracefully.
    public init(
        settings: DaemonSettings, broker: any Broker, store: any StateStore, clock: any Clock, publication: Publication,
        saveInBackground: Background? = nil, sendInBackground: Background? = nil, observer: DaemonObserver = DaemonObserver(),
        isStopRequested: @escaping () -> Bool
    ) {
        self.settings = settings
        self.broker = broker
        self.store = store
        self.clock = clock
        self.publication = publication
        self.saveInBackground = saveInBackground
        self.sendInBackground = sendInBackground
        self.observer = observer
        self.isStopRequested = isStopRequested
        poisonPause = PoisonPause(after: settings.pauseAfter)
        sender = TransactionSender(broker, names: settings.outputs, group: settings.group, outputBytesMax: settings.outputBytesMax)
        sender.pseudonyms = settings.pseudonyms
        input = InputReader(broker, [], into: merge, through: intake, bounds: settings.bounds)
        application = BatchApplication(publication, partitions: [])
        checkpointer = Checkpointer(store, publication, slice: settings.checkpointSlice, background: saveInBackground, savedBatch: nil)
        sender.onRefused = { [unowned self] topic, bytes in
            metrics.counts.outputsRefused += 1
            guard let count = refusedOutputs.add(topic, at: clock.monotonicMilliseconds) else { return }
            observer.onNotice(.outputRefused(topic: topic, bytes: bytes, count: count))
        }
        sender.onDropped = { [unowned self] topic in
            metrics.counts.outputsDropped += 1
            observer.onNotice(.outputDropped(topic: topic))
        }
    }

    /// Starts, serves until asked to stop, drains, saves, and returns. Closing broker and store is the caller's.
    public func run() throws(DaemonError) {
        do throws(DaemonInterruption) {
            startedAt = clock.monotonicMilliseconds
            try start()
            try serve()
            observer.onNotice(.stopping)
            try drain()
        } catch {
            switch error {
            case .failed(let error): throw error
            case .stopped: break
            }
        }
        observer.onNotice(.stopped(batch: batch))
    }

    /// Tells of a step.
    func step(_ step: DaemonStep) throws(DaemonInterruption) {
        if !observer.onStep(step) { throw .failed(.interrupted(step)) }
        observer.onProgress(metrics)
    }

    /// Ends the run where a stop was asked for and nothing has to be drained.
    func checkStop() throws(DaemonInterruption) {
        if isStopRequested() { throw .stopped }
    }

    private func serve() throws(DaemonInterruption) {
        while !isStopRequested() {
            try watch()
            // Whether a probe brought poison again is known once it stands.
            if poisonPause.isPaused { try finishSending() } else { try settle() }
            if poisonPause.mayRead(at: clock.monotonicMilliseconds) {
                try takeInput()
                if !isLingering, collect() { try commitCollected() } else { try commitSilence() }
            } else {
                clock.sleep(milliseconds: Daemon.idleWait)
                try commitSilence()
            }
            try continueCheckpoint()
            observer.onPause()
            observer.onProgress(metrics)
        }
    }

    /// The graceful end: what is collected is committed, and the state is saved.
    private func drain() throws(DaemonInterruption) {
        if !entries.isEmpty || merge.hasTaken { try commitCollected() }
        try finishSending()
        try step(.drained)
        try saveNow()
    }
}

/// What ends a run, on its way up.
enum DaemonInterruption: Error {
    /// A stop was asked for while nothing of value was at hand: the next start goes on from what is committed.
    case stopped
    /// The run failed.
    case failed(DaemonError)
}
