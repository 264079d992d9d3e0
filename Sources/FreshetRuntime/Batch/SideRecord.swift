package import FreshetCore
package import FreshetKafka
package import FreshetKernels

/// A record of a side topic that is to be applied: as it was read, or as the journal holds it. Its owner keeps the bytes in place.
package struct SideRecord {
    /// What the topic is about.
    package var topic: SideTopic
    /// The number of its partition; `nil` where the topic is not read any more.
    package var partition: Int?
    /// It is the journal's, which names people by pseudonym.
    package var isJournalled = false
    /// The latest time that it may name, where it names one; `nil`: any.
    package var latest: EventTime?
    /// Its offset.
    package var offset: Int64
    /// Its key; `nil` is null.
    package var key: ByteView?
    /// Its value; `nil` is null.
    package var value: ByteView?
    /// Its bytes with its headers, for a dead letter; `nil`: they were not kept.
    package var original: OriginalRecord?
    /// Where its headers are, while it is applied, where it is read in that moment.
    package var consumed: (record: ConsumedRecord, chunk: any RecordChunk)?
    /// Why it is not acceptable, where its size alone says so.
    package var rejection: (code: RejectionCode, detail: String)?

    /// A record of a partition.
    package init(_ topic: SideTopic, partition: Int?, offset: Int64, key: ByteView?, value: ByteView?) {
        self.topic = topic
        self.partition = partition
        self.offset = offset
        self.key = key
        self.value = value
    }

    /// The longest one, key and value: the journal carries it in a record of its own.
    package static let bytesMax = 256 << 10

    /// Why a record of so many bytes is refused; `nil`: it is not.
    package static func rejection(ofBytes bytes: Int) -> (code: RejectionCode, detail: String)? {
        bytes > bytesMax ? (.recordTooLarge, "the record has \(bytes) bytes; at most \(bytesMax) are taken") : nil
    }

    /// Refuses a record that is too long for the journal.
    package mutating func checkSize() {
        rejection = SideRecord.rejection(ofBytes: (key?.count ?? 0) + (value?.count ?? 0))
        guard rejection != nil else { return }
        let shortKey = key.flatMap { $0.count <= Intake.keyBytesMax ? $0 : nil }
        original = OriginalRecord(key: shortKey, value: nil, omittedBytes: value?.count ?? 0)
    }
}
