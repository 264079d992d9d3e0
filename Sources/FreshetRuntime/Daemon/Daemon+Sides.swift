import FreshetCore
import FreshetKafka
import FreshetKernels

/// Side topics: what they say takes no part in the order of events, and is applied at the start of the batch that reads it (DESIGN section 5).
extension Daemon {
    /// What one batch takes of side topics: its journal record carries all of it.
    static let sideRecordsMax = 1_000
    static let sideBytesMax = Intake.sideBytesMax
    /// Records of one batch of a first reading, and dead letters after which it ends.
    static let loadedRecordsMax = 50_000
    static let loadedRejectionsMax = 1_000

    /// Takes what waits of side topics into the batch that is about to be applied.
    func takeSides() -> [SideRecord] {
        guard merge.hasSides else { return [] }
        return merge.takeSides(recordsMax: Daemon.sideRecordsMax, bytesMax: Daemon.sideBytesMax).map { entry in
            var side = SideRecord(
                partition: entry.partition, offset: entry.record.offset, key: entry.record.original?.key, value: entry.record.original?.value)
            side.original = entry.record.original
            if case .rejected(let code, let detail) = entry.record.content { side.rejection = (code, detail) }
            return side
        }
    }

    /// Lends the bytes of journalled records to `body`.
    func withSides(_ journalled: [JournalRecord.Side], _ body: ([SideRecord]) -> Void) {
        guard !journalled.isEmpty else { return body([]) }
        let arena = ByteArena()
        let sides = journalled.compactMap { side -> SideRecord? in
            guard let partition = partitions.firstIndex(of: side.partition) else { return nil }
            let key = side.key.withUnsafeBytes { arena.keep(ByteView($0)) }
            return SideRecord(partition: partition, offset: side.offset, key: key, value: side.value.map { $0.withUnsafeBytes { arena.keep(ByteView($0)) } })
        }
        withExtendedLifetime(arena) { body(sides) }
    }

    /// Reads side topics to their present ends that the state has never held, or has held without any event, in batches of their own whose records
    /// the journal does not carry; then the state is saved. Lists that went out before are owed anew: they were made without.
    func loadSides(since stored: StateBoundary?) throws(DaemonInterruption) {
        let isFirst = publication.engine.eventsApplied == 0
        let unloaded = merge.sides.filter { isFirst || stored?.sideOffsets[partitions[$0]] == nil }
        guard !unloaded.isEmpty else { return }
        let before = batch
        for side in unloaded {
            let end = try retrying { () throws(KafkaError) in try self.broker.logRange(of: self.partitions[side]).upperBound }
            while try load(side, below: end) {}
        }
        guard batch != before else { return }
        if !isFirst { publication.oweAll() }
        try finishSending()
        try saveStart()
        try assignAll()
    }

    /// Reads the next records of a side partition, and commits them as a batch. Answers whether there were any.
    private func load(_ side: Int, below end: Int64) throws(DaemonInterruption) -> Bool {
        try checkStop()
        next.removeAll()
        let start = merge.queues[side].consumed
        let read = try readSide(side, start..<end, outputs: next.outputs)
        guard read.end > start else { return false }
        merge.skipSide(side, to: read.end)
        next.number = batch + 1
        next.counts = read.counts
        next.counts.countWritten(next.outputs)
        next.offsets = positions
        next.appliedAt = clock.monotonicMilliseconds
        var record = JournalRecord(batch: next.number, nonce: settings.nonce, settingsDigest: settings.settingsDigest, taken: [])
        record.takenSides = [JournalRecord.Taken(partitions[side], start..<read.end)]
        record.isLoaded = true
        record.write(to: next.journal)
        merge.beginBatch()
        try step(.applied)
        sendNext()
        try finishSending()
        return true
    }

    /// Applies a journalled batch of a first reading again, from the topics. What compaction has removed since was replaced by a later record.
    func loadAgain(_ record: JournalRecord, _ offsets: [Int64]) throws(DaemonInterruption) {
        for taken in record.takenSides {
            if let side = partitions.firstIndex(of: taken.partition) { try readAgain(side, taken.range) }
        }
        merge.beginBatch()
        batch = record.batch
        committedOffsets = offsets
        try step(.caughtUpBatch)
    }

    /// Reads what the topic still holds of these offsets into the state.
    func readAgain(_ side: Int, _ range: Range<Int64>) throws(DaemonInterruption) {
        var start = range.lowerBound
        while start < range.upperBound {
            let read = try readSide(side, start..<range.upperBound, outputs: nil)
            guard read.end > start else { break }
            start = read.end
        }
        merge.skipSide(side, to: range.upperBound)
    }

    /// Applies records of a side partition as they are read. Answers where reading ended, and what became of them.
    private func readSide(
        _ side: Int, _ range: Range<Int64>, outputs: OutputBuffer?
    ) throws(DaemonInterruption) -> (end: Int64, counts: BatchCounts) {
        var counts = BatchCounts()
        var end = range.lowerBound
        var records = 0
        application.beginSides(outputs)
        let partition = partitions[side]
        try retrying { () throws(KafkaError) in
            // A call that is made again goes on behind what was applied.
            try self.broker.read(partition, from: end) { record in
                guard record.offset < range.upperBound else { return false }
                let (key, value) = (record.key.map { ByteView($0) }, record.value.map { ByteView($0) })
                application.apply(SideRecord(partition: side, offset: record.offset, key: key, value: value), outputs, &counts)
                end = record.offset + 1
                records += 1
                return records < Daemon.loadedRecordsMax && counts.deadLettered < Daemon.loadedRejectionsMax
            }
        }
        application.finishSides()
        return (end, counts)
    }
}
