import FreshetCore
import FreshetKafka

extension Daemon {
    /// Applies the batches after the present one up to `end` again, from the journal; nothing is written. It ends at the offsets `ends`.
    func catchUp(through end: Int64, _ ends: [Int64], savesOnTheWay: Bool = true) throws(DaemonInterruption) {
        let (since, first) = (clock.monotonicMilliseconds, batch + 1)
        observer.onNotice(.catchingUp(from: first, through: end))
        try assignAll()
        var sequence = JournalSequence(after: batch, through: end)
        var run = JournalledRun(recordsMax: settings.catchUpRecordsMax)
        try readJournal(from: journalOffset) { offset, record throws(DaemonInterruption) in
            let standing = try self.refusing { () throws(RecoveryRefusal) in try sequence.push(record) }
            if let standing { try self.take(standing, into: &run, savesOnTheWay) }
            // The record itself is not applied yet, so that the boundary's records begin at the latest here. One behind the end was written by an
            // instance that has fenced this one: the next start needs it.
            if record.batch <= end { self.journalOffset = offset }
        }
        if let last = try refusing({ () throws(RecoveryRefusal) in try sequence.finish() }) { try take(last, into: &run, savesOnTheWay) }
        try applyAgain(&run, savesOnTheWay)
        for (partition, queue) in merge.queues.enumerated() where queue.consumed != ends[partition] && sides[partition] == nil {
            throw .failed(.refused(.rangeGap(partitions[partition], batch: end, expected: ends[partition], found: queue.consumed)))
        }
        // What side topics said the journal has told: they are read on behind it.
        if sides.contains(where: { $0 != nil }) { try assignAll() }
        // They were told of when they came.
        _ = application.takeFirstRejected()
        _ = application.takeFirstBot()
        observer.onNotice(.caughtUp(batches: end - first + 1, milliseconds: clock.monotonicMilliseconds - since))
    }

    /// Makes the state anew from the oldest journalled batch on whose ranges exist.
    ///
    /// Where it is not the state that has published, because batches are missing, other settings hold or a side topic has lost what it was first read
    /// with, its lists are not those that stand in the topics: all are owed. Such a state is saved only when it is whole and owes them, so that a
    /// kill on the way does not forget them.
    func rebuild(through end: Int64, _ ends: [Int64]) throws(DaemonInterruption) {
        var logStarts: [TopicPartition: Int64] = [:]
        let inputs = try readInputs()
        for input in inputs {
            logStarts[input.partition] = input.log.lowerBound
            guard let committed = input.committed?.offset, committed < input.log.lowerBound else { continue }
            observer.onNotice(.inputLost(input.partition, committed..<input.log.lowerBound))
        }
        var scan = RebuildScan(logStarts: logStarts)
        let journalEnd = try journalRange().upperBound
        try readJournal(from: 0) { offset, record throws(DaemonInterruption) in
            if record.batch <= end { scan.push(record, at: offset) }
        }
        try refusing { () throws(RecoveryRefusal) in try scan.check(inputs, committedBatch: end) }
        let base = scan.batchBefore ?? end
        observer.onNotice(.rebuilding(firstBatch: base + 1, lastBatch: end))
        try probe(end, ends)
        place(at: base, scan.offsets(of: partitions, ends: ends), journalOffset: scan.journalOffset ?? journalEnd, judgedBelow: ends)
        // What side topics said before that, as far as they still hold it.
        for side in merge.sides {
            let (position, start) = (merge.queues[side].consumed, inputs[side].log.lowerBound)
            if base > 0, start < position, let topic = sides[side] { try readAgain(topic, partitions[side], start..<position) }
        }
        let hasPublished = base == 0 && scan.settingsDigests.isSubset(of: [settings.settingsDigest])
        // What a first reading of side topics gives now is known only behind it.
        let saves = hasPublished && !scan.hasLoaded
        if saves { try saveStart() }
        try catchUp(through: end, ends, savesOnTheWay: saves)
        if saves { return }
        if !hasPublished || !isLoadedAsBefore { publication.oweAll() }
        try saveStart()
    }

    /// Takes the records of one journalled batch, in the order that follows from its ranges alone, and applies what was taken where that is enough.
    private func take(_ record: JournalRecord, into run: inout JournalledRun, _ savesOnTheWay: Bool) throws(DaemonInterruption) {
        var limits = merge.queues.map(\.consumed)
        var verdicts = [Set<Int64>](repeating: [], count: partitions.count)
        for taken in record.taken {
            let number = partitions.firstIndex(of: taken.partition)
            guard let number, limits[number] == taken.range.lowerBound else {
                let expected = number.map { limits[$0] } ?? 0
                throw .failed(.refused(.rangeGap(taken.partition, batch: record.batch, expected: expected, found: taken.range.lowerBound)))
            }
            limits[number] = taken.range.upperBound
            verdicts[number] = Set(taken.rejected)
        }
        for taken in record.takenSides {
            if let side = partitions.firstIndex(of: taken.partition) { limits[side] = taken.range.upperBound }
        }
        if record.loaded != nil || !record.sides.isEmpty { try applyAgain(&run, savesOnTheWay) }
        if let topic = record.loaded { return try loadAgain(topic, record, limits) }
        merge.beginBatch(limits: limits, verdicts: verdicts)
        run.append(JournalledRun.Batch(number: record.batch, tick: record.tick, entries: try takeAll(), offsets: limits, sides: record.sides))
        for side in merge.sides { merge.skipSide(side, to: limits[side]) }
        if run.isLong || !publication.mayForeseeBatches || !record.sides.isEmpty { try applyAgain(&run, savesOnTheWay) }
    }

    /// Applies what was taken. A checkpoint is begun behind the last batch only: up to there, some users' lists are not noted.
    private func applyAgain(_ run: inout JournalledRun, _ savesOnTheWay: Bool) throws(DaemonInterruption) {
        application.foresee(run.batches.lazy.map(\.entries))
        for again in run.batches {
            withSides(again.sides) { sides in
                _ = application.applyForeseen(again.entries, tick: again.tick, outputs: nil, sides: sides)
            }
            switch application.unforgotten {
            case nil: break
            case .noRoom: throw .failed(.refused(.noRoomToForget(batch: again.number)))
            default: throw .failed(.refused(.otherPseudonymKey(batch: again.number)))
            }
            for entry in again.entries {
                if case .event(let event) = entry.record.content { largestEventTime = max(largestEventTime, event.time.milliseconds) }
            }
            batch = again.number
            isLoading = false
            committedOffsets = again.offsets
            try step(.caughtUpBatch)
            if savesOnTheWay { try continueCheckpoint(mayBegin: batch == run.batches.last?.number) }
        }
        run.removeAll()
        merge.releaseConsumed()
    }

    /// Takes all records within the batch's limits, and waits for those that have not come yet.
    private func takeAll() throws(DaemonInterruption) -> [BatchEntry] {
        var taken: [BatchEntry] = []
        while true {
            switch merge.next() {
            case .record(let partition): taken.append(BatchEntry(partition: partition, record: merge.take(partition)))
            case .cut, .drained: return taken
            case .waiting:
                try checkStop()
                try continueCheckpoint(mayBegin: false)
                try takeInput()
            }
        }
    }

    /// Calls `body` with each journal record from `offset` to the journal's present end.
    private func readJournal(
        from offset: Int64, _ body: (Int64, JournalRecord) throws(DaemonInterruption) -> Void
    ) throws(DaemonInterruption) {
        var next: Int64? = max(offset, try journalRange().lowerBound)
        while let from = next {
            let slice = try retrying { () throws(KafkaError) in try self.broker.journalSlice(of: self.journal, by: self.settings.group, from: from) }
            for (at, record) in slice.records { try body(at, record) }
            if let failure = slice.failure { throw .failed(.refused(failure)) }
            next = slice.next
        }
    }

    private func refusing<Result>(_ body: () throws(RecoveryRefusal) -> Result) throws(DaemonInterruption) -> Result {
        do throws(RecoveryRefusal) { return try body() } catch { throw .failed(.refused(error)) }
    }
}

/// Journalled batches that were taken and not yet applied: together, so that a user's lists in between need not be made.
private struct JournalledRun {
    struct Batch {
        var number: Int64
        var tick: Int64?
        var entries: [BatchEntry]
        var offsets: [Int64]
        var sides: [JournalRecord.Side]
    }

    /// What makes it long enough: records, their bytes, batches.
    let recordsMax: Int
    private static let bytesMax = 64 << 20
    private static let batchesMax = 1_000

    private(set) var batches: [Batch] = []
    private var records = 0
    private var bytes = 0

    init(recordsMax: Int) { self.recordsMax = recordsMax }

    var isLong: Bool { records >= recordsMax || bytes >= JournalledRun.bytesMax || batches.count >= JournalledRun.batchesMax }

    mutating func append(_ batch: Batch) {
        batches.append(batch)
        records += batch.entries.count
        for entry in batch.entries { bytes += entry.record.bytes }
    }

    mutating func removeAll() {
        self = JournalledRun(recordsMax: recordsMax)
    }
}
