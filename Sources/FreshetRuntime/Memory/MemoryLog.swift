/// The log of one partition: records, and the markers that end transactions.
struct MemoryLog {
    /// What stands at an offset.
    enum Entry {
        /// A record without a transaction, or of one that has committed.
        case committed(MemoryRecord)
        /// A record of a transaction that is open.
        case open(MemoryRecord, transaction: Int)
        /// A marker, or a record of a transaction that was aborted: readers skip it.
        case skipped
    }

    private var entries: [Entry] = []
    /// The offsets of records in open transactions, rising.
    private var openOffsets: [Int64] = []
    /// The first offset kept.
    private(set) var start: Int64 = 0

    /// The high watermark: the offset of the next entry.
    var end: Int64 { start + Int64(entries.count) }

    /// The offset up to which a read_committed reader comes: that of the first record of an open transaction, or the end.
    var stableEnd: Int64 { openOffsets.first ?? end }

    /// The committed record at `offset`.
    subscript(offset: Int64) -> MemoryRecord? {
        guard offset >= start, offset < end, case .committed(let record) = entries[Int(offset - start)] else { return nil }
        return record
    }

    mutating func append(_ entry: Entry) {
        if case .open = entry { openOffsets.append(end) }
        entries.append(entry)
    }

    /// Ends a transaction that wrote here, with a marker.
    mutating func end(_ transaction: Int, isCommitted: Bool) {
        let openBefore = openOffsets
        openOffsets = []
        for offset in openBefore {
            guard case .open(let record, let writer) = entries[Int(offset - start)] else { continue }
            if writer == transaction {
                entries[Int(offset - start)] = isCommitted ? .committed(record) : .skipped
            } else {
                openOffsets.append(offset)
            }
        }
        if openOffsets.count < openBefore.count { entries.append(.skipped) }
    }

    /// Drops what stands before `offset`, as retention does.
    mutating func drop(before offset: Int64) {
        let count = Int(min(max(offset - start, 0), Int64(entries.count)))
        entries.removeFirst(count)
        start += Int64(count)
        openOffsets.removeAll { $0 < start }
    }
}
