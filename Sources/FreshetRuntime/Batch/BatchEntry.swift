/// A record in its place in a batch.
package struct BatchEntry {
    /// The number of its partition.
    package var partition: Int
    /// The record.
    package var record: PendingRecord

    /// A record of a partition.
    package init(partition: Int, record: PendingRecord) {
        self.partition = partition
        self.record = record
    }
}
