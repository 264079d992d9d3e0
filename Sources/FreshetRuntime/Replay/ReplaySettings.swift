public import FreshetCore
public import FreshetKafka

/// A file that events are replayed from.
public struct ReplayFile {
    /// Where it lies.
    public var path: String
    /// What triggers and positions call it: its base name.
    public var name: String
    /// How its lines are written.
    public var format: EventFormat
    /// The type of lines that name none.
    public var topicType: EventType?

    /// The file at `path`.
    public init(path: String, format: EventFormat, topicType: EventType? = nil) {
        self.path = path
        name = String(path.split(separator: "/").last ?? "")
        self.format = format
        self.topicType = topicType
    }
}

/// What a replay is told.
public struct ReplaySettings: Sendable {
    /// The digest of what shapes state.
    public var settingsDigest: String
    /// What is stored with the state, for who shows it without the configuration.
    public var settingsText = ""
    /// The longest line or record that is read.
    public var recordBytesMax = 1 << 20
    /// Records of a batch.
    public var batchEventsMax = 10_000
    /// Events from one checkpoint to the next.
    public var checkpointEventsMax = 200_000
    /// Names in the place of ids in dead letters; `nil`: they hold the records as they came.
    public var pseudonyms: Pseudonyms?
    /// The replay stops before the first event later than this.
    public var until: EventTime?

    /// Settings with the defaults for the rest.
    public init(settingsDigest: String) { self.settingsDigest = settingsDigest }
}

/// How far a replay has come.
public struct ReplayProgress: Sendable {
    /// What became of records, and what was written, in this run.
    public var counts = BatchCounts()
    /// The first record that was not acceptable.
    public var firstRejected: RejectedRecord?
    /// The last batch.
    public var batch: Int64 = 0
    /// The largest event time; `Int64.min` before the first event.
    public var watermark = Int64.min
    /// It stopped before an event later than `until`.
    public var isCutOff = false

    /// Nothing done.
    public init() {}
}

/// Why a replay could not go on.
public enum ReplayError: Error, CustomStringConvertible {
    /// A file cannot be read or written.
    case file(FileError)
    /// Nothing but dead letters came, too many for an accident.
    case nothingAcceptable(Int, RejectedRecord)
    /// A file's first line does not name what its format needs.
    case header(HeaderError, path: String)
    /// Two inputs have the same base name, which positions and triggers go by.
    case sameName(String)
    /// The state cannot be read or saved.
    case store(StoreError)
    /// The state belongs to other settings.
    case otherSettings(stored: String, configured: String)
    /// The state goes on from somewhere else.
    case otherOrigin(stored: StateBoundary.Origin)
    /// The partitions of the inputs are not those of the state.
    case otherPartitions
    /// An input topic does not exist.
    case topicMissing(String)
    /// The journal cannot be read.
    case journal(RecoveryRefusal)
    /// The broker cannot be read.
    case broker(KafkaError)

    /// What is wrong, and the remedy.
    public var description: String {
        switch self {
        case .file(let error): error.description
        case .nothingAcceptable(let count, let first):
            "all \(count) records are dead letters, the first of them \(first.source.topic):\(first.offset): \(first): nothing is saved:"
                + " name the right --format, or mend the records"
        case .header(let error, let path): "\(path): \(error.message)"
        case .sameName(let name): "two inputs are called \(name): give them different names, positions in the state go by them"
        case .store(let error): error.description
        case .otherSettings(let stored, let configured):
            RecoveryRefusal.otherSettings(stored: stored, configured: configured).description
        case .otherOrigin(.live): "the state is a running instance's: replay into a state folder of its own"
        case .otherOrigin(let stored):
            "the state was replayed from \(stored == .files ? "files" : "a topic range"): go on with the same, or name another state folder"
        case .otherPartitions: "the state knows other partitions than the topics have: name another state folder"
        case .topicMissing(let topic): RecoveryRefusal.inputMissing(topic).description
        case .journal(let refusal): refusal.description
        case .broker(let error): error.description
        }
    }
}
