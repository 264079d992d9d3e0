public import FreshetCore

/// Everything that an operator can set. A plain value: its defaults are those of the file, and reading a file only changes them.
///
/// Times are milliseconds. `Setting.all` lists every key with its type, default and meaning.
public struct Configuration: Sendable, Equatable {
    /// `kafka`: the broker.
    public var kafka = KafkaSettings()
    /// `topics`: what is read and written.
    public var topics = TopicSettings()
    /// `state`: where state is kept, and how often it is saved.
    public var state = StateSettings()
    /// `batch`: when a transaction ends.
    public var batch = BatchSettings()
    /// `events`: what is accepted. Lateness, session gap and dedup horizon shape state and stand in `engine`.
    public var events = AcceptanceSettings()
    /// `seed`, `limits`, `signals`, `cleaning` and what of `events` shapes state.
    public var engine = EngineSettings()
    /// `publish`, and whether an output topic has a name.
    public var publication = PublicationSettings()
    /// `privacy`: what is told of whom.
    public var privacy = PrivacySettings()

    /// The defaults.
    public init() {}

    /// Settings of the connection to Kafka.
    public struct KafkaSettings: Sendable, Equatable {
        /// The value of `brokers` that means the broker inside the process.
        public static let embedded = "embedded"

        /// Hosts and ports, separated by commas, or `embedded`.
        public var brokers = "127.0.0.1:9092"
        /// The group id: where offsets live.
        public var group = "freshet"
        /// The promise.
        public var delivery = Delivery.exactlyOnce
        /// Further settings of librdkafka, without secrets.
        public var properties: [String: String] = [:]
        /// Further settings of librdkafka that are never printed.
        public var secrets: [String: Secret] = [:]

        /// Whether the broker inside the process is meant.
        public var isEmbedded: Bool { brokers == KafkaSettings.embedded }

        /// Names the one producer of this group: a second instance fences the first by it.
        public var transactionalID: String { "freshet.\(group).0" }

        /// All further settings for the client.
        public var clientProperties: [String: String] { properties.merging(secrets.mapValues(\.value)) { _, secret in secret } }
    }

    /// Settings of the state folder.
    public struct StateSettings: Sendable, Equatable {
        /// The folder.
        public var path = "state"
        /// What it is sealed with; `nil`: it is plain.
        public var keyFile: KeyFile?
        /// Time from one checkpoint to the next.
        public var checkpointInterval: Int64 = 30_000
        /// Events from one checkpoint to the next.
        public var checkpointEventsMax = 20_000
    }

    /// Settings of what leaves Freshet beside lists.
    public struct PrivacySettings: Sendable, Equatable {
        /// Whether dead letters hold a pseudonym and a reference, and not the record.
        public var pseudonyms = false
        /// What pseudonyms are made with.
        public var pseudonymKeyFile: KeyFile?

        /// The pseudonyms of dead letters in force; `nil`: none.
        public var pseudonymsInForce: Pseudonyms? { pseudonyms ? pseudonymKeyFile.map { Pseudonyms(for: .deadLetters, key: $0.key) } : nil }

        /// What those are known by who were forgotten.
        var erasedNames: Pseudonyms { pseudonymKeyFile.map { Pseudonyms(for: .erasures, key: $0.key) } ?? .wellKnown }
    }

    /// An engine without state that can forget people.
    public func makeEngine() -> Engine {
        let made = Engine(settings: engine)
        made.pseudonymize = privacy.erasedNames.callAsFunction
        return made
    }

    /// Settings of a batch.
    public struct BatchSettings: Sendable, Equatable {
        /// Time after which a batch is committed.
        public var maxWait: Int64 = 20
        /// Events after which a batch is committed.
        public var eventsMax = 10_000
    }

    /// Settings of what is accepted.
    public struct AcceptanceSettings: Sendable, Equatable {
        /// How far in the future an event's time may lie.
        public var maxFuture: Int64 = 5 * 60_000
        /// The longest record that is read.
        public var maxRecordBytes = 1 << 20
        /// Whether silence moves event time on.
        public var tick = true
        /// Time with nothing but dead letters after which reading pauses; `nil`: never.
        public var pauseAfter: Int64? = 10 * 60_000
    }
}
