import FreshetCore

/// Merges the records of all partitions by heads, least key first (DESIGN section 5).
///
/// The order inside a batch is a function of the batch's ranges alone: a live run, catch-up and replay use this one type, live without
/// limits, catch-up with the ends of a journalled batch as limits. Nothing here knows a clock.
///
/// Partitions of side topics come behind those of events. They wait here too, take no part in the order, and are taken by `takeSides`.
package final class Merge {
    /// What comes next.
    package enum Step: Equatable {
        /// The first record of this partition: `take` it.
        case record(partition: Int)
        /// A head would have come before records that this batch applied while its partition was passed as empty: end the batch.
        case cut
        /// Whether this partition has a record is not known yet.
        case waiting(partition: Int)
        /// No partition has a record (within the batch's limits).
        case drained
    }

    /// The partitions, numbered by (topic name bytes, partition).
    @exclusivity(unchecked) package private(set) var queues: [PartitionQueue]
    /// Records that wait.
    @exclusivity(unchecked) package private(set) var pendingRecords = 0
    /// Bytes that waiting records hold.
    @exclusivity(unchecked) package private(set) var pendingBytes = 0
    /// Records that came below the next expected offset, and were dropped.
    package private(set) var droppedRecords = 0

    @exclusivity(unchecked) private var heads: [Head]
    @exclusivity(unchecked) private var starts: [Int64]
    @exclusivity(unchecked) private var limits: [Int64]
    @exclusivity(unchecked) private var verdicts: [Set<Int64>]

    /// The head of one partition, as this batch sees it.
    private struct Head {
        /// Its key; `nil` where no record within the limit is there.
        var key: MergeKey?
        /// Without a record: whether that is known to be the end.
        var isEnd = false
        /// The key of the partition's last record in this batch.
        var last: MergeKey?
        /// The largest key that was applied since the partition was passed as empty.
        var passed: MergeKey?
    }

    /// A merge of partitions that are read from `starts` on; the last `sides` of them are of side topics.
    package init(starts: [Int64], sides: Int = 0) {
        queues = starts.map(PartitionQueue.init(start:))
        heads = Array(repeating: Head(), count: starts.count - sides)
        self.starts = starts
        limits = Array(repeating: .max, count: starts.count)
        verdicts = Array(repeating: [], count: starts.count)
    }

    /// Begins a batch. With `limits` it ends at these offsets, one a partition, and the records at the offsets of `verdicts` count as rejected.
    package func beginBatch(limits: [Int64]? = nil, verdicts: [Set<Int64>]? = nil) {
        for partition in queues.indices {
            starts[partition] = queues[partition].consumed
            self.limits[partition] = limits?[partition] ?? .max
            self.verdicts[partition] = verdicts?[partition] ?? []
            guard partition < heads.count else { continue }
            heads[partition] = Head()
            look(at: partition)
        }
    }

    /// The offsets of a partition that this batch took so far; empty where it took none.
    package func range(of partition: Int) -> Range<Int64> { starts[partition]..<queues[partition].consumed }

    /// Whether this batch took offsets of any partition: those of records, or of the markers that transactions end with.
    package var hasTaken: Bool { queues.indices.contains { starts[$0] < queues[$0].consumed } }

    /// Whether a record at `offset` is to be pushed. One below the next expected offset was delivered twice: it is dropped and counted.
    package func expects(_ offset: Int64, of partition: Int) -> Bool {
        if offset >= queues[partition].next { return true }
        droppedRecords += 1
        return false
    }

    /// Appends a record that is expected.
    package func push(_ record: PendingRecord, to partition: Int) {
        queues[partition].append(record)
        pendingRecords += 1
        pendingBytes += record.bytes
        if partition < heads.count, heads[partition].key == nil { look(at: partition) }
    }

    /// The broker says that nothing stands behind `position` of a partition.
    package func end(of partition: Int, at position: Int64) {
        queues[partition].end(at: position)
        if partition < heads.count, heads[partition].key == nil { look(at: partition) }
    }

    // MARK: Side topics

    /// The partitions of side topics.
    package var sides: Range<Int> { heads.count..<queues.count }

    /// Whether records of side topics wait.
    package var hasSides: Bool { sides.contains { !queues[$0].isEmpty } }

    /// Takes records of side topics, by partition and offset, as many as one batch may hold.
    package func takeSides(recordsMax: Int, bytesMax: Int) -> [BatchEntry] {
        var taken: [BatchEntry] = []
        var bytes = 0
        for partition in sides {
            while !queues[partition].isEmpty, taken.count < recordsMax {
                let next = queues[partition].first.bytes
                guard taken.isEmpty || bytes + next <= bytesMax else { return taken }
                bytes += next
                let record = queues[partition].removeFirst()
                pendingRecords -= 1
                pendingBytes -= record.bytes
                taken.append(BatchEntry(partition: partition, record: record))
            }
            if queues[partition].isEmpty, queues[partition].isAtEnd { queues[partition].consume(through: queues[partition].next) }
        }
        return taken
    }

    /// The records of a side partition before `position` were applied without coming through here.
    package func skipSide(_ partition: Int, to position: Int64) {
        queues[partition].skip(to: position)
        starts[partition] = position
    }

    /// What comes next.
    package func next() -> Step {
        var best = -1
        for partition in heads.indices {
            guard let key = heads[partition].key else {
                if heads[partition].isEnd { continue }
                return .waiting(partition: partition)
            }
            if let passed = heads[partition].passed, key < passed { return .cut }
            if best < 0 || key < heads[best].key! { best = partition }
        }
        return best < 0 ? .drained : .record(partition: best)
    }

    /// Takes the record that `next` named.
    package func take(_ partition: Int) -> PendingRecord {
        guard let key = heads[partition].key else { preconditionFailure("take what next() named") }
        var record = queues[partition].removeFirst()
        pendingRecords -= 1
        pendingBytes -= record.bytes
        if isRejected(record.offset, of: partition) { record.content = .rejected(.inTheFuture, detail: "by the journal") }
        for other in heads.indices where heads[other].key == nil {
            if let passed = heads[other].passed, key < passed { continue }
            heads[other].passed = key
        }
        heads[partition].last = key
        heads[partition].passed = nil
        look(at: partition)
        return record
    }

    /// The partitions of which it is not known whether they have a record.
    package var waitingPartitions: [Int] { heads.indices.filter { heads[$0].key == nil && !heads[$0].isEnd } }

    /// Whether all partitions were read to their ends.
    package var isAtEnd: Bool { pendingRecords == 0 && queues.allSatisfy(\.isAtEnd) }

    /// Gives the memory of applied records back; the views of all taken records end.
    package func releaseConsumed() {
        for queue in queues { queue.releaseConsumed() }
    }

    private func isRejected(_ offset: Int64, of partition: Int) -> Bool {
        !verdicts[partition].isEmpty && verdicts[partition].contains(offset)
    }

    private func look(at partition: Int) {
        let limit = limits[partition]
        guard !queues[partition].isEmpty, queues[partition].first.offset < limit else {
            heads[partition].key = nil
            heads[partition].isEnd = limit == .max ? queues[partition].isAtEnd : queues[partition].count > 0 || queues[partition].next >= limit
            if heads[partition].isEnd { queues[partition].consume(through: min(limit, queues[partition].next)) }
            return
        }
        if case .event(let event) = queues[partition].first.content, !isRejected(queues[partition].first.offset, of: partition) {
            heads[partition].key = MergeKey(time: event.time.milliseconds, user: event.user, rank: event.type.rawValue, partition: partition)
        } else {
            heads[partition].key = heads[partition].last ?? .least(partition: partition)
        }
    }
}
