package import FreshetKernels

/// The decoded records of one partition that were read and not yet applied.
package struct PartitionQueue {
    /// Where the bytes of the records lie.
    package let arena = ByteArena()
    /// The next offset to be read: records below it are dropped.
    package private(set) var next: Int64
    /// The next offset to be applied.
    package private(set) var consumed: Int64
    /// Nothing stood behind `next` when the broker last said so.
    package private(set) var isAtEnd = false

    private var records: [PendingRecord] = []
    private var head = 0
    private static let compactionMin = 1024

    /// An empty queue of a partition that is read from `start` on.
    package init(start: Int64) {
        next = start
        consumed = start
    }

    /// The number of records that wait.
    package var count: Int { records.count - head }

    /// Whether none waits.
    package var isEmpty: Bool { head == records.count }

    /// The record to be applied next, read in place; there must be one.
    package var first: PendingRecord {
        _read { yield records[head] }
    }

    /// The offset of the record to be applied next.
    package var firstOffset: Int64? { head < records.count ? records[head].offset : nil }

    /// Appends a record that is not below `next`.
    package mutating func append(_ record: PendingRecord) {
        records.append(record)
        next = record.offset + 1
        isAtEnd = false
    }

    /// The broker says that nothing stands behind `position`. An end older than the last record says nothing.
    package mutating func end(at position: Int64) {
        guard position >= next else { return }
        next = position
        isAtEnd = true
    }

    /// No record stands before `position` that was not taken: markers of transactions count as applied, so that a log that was emptied behind
    /// them is not missed.
    package mutating func consume(through position: Int64) { consumed = max(consumed, position) }

    /// The records before `position` were applied without having been queued; none waits.
    package mutating func skip(to position: Int64) {
        precondition(isEmpty, "records wait that were applied already")
        next = position
        consumed = position
        isAtEnd = false
    }

    /// Takes the first record.
    package mutating func removeFirst() -> PendingRecord {
        let record = records[head]
        // A record holds a reference where it keeps its original: let go of it now.
        records[head].original = nil
        head += 1
        consumed = record.offset + 1
        if head == records.count {
            records.removeAll(keepingCapacity: true)
            head = 0
        } else if head >= PartitionQueue.compactionMin, head * 2 >= records.count {
            records.removeFirst(head)
            head = 0
        }
        return record
    }

    /// Gives the memory of applied records back; their views end.
    package func releaseConsumed() {
        arena.release(before: isEmpty ? arena.mark : first.mark)
    }
}
