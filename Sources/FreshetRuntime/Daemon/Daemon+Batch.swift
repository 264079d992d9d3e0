import FreshetCore
import FreshetKernels
import FreshetKafka

extension Daemon {
    /// Verdicts of the clock that one journal record holds, at most 20 digits each: it stays far below the size that a topic takes.
    static let verdictsMax = 10_000

    /// The age up to which an hour that broke with the weeks before is worth a warning.
    static let alarmAgeMax: Int64 = 86_400_000

    /// Whether records wait in the merge for others to come into the same batch: what comes late with an earlier time would cut it.
    ///
    /// They wait for `batch.max_wait`, and, while a batch is on its way, until to apply them takes as long as that one still needs; unless there are
    /// more than a batch holds.
    var isLingering: Bool {
        guard entries.isEmpty, !input.isFull, let arrivedAt else { return false }
        switch merge.next() {
        case .waiting, .drained: return false
        case .record, .cut: break
        }
        let now = clock.monotonicMilliseconds
        if now - arrivedAt < Int64(settings.batchMaxWait) { return true }
        guard let sending else { return false }
        let left = pace.sending - (now - sending.since)
        return Int64(merge.pendingRecords) * pace.applying < left * Int64(max(1, pace.records))
    }

    /// Takes records from the merge into the batch. Answers whether it is to be committed.
    func collect() -> Bool {
        while entries.count < poisonPause.recordsMax(settings.batchEventsMax), verdicts < Daemon.verdictsMax {
            switch merge.next() {
            case .record(let partition):
                let record = merge.take(partition)
                if record.isFutureVerdict { verdicts += 1 }
                entries.append(BatchEntry(partition: partition, record: record))
            case .cut: return true
            case .waiting, .drained:
                guard !entries.isEmpty, let arrivedAt else { return false }
                return clock.monotonicMilliseconds - arrivedAt >= Int64(settings.batchMaxWait)
            }
        }
        return true
    }

    /// Applies the batch that is collected, and sends it as soon as the one before stands.
    func commitCollected() throws(DaemonInterruption) {
        try step(.collected)
        try applyAndSend(tick: nil)
    }

    /// The least time from one batch without records to the next.
    static let tickInterval: Int64 = 1_000

    /// Lets event time go on by the clock while all inputs are silent, takes markers along that no record followed, and writes what earlier
    /// batches owe: an empty batch. What they had no room for is written before that, at once, unless records wait to come into a batch.
    func commitSilence() throws(DaemonInterruption) {
        if publication.isBehind || merge.hasSides, entries.isEmpty, !isLingering { return try applyAndSend(tick: nil) }
        let elapsed = clock.monotonicMilliseconds - advancedAt
        guard elapsed >= Daemon.tickInterval, entries.isEmpty, sending == nil, pollWait == 0, merge.isAtEnd else { return }
        let watermark = publication.engine.watermark
        // Where poison waits unread, nothing is silent.
        let mayTick = settings.ticks && intake.isCurrent && watermark != .never && poisonPause.mayRead(at: clock.monotonicMilliseconds)
        if mayTick, let ends = hearBrokers(), input.hasRead(to: ends) {
            try applyAndSend(tick: watermark.advanced(by: elapsed).milliseconds)
        } else if merge.hasTaken || publication.owesRecords {
            try applyAndSend(tick: nil)
        }
    }

    private func applyAndSend(tick: Int64?) throws(DaemonInterruption) {
        // A checkpoint is of a committed batch, and freezes the state before the next one changes it.
        if isCheckpointDue {
            try finishSending()
            try beginCheckpointIfDue()
        }
        try apply(tick: tick)
        try finishSending()
        sendNext()
        try settle()
    }

    /// Applies what is collected, and lets go of the records.
    private func apply(tick: Int64?) throws(DaemonInterruption) {
        let began = clock.monotonicMilliseconds
        next.removeAll()
        next.number = (sending == nil ? batch : sent.number) + 1
        let taken = takeSides()
        next.offsets = positions
        next.counts = application.apply(entries, tick: tick, outputs: next.outputs, sides: taken)
        next.firstRejected = application.takeFirstRejected()
        next.firstBot = application.takeFirstBot()
        next.trackingAlarms = publication.trackingAlarms
        next.appliedAt = clock.monotonicMilliseconds
        if !entries.isEmpty { (pace.applying, pace.records) = (next.appliedAt - began, entries.count) }
        // A batch that only publishes what is owed is no event.
        if !entries.isEmpty || !taken.isEmpty || tick != nil || merge.hasTaken { advancedAt = next.appliedAt }
        try step(.applied)
        journalRecord(next.number, tick: tick).write(to: next.journal)
        next.noteTimes(of: entries)
        entries.removeAll(keepingCapacity: true)
        verdicts = 0
        merge.beginBatch()
        merge.releaseConsumed()
        arrivedAt = merge.pendingRecords > 0 ? next.appliedAt : nil
    }

    /// The batch stands, since so long by the wall clock.
    func noteCommitted(_ committed: AppliedBatch, at wallTime: Int64) {
        batch = committed.number
        committedOffsets = committed.offsets.map(\.offset)
        largestEventTime = max(largestEventTime, committed.largestEventTime)
        let now = clock.monotonicMilliseconds
        // A broker that took so long was away meanwhile: that is no time of silent inputs.
        if now - committed.appliedAt >= Daemon.tickInterval { advancedAt = now }
        if let offset = broker.journalOffset { noteJournal(offset) }
        for index in sender.replaced.sorted() {
            committed.counts.countReplaced(committed.outputs.topic(index), isDropped: sender.dropped.contains(index))
        }
        account(committed, at: wallTime)
        tell(of: committed, at: now, wallTime)
        heed(poisonPause.observe(committed.counts, at: now))
    }

    /// The batch's record stands at `offset`. Below the one before, the journal was deleted and made anew: only the state holds what came before,
    /// and where it says that the journal begins is no use any more, so that it is saved at once.
    private func noteJournal(_ offset: Int64) {
        if offset < journalOffset {
            observer.onNotice(.journalAnew(batch: batch - 1))
            checkpointedAt = clock.monotonicMilliseconds - settings.checkpointInterval
        }
        journalOffset = offset + 1
    }

    /// Where each partition is to be read from next, those that did not move included.
    var positions: [PartitionStart] {
        partitions.indices.map { PartitionStart(partitions[$0], at: merge.queues[$0].consumed) }
    }

    private func journalRecord(_ number: Int64, tick: Int64?) -> JournalRecord {
        var rejected = application.takeFutureSides()
        for index in entries.indices where entries[index].record.isFutureVerdict {
            rejected[entries[index].partition, default: []].append(entries[index].record.offset)
        }
        func taken(_ numbers: Range<Int>) -> [JournalRecord.Taken] {
            numbers.compactMap { partition in
                let range = merge.range(of: partition)
                return range.isEmpty ? nil : JournalRecord.Taken(partitions[partition], range, rejected: rejected[partition] ?? [])
            }
        }
        var record = JournalRecord(
            batch: number, nonce: settings.nonce, settingsDigest: settings.settingsDigest, taken: taken(0..<merge.sides.lowerBound), tick: tick)
        record.takenSides = taken(merge.sides).sorted { $0.partition < $1.partition }
        record.sides = application.acceptedSides.compactMap { side in
            guard let partition = side.partition else { return nil }
            return JournalRecord.Side(
                side.topic, partitions[partition], offset: side.offset, key: side.key.map { [UInt8]($0.buffer) } ?? [],
                value: side.value.map { [UInt8]($0.buffer) })
        }
        return record
    }

    private func heed(_ change: PoisonPause.Change?) {
        switch change {
        case nil: return
        case .paused(let alarm):
            metrics.isReady = false
            observer.onNotice(.paused(alarm))
        case .resumed:
            observer.onNotice(.resumed)
            becomeReady()
        }
    }

    /// What an operator may want to know of the records of a batch that stands.
    private func tell(of committed: AppliedBatch, at now: Int64, _ wallTime: Int64) {
        if let rejected = committed.firstRejected, let count = deadLetters.add("", count: committed.counts.deadLettered, at: now) {
            observer.onNotice(.deadLetters(count: count, rejected))
        }
        if let bot = committed.firstBot, foundBots.add("", at: now) != nil { observer.onNotice(.foundBot(bot)) }
        if !hasToldSeconds, let warning = EventTime(milliseconds: committed.largestEventTime).secondsWarning {
            hasToldSeconds = true
            observer.onNotice(.suspectTimes(warning))
        }
        // Of a backlog the alarms are only counted: what they tell of is over.
        for alarm in committed.trackingAlarms where wallTime - alarm.hour.milliseconds < Daemon.alarmAgeMax {
            observer.onNotice(.trackingBroken(alarm))
        }
    }

    private func account(_ committed: AppliedBatch, at wallTime: Int64) {
        for time in committed.recordTimes { metrics.latency.add(wallTime - time) }
        metrics.counts += committed.counts
        metrics.batch = batch
        metrics.batches += 1
        metrics.pendingRecords = merge.pendingRecords
        metrics.droppedRecords = merge.droppedRecords
        metrics.lag = input.lag
        observer.onBatch(metrics)
    }
}
