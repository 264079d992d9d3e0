import FreshetCore
import FreshetKafka
import FreshetKernels

/// Side topics: what they say takes no part in the order of events, and is applied at the start of the batch that reads it (DESIGN section 5).
extension Daemon {
    /// What one batch takes of side topics: its journal record carries all of it.
    static let sideRecordsMax = 1_000
    static let sideBytesMax = SideRecord.bytesMax
    /// Records of one batch of a first reading, and dead letters after which it ends.
    static let loadedRecordsMax = 50_000
    static let loadedRejectionsMax = 1_000

    /// Takes what waits of side topics into the batch that is about to be applied.
    func takeSides() -> [SideRecord] {
        guard merge.hasSides else { return [] }
        return merge.takeSides(recordsMax: Daemon.sideRecordsMax, bytesMax: Daemon.sideBytesMax).compactMap { entry in
            guard let topic = sides[entry.partition] else { return nil }
            let original = entry.record.original
            var side = SideRecord(
                topic, partition: entry.partition, offset: entry.record.offset, key: original?.key, value: original?.value)
            side.original = original
            side.latest = intake.latestTime(brokerTime: entry.record.hasBrokerTime ? entry.record.timestamp : nil)
            if case .rejected(let code, let detail) = entry.record.content { side.rejection = (code, detail) }
            return side
        }
    }

    /// Lends the bytes of journalled records to `body`.
    func withSides<Result>(_ journalled: [JournalRecord.Side], _ body: ([SideRecord]) -> Result) -> Result {
        guard !journalled.isEmpty else { return body([]) }
        let arena = ByteArena()
        let sides = journalled.map { side -> SideRecord in
            var record = SideRecord(
                side.topic, partition: nil, offset: side.offset, key: side.key.withUnsafeBytes { arena.keep(ByteView($0)) },
                value: side.value.map { $0.withUnsafeBytes { arena.keep(ByteView($0)) } })
            record.isJournalled = true
            return record
        }
        return withExtendedLifetime(arena) { body(sides) }
    }

    // MARK: The first reading

    /// Reads side topics to their present ends that the state has never held, has held without any event, or was reading when the instance before
    /// ended, in batches of their own whose records the journal does not carry; then the state is saved, so that nothing is made of them that a
    /// later reading could not give again.
    func loadSides(since recovery: Recovery) throws(DaemonInterruption) {
        let goesOn = isLoading || publication.engine.eventsApplied == 0
        let before = batch
        for side in merge.sides {
            // A state that was made anew has them from the journal.
            let isHeld = recovery.stored.map { $0.sideOffsets[partitions[side]] != nil } ?? (recovery.inputs[side].committed != nil)
            if isHeld, !goesOn { continue }
            let log = try retrying { () throws(KafkaError) in try self.broker.logRange(of: self.partitions[side]) }
            // The journal may speak of a log that was made anew since.
            if !(log.lowerBound...log.upperBound).contains(merge.queues[side].consumed) { merge.skipSide(side, to: log.lowerBound) }
            while try load(side, below: log.upperBound) {}
        }
        guard batch != before || hasLoadedAgain else { return }
        // It is whole: a stop that is asked for now must not leave it to be read once more.
        try finishCheckpoint()
        try saveStart(heedsStop: false)
        try checkStop()
        try assignAll()
    }

    /// Reads the next records of a side partition, and commits them as a batch. Answers whether there were any.
    private func load(_ side: Int, below end: Int64) throws(DaemonInterruption) -> Bool {
        let start = merge.queues[side].consumed
        guard let topic = sides[side], start < end else { return false }
        try checkStop()
        next.removeAll()
        let read = try readSide(topic, partitions[side], start..<end, outputs: next.outputs)
        guard read.end > start else { return false }
        merge.skipSide(side, to: read.end)
        next.number = batch + 1
        next.counts = read.counts
        next.firstRejected = application.takeFirstRejected()
        next.counts.countWritten(next.outputs)
        next.offsets = positions
        next.appliedAt = clock.monotonicMilliseconds
        var record = JournalRecord(batch: next.number, nonce: settings.nonce, settingsDigest: settings.settingsDigest, taken: [])
        record.takenSides = [JournalRecord.Taken(partitions[side], start..<read.end, rejected: read.future)]
        record.loaded = topic
        record.loadedRecords = Int64(read.counts.sides)
        record.write(to: next.journal)
        try step(.applied)
        sendNext()
        try finishSending()
        return true
    }

    /// Applies a journalled batch of a first reading again, from the topic, which need not be configured any more.
    func loadAgain(_ topic: SideTopic, _ record: JournalRecord, _ offsets: [Int64]) throws(DaemonInterruption) {
        (hasLoadedAgain, isLoading) = (true, true)
        for taken in record.takenSides {
            let records = try readAgain(topic, taken.partition, taken.range, verdicts: Set(taken.rejected))
            if records != record.loadedRecords { isLoadedAsBefore = false }
            if let side = partitions.firstIndex(of: taken.partition) { merge.skipSide(side, to: taken.range.upperBound) }
        }
        batch = record.batch
        committedOffsets = offsets
        try step(.caughtUpBatch)
    }

    /// Reads what the topic still holds of these offsets into the state. What compaction has removed since was replaced by a later record.
    /// Answers how many records were acceptable. `verdicts` are the offsets that the clock refused at the first reading; `nil`: it judges anew.
    @discardableResult
    func readAgain(
        _ topic: SideTopic, _ partition: TopicPartition, _ range: Range<Int64>, verdicts: Set<Int64>? = nil
    ) throws(DaemonInterruption) -> Int64 {
        let log = try retrying { () throws(KafkaError) in try self.broker.logRange(of: partition) }
        let kept = range.clamped(to: log)
        var (start, records) = (kept.lowerBound, Int64(0))
        while start < kept.upperBound {
            let read = try readSide(topic, partition, start..<kept.upperBound, outputs: nil, verdicts: verdicts)
            records += Int64(read.counts.sides)
            guard read.end > start else { break }
            start = read.end
        }
        return records
    }

    /// Applies records of a side partition as they are read. Answers where reading ended, what became of them, and the offsets of those that lay in
    /// the future.
    private func readSide(
        _ topic: SideTopic, _ partition: TopicPartition, _ range: Range<Int64>, outputs: OutputBuffer?, verdicts: Set<Int64>? = nil
    ) throws(DaemonInterruption) -> (end: Int64, counts: BatchCounts, future: [Int64]) {
        var counts = BatchCounts()
        var end = range.lowerBound
        guard !range.isEmpty else { return (end, counts, []) }
        let number = partitions.firstIndex(of: partition)
        var records = 0
        try retrying { () throws(KafkaError) in
            // A call that is made again goes on behind what was applied.
            try self.broker.read(partition, from: end) { record, chunk in
                guard record.offset < range.upperBound else { return false }
                let (key, value) = (record.key.map { ByteView($0) }, record.value.map { ByteView($0) })
                var side = SideRecord(topic, partition: number, offset: record.offset, key: key, value: value)
                side.consumed = (record, chunk)
                side.checkSize()
                side.latest = self.latestTime(of: record, verdicts)
                self.application.apply(side, outputs, &counts)
                end = record.offset + 1
                records += 1
                return records < Daemon.loadedRecordsMax && counts.deadLettered < Daemon.loadedRejectionsMax
            }
        }
        if counts.sides > 0 { application.finishSides() }
        return (end, counts, number.flatMap { application.takeFutureSides()[$0] } ?? [])
    }

    private func latestTime(of record: ConsumedRecord, _ verdicts: Set<Int64>?) -> EventTime? {
        guard let verdicts else { return intake.latestTime(brokerTime: record.brokerTime) }
        return verdicts.contains(record.offset) ? EventTime.never : nil
    }
}
