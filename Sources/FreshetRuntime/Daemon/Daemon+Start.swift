import FreshetCore
import FreshetKafka
import FreshetKernels

extension Daemon {
    /// From nothing to a state at the committed batch, with our nonce at the broker.
    func start() throws(DaemonInterruption) {
        let stored = try loadState()
        try step(.stateLoaded)
        try findPartitions()
        try refuseBeforeFencing(stored)
        try retrying { () throws(KafkaError) in try self.sender.openProducer() }
        try step(.producerOpened)
        let recovery = recovery(from: stored, try readInputs())
        try step(.offsetsRead)
        committedBefore = recovery.newestCommit
        try follow(recovery)
        try loadSides(since: recovery)
        input.readsSides = true
        isServing = true
        metrics.batch = batch
        metrics.checkpointBatch = checkpointer.savedBatch ?? 0
        advancedAt = clock.monotonicMilliseconds
        merge.beginBatch()
        merge.releaseConsumed()
        arrivedAt = merge.pendingRecords > 0 ? advancedAt : nil
        try step(.ready)
        becomeReady()
    }

    /// Refuses a start that nothing can put right while an older instance, which may be serving, is not fenced yet.
    private func refuseBeforeFencing(_ stored: StateBoundary?) throws(DaemonInterruption) {
        // Where nothing is known yet, the same is decided behind the fence.
        guard let inputs = try? inputs(committed: broker.committedSoFar(partitions)) else { return }
        let recovery = recovery(from: stored, inputs)
        if let refusal = recovery.refusalBeforeFencing ?? refusalByJournal(recovery) { throw .failed(.refused(refusal)) }
    }

    /// Whether the beginning of what is to be applied again is not what the journal holds; the rest is found out on the way.
    private func refusalByJournal(_ recovery: Recovery) -> RecoveryRefusal? {
        guard case .catchUp(let end, _) = recovery.decide(), let stored = recovery.stored, let kept = try? broker.logRange(of: journal) else {
            return nil
        }
        guard stored.journalOffset <= kept.upperBound else {
            return .journalShort(batch: stored.batch + 1, committedBatch: end)
        }
        guard let slice = try? broker.journalSlice(of: journal, from: max(stored.journalOffset, kept.lowerBound)) else { return nil }
        var sequence = JournalSequence(after: stored.batch, through: end)
        do throws(RecoveryRefusal) {
            for (_, record) in slice.records { _ = try sequence.push(record) }
        } catch {
            return error
        }
        return slice.failure
    }

    private func recovery(from stored: StateBoundary?, _ inputs: [Recovery.Input]) -> Recovery {
        let digest = stored.map { settings.digest(for: $0.origin) } ?? settings.settingsDigest
        return Recovery(stored: stored, inputs: inputs, settingsDigest: digest, isRebuild: settings.isRebuild)
    }

    private func follow(_ recovery: Recovery) throws(DaemonInterruption) {
        switch recovery.decide() {
        case .refuse(let refusal): throw .failed(.refused(refusal))
        case .fresh(let offsets):
            if settings.isRebuild, committedBefore == nil { observer.onNotice(.nothingCommitted) }
            let offsets = try settings.fromTime.map { time throws(DaemonInterruption) in try offsetsByTime(time) } ?? offsets
            try begin(at: nil, batch: 0, offsets, isNew: true)
        case .resume(let offsets): try begin(at: recovery.stored, batch: recovery.committedBatch, offsets, isNew: false)
        case .adoptByTime:
            let offsets = try offsetsByTime(settings.fromTime ?? recovery.stored?.watermark ?? 0)
            try begin(at: recovery.stored, batch: recovery.stored?.batch ?? 0, offsets, isNew: true)
        case .adopt(let offsets): try begin(at: recovery.stored, batch: recovery.stored?.batch ?? 0, offsets, isNew: true)
        case .catchUp(let end, let ends):
            guard let stored = recovery.stored else { return }
            try probe(end, ends)
            let starts = recovery.starts(of: stored)
            // A journal that was deleted and made anew ends before the stored offset.
            place(at: stored.batch, starts, journalOffset: min(stored.journalOffset, try journalRange().upperBound), judgedBelow: ends)
            try catchUp(through: end, ends)
        case .rebuild(let end, let ends): try rebuild(through: end, ends)
        }
    }

    /// Begins at `offsets`. A new boundary, or one in a journal that was made anew, is saved at once, so that a kill before the first checkpoint
    /// recovers from the journal.
    private func begin(at stored: StateBoundary?, batch: Int64, _ offsets: [Int64], isNew: Bool) throws(DaemonInterruption) {
        let journalEnd = try journalRange().upperBound
        let journalStored = isNew ? journalEnd : stored?.journalOffset ?? 0
        let isJournalAnew = journalStored > journalEnd
        if isJournalAnew { observer.onNotice(.journalAnew(batch: batch)) }
        try probe(batch, offsets)
        place(at: batch, offsets, journalOffset: min(journalStored, journalEnd), judgedBelow: offsets)
        if isNew { publication.oweAll() }
        if isNew || isJournalAnew { try saveStart() }
        try assignAll()
    }

    /// Saves the state that the start made. Without it there is no going on.
    func saveStart(heedsStop: Bool = true) throws(DaemonInterruption) {
        checkpointer.begin(boundary)
        while true {
            if let outcome = checkpointer.takeOutcome() {
                if let error = outcome.error { throw .failed(.store(error)) }
                return try step(.startSaved)
            }
            if heedsStop { try checkStop() }
            if checkpointer.isEncoding { _ = checkpointer.encodeSlice() } else { clock.sleep(milliseconds: 1) }
        }
    }

    /// Puts the daemon between two batches.
    func place(at batch: Int64, _ starts: [Int64], journalOffset: Int64, judgedBelow: [Int64]) {
        self.batch = batch
        self.journalOffset = journalOffset
        committedOffsets = starts
        merge = Merge(starts: starts, sides: sides.count { $0 != nil })
        let decoders = eventPartitions.compactMap { partition in settings.inputs.first { $0.name == partition.topic }?.decoder }
        intake = Intake(decoders: decoders, maxFuture: settings.maxFuture, clock: clock, judged: judgedBelow.map { RangeSet(0..<$0) })
        input = InputReader(broker, partitions, into: merge, through: intake, bounds: settings.bounds)
        checkpointedAt = clock.monotonicMilliseconds
        checkpointedBatch = batch
        checkpointedEvents = Int(publication.engine.eventsApplied)
    }

    /// The first transaction: our nonce, the committed batch, the present offsets.
    func probe(_ batch: Int64, _ offsets: [Int64]) throws(DaemonInterruption) {
        let starts = zip(partitions, offsets).map { PartitionStart($0, at: $1) }
        let metadata = CommitMetadata(batch: batch, nonce: settings.nonce)
        try send(.probe(before: committedBefore), TransactionSender.Contents(outputs: nil, journal: nil, offsets: starts, metadata: metadata))
        try step(.probed)
    }

    private func loadState() throws(DaemonInterruption) -> StateBoundary? {
        do throws(StoreError) {
            if settings.isRebuild { store.replaceAll() }
            guard let stored = try store.loadBoundary() else { return nil }
            // Rows made under other settings are not read: the digest refuses this start.
            if stored.settingsDigest == settings.digest(for: stored.origin) { try publication.restore(from: store) }
            checkpointer = Checkpointer(store, publication, slice: settings.checkpointSlice, background: saveInBackground, savedBatch: stored.batch)
            largestEventTime = stored.watermark
            return stored
        } catch {
            throw .failed(.store(error))
        }
    }
}
