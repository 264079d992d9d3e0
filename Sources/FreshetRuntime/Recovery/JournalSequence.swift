/// Puts journal records in the order in which their batches stand: s+1, s+2 … c, each once. Pure.
///
/// Under `at_least_once` a batch may stand twice: written again after an unknown answer, or written by an instance that died before its
/// offsets were committed, and then anew. The last one stands, and follows directly.
package struct JournalSequence: Sendable {
    /// The number of the last batch that was given out.
    package private(set) var batch: Int64
    private let end: Int64
    private var held: JournalRecord?

    /// The sequence of the batches after `batch`, up to `end`.
    package init(after batch: Int64, through end: Int64) {
        self.batch = batch
        self.end = end
    }

    /// Whether all batches were given out.
    package var isComplete: Bool { batch >= end }

    /// Takes the next record of the journal. Answers the batch that is now known to stand.
    package mutating func push(_ record: JournalRecord) throws(RecoveryRefusal) -> JournalRecord? {
        guard record.batch > batch, record.batch <= end else { return nil }
        guard let last = held, record.batch != last.batch else {
            guard record.batch == batch + 1 else { throw .journalGap(batch: batch + 1) }
            held = record
            return nil
        }
        guard record.batch == last.batch + 1 else { throw .journalGap(batch: last.batch + 1) }
        held = record
        batch = last.batch
        return last
    }

    /// Tells that the journal ends here. Answers the last batch.
    package mutating func finish() throws(RecoveryRefusal) -> JournalRecord? {
        let last = held
        held = nil
        if let last { batch = last.batch }
        guard isComplete else { throw .journalShort(batch: batch + 1, committedBatch: end) }
        return last
    }
}
