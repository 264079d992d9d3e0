package import FreshetCore
package import FreshetKernels

/// A decoded record that waits for its turn. Its views live in the arena of its partition.
package struct PendingRecord {
    /// The record's offset, or the line's number.
    package var offset: Int64
    /// The record's own time in milliseconds; −1 where it has none.
    package var timestamp: Int64
    /// What it turned out to be.
    package var content: Decoded
    /// Its bytes as they came, kept where it may become a dead letter.
    package var original: OriginalRecord?
    /// It was rejected by the clock at the first reading: a verdict that the journal must carry.
    package var isFutureVerdict = false
    /// Of a record of a side topic: `timestamp` is the broker's, and not its producer's.
    package var hasBrokerTime = false
    /// The arena's mark before its bytes were copied.
    package var mark = 0
    /// The bytes it holds.
    package var bytes = 0

    /// A record from its parts.
    package init(offset: Int64, timestamp: Int64 = -1, content: Decoded, original: OriginalRecord? = nil) {
        self.offset = offset
        self.timestamp = timestamp
        self.content = content
        self.original = original
    }
}

/// A record's bytes as they came. They live in the arena of its partition.
package final class OriginalRecord {
    /// The key; `nil` is null.
    package let key: ByteView?
    /// The value; `nil` is null, or left out for its size.
    package let value: ByteView?
    /// The headers, in order.
    package let headers: [RecordHeader]
    /// The size of a value that was left out.
    package let omittedBytes: Int?
    /// The number of headers that were left out for their size.
    package let omittedHeaders: Int

    /// The bytes that the headers hold.
    package var headerBytes: Int { headers.reduce(0) { $0 + $1.name.count + ($1.value?.count ?? 0) + MemoryLayout<RecordHeader>.stride } }

    /// A record's bytes from their parts.
    package init(key: ByteView?, value: ByteView?, headers: [RecordHeader] = [], omittedBytes: Int? = nil, omittedHeaders: Int = 0) {
        self.key = key
        self.value = value
        self.headers = headers
        self.omittedBytes = omittedBytes
        self.omittedHeaders = omittedHeaders
    }
}
