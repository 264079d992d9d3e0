package import FreshetKafka
import FreshetKernels

/// Some records of the journal: long journals are read in slices, so that no call to the broker is made inside another one, and one that fails
/// is made again alone.
package struct JournalSlice {
    /// Records that are read at a time.
    package static let recordsMax = 500

    /// The records with their offsets, in order.
    package var records: [(offset: Int64, record: JournalRecord)] = []
    /// The first record that cannot be read; the slice ends before it.
    package var failure: RecoveryRefusal?

    /// Where the next slice begins; `nil` where the journal ends with this one.
    package var next: Int64? { records.count == JournalSlice.recordsMax ? records.last.map { $0.offset + 1 } : nil }
}

extension Broker {
    /// The records of a journal from `offset` on, at most so many as a slice holds; where a group is named, without those of others.
    package func journalSlice(of journal: TopicPartition, by group: String? = nil, from offset: Int64) throws(KafkaError) -> JournalSlice {
        var slice = JournalSlice()
        try read(journal, from: offset) { record, _ in
            if let group, JournalKey.isOfAnother(than: group, record.key) { return true }
            do throws(JournalError) {
                slice.records.append((record.offset, try JournalRecord(reading: record.value.map { ByteView($0) } ?? .empty)))
            } catch {
                slice.failure = .journalUnreadable(offset: record.offset, message: error.message)
                return false
            }
            return slice.records.count < JournalSlice.recordsMax
        }
        return slice
    }
}
