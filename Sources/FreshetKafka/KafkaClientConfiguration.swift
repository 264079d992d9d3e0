/// How a client reaches the brokers: where they are, and librdkafka's properties.
public struct KafkaClientConfiguration: Sendable, CustomStringConvertible {
    /// A property of librdkafka.
    public typealias Property = (name: String, value: String)

    /// `host:port` pairs, divided by commas.
    public var brokers: String
    /// The operator's properties; they follow the defaults, so the last one of a name holds.
    public var properties: [Property]
    /// Whether the brokers are `EmbeddedBroker`s, which make a topic that they are asked for.
    public var isEmbedded: Bool
    /// Where errors, log lines and statistics go; they are dropped where it is `nil`.
    public var events: KafkaEventSink?

    /// A configuration from its parts.
    public init(brokers: String, properties: [Property] = [], isEmbedded: Bool = false, events: KafkaEventSink? = nil) {
        self.brokers = brokers
        self.properties = properties
        self.isEmbedded = isEmbedded
        self.events = events
    }

    /// Brokers and properties, one a line, secrets hidden.
    public var description: String {
        (["bootstrap.servers=\(brokers)"] + properties.map { "\($0.name)=\(Self.isSecret($0.name) ? "(hidden)" : $0.value)" })
            .joined(separator: "\n")
    }

    /// Whether a property's value must not be shown.
    public static func isSecret(_ name: String) -> Bool {
        ["password", "secret", "ssl.key.pem", "oauthbearer.config"].contains { name.contains($0) }
    }

    /// Properties that the guarantees rest on, with the setting of Freshet that stands for them.
    static let reserved: [String: String] = [
        "bootstrap.servers": "kafka.brokers", "metadata.broker.list": "kafka.brokers", "group.id": "kafka.group", "transactional.id": "kafka.group",
        "enable.idempotence": "kafka.delivery", "enable.auto.commit": "kafka.delivery", "enable.auto.offset.store": "kafka.delivery",
        "auto.commit.enable": "kafka.delivery", "auto.offset.reset": "run --from-time", "isolation.level": "kafka.delivery",
        "enable.partition.eof": "kafka.delivery",
    ]

    /// Defaults of every client. A short back-off: the first retry of back-to-back transactions is routine. Brokers that were away are tried
    /// every second: the client's own ten would be waited for by each connection in turn.
    static let commonDefaults: [Property] = [
        ("client.id", "freshet"), ("topic.metadata.refresh.interval.ms", "10000"), ("retry.backoff.ms", "5"), ("reconnect.backoff.max.ms", "1000"),
        ("log.connection.close", "false"),
    ]

    /// Defaults of consumers: explicit offsets only, committed records only, ends told. Records are fetched together, 5 ms at most: a fetch for
    /// every few of them costs the broker more than all else.
    static let consumerDefaults: [Property] = [
        ("enable.auto.commit", "false"), ("enable.auto.offset.store", "false"), ("auto.offset.reset", "error"), ("isolation.level", "read_committed"),
        ("enable.partition.eof", "true"), ("fetch.wait.max.ms", "5"), ("fetch.min.bytes", "65536"), ("fetch.error.backoff.ms", "100"),
    ]

    /// What is read ahead of so many partitions together: records, beyond which none are fetched, and bytes, which the last fetch may exceed.
    private static let readAheadRecords = 24_000
    private static let readAheadBytes = 16 << 20
    /// The least of them, of one partition.
    private static let readAheadRecordsMin = 500
    private static let readAheadBytesMin = 64 << 10

    /// The share of each partition, whose queue is its own.
    static func readAhead(_ partitions: Int) -> [Property] {
        let bytes = max(readAheadBytesMin, readAheadBytes / max(1, partitions))
        return [
            ("queued.min.messages", String(max(readAheadRecordsMin, readAheadRecords / max(1, partitions)))),
            ("queued.max.messages.kbytes", String(bytes >> 10)), ("fetch.message.max.bytes", String(max(readAheadBytesMin, bytes / 8))),
        ]
    }

    /// Defaults of producers. Keys go to partitions as Java clients send them. How large a record may be, its topic says; brokers close a
    /// connection that brings more than 100 MiB.
    static let producerDefaults: [Property] = [
        ("linger.ms", "1"), ("compression.codec", "lz4"), ("enable.idempotence", "true"), ("partitioner", "murmur2_random"),
        ("message.max.bytes", "100000000"), ("queue.buffering.max.messages", "200000"), ("queue.buffering.max.kbytes", "262144"),
    ]
}
