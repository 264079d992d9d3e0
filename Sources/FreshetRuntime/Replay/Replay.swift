import FreshetCore
import FreshetKafka

/// Applies merged records at full speed into a state: what replays of files and of topic ranges share.
///
/// Batches are `batchEventsMax` records; there is no clock, no tick and no transaction. Checkpoints stand between two batches.
final class Replay {
    /// What came so far.
    private(set) var progress = ReplayProgress()

    private let settings: ReplaySettings
    private let publication: Publication
    private let store: any StateStore
    private let origin: StateBoundary.Origin
    private let checkpointer: Checkpointer
    private let outputs = OutputBuffer()
    private var checkpointedEvents = 0
    /// Where side topics are to be read on.
    var sideOffsets: [TopicPartition: Int64] = [:]
    /// Takes the outputs of each batch.
    var write: ((OutputBuffer) throws(FileError) -> Void)?
    /// Told after each batch.
    var onProgress: (ReplayProgress) -> Void = { _ in }

    init(_ settings: ReplaySettings, _ publication: Publication, _ store: any StateStore, origin: StateBoundary.Origin) {
        self.settings = settings
        self.publication = publication
        self.store = store
        self.origin = origin
        checkpointer = Checkpointer(store, publication, background: nil, savedBatch: nil)
    }

    /// Loads the state, where there is one, and answers its boundary.
    func load() throws(ReplayError) -> StateBoundary? {
        guard let stored = try storing({ () throws(StoreError) in try self.store.loadBoundary() }) else { return nil }
        guard stored.origin == origin else { throw .otherOrigin(stored: stored.origin) }
        guard stored.settingsDigest == settings.settingsDigest else {
            throw .otherSettings(stored: stored.settingsDigest, configured: settings.settingsDigest)
        }
        try storing { () throws(StoreError) in try self.publication.restore(from: self.store) }
        sideOffsets = stored.sideOffsets
        progress.batch = stored.batch
        progress.watermark = stored.watermark
        checkpointedEvents = Int(publication.engine.eventsApplied)
        return stored
    }

    private func storing<Result>(_ call: () throws(StoreError) -> Result) throws(ReplayError) -> Result {
        do throws(StoreError) { return try call() } catch { throw .store(error) }
    }

    /// Applies what `merge` gives to its end, or to `until`.
    ///
    /// - Parameters:
    ///   - limits: Where each partition ends, where that is not its end.
    ///   - verdicts: The offsets of each partition that an earlier run rejected by its clock.
    ///   - feed: Brings more of a partition that is waited for, or its end.
    ///   - positions: Where each partition is to be read from next.
    func run(
        _ merge: Merge, _ application: BatchApplication, limits: [Int64]? = nil, verdicts: [Set<Int64>]? = nil,
        feed: (Int) throws(ReplayError) -> Void,
        positions: () -> [TopicPartition: Int64], taken: (Int, Int64) -> Void = { _, _ in }
    ) throws(ReplayError) {
        var entries: [BatchEntry] = []
        var isOver = false
        while !isOver {
            merge.beginBatch(limits: limits, verdicts: verdicts)
            isOver = try collect(from: merge, into: &entries, feed, taken)
            if !entries.isEmpty { try apply(entries, application) }
            while isOver, publication.owesRecords { try apply([], application) }
            entries.removeAll(keepingCapacity: true)
            merge.releaseConsumed()
            let isDue = Int(publication.engine.eventsApplied) - checkpointedEvents >= settings.checkpointEventsMax
            if isOver { try refuseNothing() }
            if isOver || isDue { try save(positions()) }
        }
    }

    /// Records in a wrong format would be passed for good, and a replay in the right one would begin behind them.
    private func refuseNothing() throws(ReplayError) {
        let counts = progress.counts
        let rejected = counts.deadLettered - counts.sidesRejected
        guard let first = progress.firstRejected, rejected >= PoisonPause.deadLettersMin else { return }
        if counts.records - counts.sides - counts.sidesRejected == rejected { throw .nothingAcceptable(rejected, first) }
    }

    /// Answers whether nothing is left.
    private func collect(
        from merge: Merge, into entries: inout [BatchEntry], _ feed: (Int) throws(ReplayError) -> Void, _ taken: (Int, Int64) -> Void
    ) throws(ReplayError) -> Bool {
        while entries.count < settings.batchEventsMax {
            switch merge.next() {
            case .record(let partition):
                if let until = settings.until, case .event(let event) = merge.queues[partition].first.content, event.time > until {
                    progress.isCutOff = true
                    return true
                }
                let record = merge.take(partition)
                taken(partition, record.offset)
                entries.append(BatchEntry(partition: partition, record: record))
            case .waiting(let partition): try feed(partition)
            case .cut: return false
            case .drained: return true
            }
        }
        return false
    }

    private func apply(_ entries: [BatchEntry], _ application: BatchApplication) throws(ReplayError) {
        outputs.removeAll()
        progress.counts += application.apply(entries, tick: nil, outputs: outputs)
        note(application)
        progress.batch += 1
        for index in entries.indices {
            if case .event(let event) = entries[index].record.content { progress.watermark = max(progress.watermark, event.time.milliseconds) }
        }
        do throws(FileError) { try write?(outputs) } catch { throw .file(error) }
        onProgress(progress)
    }

    /// Applies a file of the catalogue, as a batch of its own.
    func load(_ file: CatalogueFile, as partition: Int, _ application: BatchApplication, _ lineBytesMax: Int) throws(ReplayError) {
        try load(application) { body throws(ReplayError) in
            try file.forEach(as: partition, lineBytesMax: lineBytesMax, body)
        }
    }

    /// Applies the records of side topics that `read` hands over, as a batch of its own.
    func load(_ application: BatchApplication, _ read: ((SideRecord) -> Void) throws(ReplayError) -> Void) throws(ReplayError) {
        outputs.removeAll()
        var counts = BatchCounts()
        // Dead letters that nobody gets are only counted.
        let written = write == nil ? nil : outputs
        try read { application.apply($0, written, &counts) }
        if counts.sides > 0 { application.finishSides() }
        counts.countWritten(outputs)
        progress.counts += counts
        note(application)
        progress.batch += 1
        do throws(FileError) { try write?(outputs) } catch { throw .file(error) }
        onProgress(progress)
    }

    private func note(_ application: BatchApplication) {
        let rejected = application.takeFirstRejected()
        progress.firstRejected = progress.firstRejected ?? rejected
    }

    private func save(_ positions: [TopicPartition: Int64]) throws(ReplayError) {
        checkpointedEvents = Int(publication.engine.eventsApplied)
        var boundary = StateBoundary(
            batch: progress.batch, offsets: positions, origin: origin, journalOffset: 0, settingsDigest: settings.settingsDigest,
            watermark: progress.watermark, settingsText: settings.settingsText)
        boundary.sideOffsets = sideOffsets
        checkpointer.begin(boundary)
        while checkpointer.isEncoding { _ = checkpointer.encodeSlice() }
        if let error = checkpointer.takeOutcome()?.error { throw .store(error) }
    }
}
