package import FreshetKernels

/// Where a record stands in the order of application: (event time, user id bytes, type rank, partition).
///
/// Partitions are numbered by (topic name bytes, partition), and within one the offset orders, so the order is total. The user's bytes
/// live in the arena of the record's partition.
package struct MergeKey: Comparable {
    /// Milliseconds of event time.
    package var time: Int64
    /// The bytes of the user's id.
    package var user: ByteView
    /// The type's rank.
    package var rank: UInt8
    /// The number of the partition.
    package var partition: Int32

    /// A key from its parts.
    package init(time: Int64, user: ByteView, rank: UInt8, partition: Int) {
        self.time = time
        self.user = user
        self.rank = rank
        self.partition = Int32(partition)
    }

    /// The key of a record without a readable one that is its partition's first in the batch: before every event.
    package static func least(partition: Int) -> MergeKey { MergeKey(time: .min, user: .empty, rank: 0, partition: partition) }

    /// Time first; the rest only on ties.
    package static func < (left: MergeKey, right: MergeKey) -> Bool {
        if left.time != right.time { return left.time < right.time }
        if left.user != right.user { return left.user < right.user }
        if left.rank != right.rank { return left.rank < right.rank }
        return left.partition < right.partition
    }
}
