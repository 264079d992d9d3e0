package import FreshetCore
package import FreshetKernels

/// A record of a side topic that is to be applied: as it was read, or as the journal holds it. Its owner keeps the bytes in place.
package struct SideRecord {
    /// The number of its partition.
    package var partition: Int
    /// Its offset.
    package var offset: Int64
    /// Its key; `nil` is null.
    package var key: ByteView?
    /// Its value; `nil` is null.
    package var value: ByteView?
    /// Its bytes with its headers, for a dead letter; `nil` where nothing is written.
    package var original: OriginalRecord?
    /// Why it is not acceptable, where its size alone says so.
    package var rejection: (code: RejectionCode, detail: String)?

    /// A record of a partition.
    package init(partition: Int, offset: Int64, key: ByteView?, value: ByteView?) {
        self.partition = partition
        self.offset = offset
        self.key = key
        self.value = value
    }
}
