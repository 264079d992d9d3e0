public import FreshetCore
public import FreshetKafka

/// A topic that events are read from.
public struct InputTopic {
    /// Its name.
    public var name: String
    /// Reads its records.
    public var decoder: EventDecoder

    /// A topic from its parts.
    public init(name: String, decoder: EventDecoder) {
        self.name = name
        self.decoder = decoder
    }
}

/// Everything that a daemon is told. Times are milliseconds.
public struct DaemonSettings: DigestedSettings {
    /// The topics that events are read from.
    public var inputs: [InputTopic]
    /// The names of the side topics that are read.
    public var sides: [SideTopic: String] = [:]
    /// The names of the topics that are written; one that is missing here is off. The journal must be there.
    public var outputs: [OutputTopic: String]
    /// The group id, by which the journal's records are told from those of others.
    public var group = "freshet"
    /// Topics that are made at start where they are missing; how many partitions they take only the broker can tell.
    public var createdTopics: (any Broker) throws(KafkaError) -> [TopicSpecification] = { _ in [] }
    /// The digest of what shapes state.
    public var settingsDigest: String
    /// The digest that a state from replayed files must have: without how records become events.
    public var filesDigest: String
    /// What is stored with the state, for who shows it without the configuration.
    public var settingsText = ""
    /// Names this instance: letters and digits, new at every start.
    public var nonce: String
    /// Whether offsets must be a part of the transaction (`exactly_once`).
    public var delivery = Delivery.exactlyOnce
    /// From a batch's first record to its end.
    public var batchMaxWait = 20
    /// Records of a batch.
    public var batchEventsMax = 10_000
    /// How far in the future an event's time may lie.
    public var maxFuture: Int64 = 300_000
    /// Time with nothing but dead letters after which reading pauses; `nil`: never.
    public var pauseAfter: Int64? = 600_000
    /// Whether silence moves event time on.
    public var ticks = true
    /// From one checkpoint to the next.
    public var checkpointInterval: Int64 = 30_000
    /// Events from one checkpoint to the next.
    public var checkpointEventsMax = 20_000
    /// How a checkpoint is cut.
    public var checkpointSlice = CheckpointSlice()
    /// Where a first start, or one from replayed files, begins to read.
    public var fromTime: Int64?
    /// Names in the place of ids in dead letters; `nil`: they hold the records as they came.
    public var pseudonyms: Pseudonyms?
    /// The operator's word that the state is to be made anew.
    public var isRebuild = false
    /// How long a start waits for the broker.
    public var startTimeout: Int64 = 30_000
    /// Records that wait to be applied; more are not polled.
    public var pendingRecordsMax = 50_000
    /// Records of journalled batches that a catch-up gathers before it applies them.
    public var catchUpRecordsMax = 10_000
    /// Bytes that they hold; more are not polled.
    public var pendingBytesMax = 64 << 20
    /// The longest output (key, value and headers) to a topic that does not tell what it takes; a longer one becomes a dead letter by reference.
    public var outputBytesMax = 1_000_000

    /// Settings with the defaults for the rest.
    public init(inputs: [InputTopic], outputs: [OutputTopic: String], settingsDigest: String, nonce: String) {
        self.inputs = inputs
        self.outputs = outputs
        self.settingsDigest = settingsDigest
        filesDigest = settingsDigest
        self.nonce = nonce
    }

    var bounds: InputReader.Bounds {
        InputReader.Bounds(pollRecordsMax: batchEventsMax, pendingRecordsMax: pendingRecordsMax, pendingBytesMax: pendingBytesMax)
    }
}
