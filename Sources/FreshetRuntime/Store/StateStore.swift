public import FreshetCore
public import FreshetKafka

/// Where state is kept between runs: rows by table and number, and the boundary they belong to.
///
/// `save` is one atomic change, with what was staged before it: after a crash either all of it stands or none.
public protocol StateStore: AnyObject {
    /// What the store holds, or `nil` where it is new.
    func loadBoundary() throws(StoreError) -> StateBoundary?
    /// Calls `body` with every row, table by table in the order of `StateTable`, by rising number.
    func loadRows(_ body: (StateTable, Int64, UnsafeRawBufferPointer) throws(StoreError) -> Void) throws(StoreError)
    /// Takes rows that the next `save` replaces and deletes together with its own. After a failure nothing is staged.
    func stage(_ changes: StateChanges) throws(StoreError)
    /// Forgets what is staged.
    func dropStaged()
    /// Replaces and deletes rows, and moves the boundary, all at once. After a failure nothing is staged.
    func save(_ changes: StateChanges, _ boundary: StateBoundary) throws(StoreError)
    /// Forgets what is stored, so that the store seems new: it leaves in the same change as the next `save`, and stands until then.
    func replaceAll()
    /// Closes the store and gives up its lock.
    func close()
}

/// The committed boundary that a state belongs to (DESIGN section 6, "S").
public struct StateBoundary: Equatable, Sendable {
    /// Where the state's offsets come from.
    public enum Origin: String, Sendable {
        /// A group's committed offsets.
        case live
        /// A `replay` of a topic range: the offsets become the first transaction's.
        case range
        /// A `replay` of files: offsets are found by time.
        case files
    }

    /// The number of the last batch in the state.
    public var batch: Int64
    /// The next offset of each input partition (for files: the next line, topic = base name).
    public var offsets: [TopicPartition: Int64]
    /// The same of the partitions of side topics.
    public var sideOffsets: [TopicPartition: Int64] = [:]
    /// Where the offsets come from.
    public var origin: Origin
    /// An offset of the journal's partition at or before the first record after `batch`.
    public var journalOffset: Int64
    /// The digest of what shapes state.
    public var settingsDigest: String
    /// The largest event time that was read from a file or topic; `Int64.min` before the first.
    public var watermark: Int64
    /// The settings in force, as `Configuration.storedText`; empty where nobody shows the state.
    public var settingsText: String

    /// A boundary from its parts.
    public init(
        batch: Int64, offsets: [TopicPartition: Int64], origin: Origin, journalOffset: Int64, settingsDigest: String, watermark: Int64,
        settingsText: String = ""
    ) {
        self.batch = batch
        self.offsets = offsets
        self.origin = origin
        self.journalOffset = journalOffset
        self.settingsDigest = settingsDigest
        self.watermark = watermark
        self.settingsText = settingsText
    }
}

/// Why a store could not be used.
public struct StoreError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is wrong.
    public enum Code: Sendable {
        /// Another process holds the folder.
        case locked
        /// Bytes are not what was written.
        case corrupt
        /// Written by another version.
        case version
        /// Sealed with another key, or with none while one is given.
        case key
        /// The disk refused, and may not the next time.
        case io
        /// There is no such folder, no state in it, or no permission to use it.
        case unusable
    }

    /// What is wrong.
    public var code: Code
    /// What is wrong, with the file's path.
    public var message: String
    /// What the operator can do.
    public var hint: String?

    /// An error from its parts.
    public init(_ code: Code, _ message: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
    }

    /// The message, and the hint.
    public var description: String { message + (hint.map { ": \($0)" } ?? "") }
}
