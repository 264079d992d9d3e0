package import FreshetKafka

/// What the journal says of one batch: all that is needed to apply it again.
package struct JournalRecord: Equatable, Sendable {
    /// The offsets of one partition that a batch took.
    package struct Taken: Equatable, Sendable {
        /// The partition.
        package var partition: TopicPartition
        /// From the batch's first offset to behind its last; never empty.
        package var range: Range<Int64>
        /// The offsets inside that were rejected by the clock at the first reading, rising.
        package var rejected: [Int64]

        /// What a batch took from its parts.
        package init(_ partition: TopicPartition, _ range: Range<Int64>, rejected: [Int64] = []) {
            self.partition = partition
            self.range = range
            self.rejected = rejected
        }
    }

    /// The batch's number, from 1.
    package var batch: Int64
    /// The instance that applied it.
    package var nonce: String
    /// The digest of what shapes state.
    package var settingsDigest: String
    /// What it took, in the order of the partitions; empty for a batch without records.
    package var taken: [Taken]
    /// The watermark of its tick.
    package var tick: Int64?

    /// A record from its parts.
    package init(batch: Int64, nonce: String, settingsDigest: String, taken: [Taken], tick: Int64? = nil) {
        self.batch = batch
        self.nonce = nonce
        self.settingsDigest = settingsDigest
        self.taken = taken
        self.tick = tick
    }
}
