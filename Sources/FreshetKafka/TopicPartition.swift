/// A partition of a topic.
public struct TopicPartition: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The topic's name.
    public var topic: String
    /// The partition's number, from 0.
    public var partition: Int32

    /// The partition `partition` of `topic`.
    public init(_ topic: String, _ partition: Int32) {
        self.topic = topic
        self.partition = partition
    }

    /// `topic-partition`.
    public var description: String { "\(topic)-\(partition)" }

    /// By topic (Unicode scalars), then number.
    public static func < (left: TopicPartition, right: TopicPartition) -> Bool {
        if left.topic != right.topic { return left.topic.utf8.lexicographicallyPrecedes(right.topic.utf8) }
        return left.partition < right.partition
    }
}

/// A committed offset as the broker keeps it.
public struct CommittedOffset: Equatable, Sendable {
    /// The next offset to read.
    public var offset: Int64
    /// The text committed with it.
    public var metadata: String

    /// An offset with its text.
    public init(offset: Int64, metadata: String) {
        self.offset = offset
        self.metadata = metadata
    }
}

/// Where reading of a partition begins.
public struct PartitionStart: Equatable, Sendable {
    /// The partition.
    public var partition: TopicPartition
    /// The first offset wanted; an explicit number, never "beginning" or "end".
    public var offset: Int64

    /// Reading of `partition` begins at `offset`.
    public init(_ partition: TopicPartition, at offset: Int64) {
        self.partition = partition
        self.offset = offset
    }
}

/// A record as the client library hands it over. Its bytes are valid until the chunk that it came in is released.
public struct ConsumedRecord {
    /// Whose clock `timestamp` is.
    public enum TimestampKind: UInt8, Sendable {
        /// The broker gave none.
        case none
        /// The producer's clock (CreateTime).
        case create
        /// The broker's clock (LogAppendTime).
        case logAppend
    }

    /// The position of the record's partition in the list given to `assign`.
    public var partition: Int
    /// The record's offset.
    public var offset: Int64
    /// Milliseconds since the epoch; −1 where there is none.
    public var timestamp: Int64
    /// Whose clock `timestamp` is.
    public var timestampKind: TimestampKind
    /// The key; `nil` is a null key.
    public var key: UnsafeRawBufferPointer?
    /// The value; `nil` is a null value (a tombstone).
    public var value: UnsafeRawBufferPointer?
    /// Opaque: how the chunk finds the record's headers.
    public var handle: OpaquePointer?

    /// A record from its parts.
    public init(
        partition: Int, offset: Int64, timestamp: Int64, timestampKind: TimestampKind,
        key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?, handle: OpaquePointer? = nil
    ) {
        self.partition = partition
        self.offset = offset
        self.timestamp = timestamp
        self.timestampKind = timestampKind
        self.key = key
        self.value = value
        self.handle = handle
    }
}

/// A partition's end as the broker told it: every record below `position` has been handed over, and there was none behind it.
public struct PartitionEnd: Equatable, Sendable {
    /// The position of the partition in the list given to `assign`.
    public var partition: Int
    /// The offset of the next record to come.
    public var position: Int64

    /// The end of a partition at `position`.
    public init(partition: Int, position: Int64) {
        self.partition = partition
        self.position = position
    }
}

/// What one poll brought: records in arrival order (in offset order a partition; one may come twice), and the ends that were reached *after* them.
public protocol RecordChunk: AnyObject {
    /// The records.
    var records: [ConsumedRecord] { get }
    /// Ends of partitions that were reached; an end is newer than all records of its partition in this chunk.
    var ends: [PartitionEnd] { get }
    /// Calls `body` with the name and the value of each header of a record of this chunk.
    func forEachHeader(of record: ConsumedRecord, _ body: (_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer?) -> Void)
    /// Gives the records' memory back; their bytes end.
    func release()
}
