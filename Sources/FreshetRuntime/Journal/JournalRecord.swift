package import FreshetCore
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

    /// A record of a side topic that was applied at the start of a batch: compaction may remove the original.
    package struct Side: Equatable, Sendable {
        /// What its topic is about.
        package var topic: SideTopic
        /// Where it stood.
        package var partition: TopicPartition
        /// Its offset.
        package var offset: Int64
        /// Its key.
        package var key: [UInt8]
        /// Its value; `nil` is null.
        package var value: [UInt8]?

        /// A record from its parts.
        package init(_ topic: SideTopic, _ partition: TopicPartition, offset: Int64, key: [UInt8], value: [UInt8]?) {
            self.topic = topic
            self.partition = partition
            self.offset = offset
            self.key = key
            self.value = value
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
    /// The same of side topics.
    package var takenSides: [Taken] = []
    /// What side topics said, in the order of application.
    package var sides: [Side] = []
    /// It is one of the batches that a side topic of this kind was first read with, and holds nothing else: the topic is read again in its place.
    /// Nothing was made of it but the state that was saved behind it.
    package var loaded: SideTopic?
    /// The acceptable records of such a batch: where fewer are read again, compaction has removed some.
    package var loadedRecords: Int64 = 0

    /// A record from its parts.
    package init(batch: Int64, nonce: String, settingsDigest: String, taken: [Taken], tick: Int64? = nil) {
        self.batch = batch
        self.nonce = nonce
        self.settingsDigest = settingsDigest
        self.taken = taken
        self.tick = tick
    }
}
