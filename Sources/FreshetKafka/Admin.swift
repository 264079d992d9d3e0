/// Makes and describes topics. Each call blocks until the answer or the time-out.
public struct Admin {
    /// How long a call waits, in milliseconds.
    public var timeoutMilliseconds = 15000

    private let client: Client

    /// An administrator over a client of its own.
    public init(_ configuration: KafkaClientConfiguration) throws(KafkaError) {
        client = try Client(configuration, role: .producer(transactionalID: nil))
    }

    /// An administrator over a consumer's connections.
    public init(sharing consumer: Consumer) {
        client = consumer.client
    }

    /// Makes a topic and waits until the brokers know its partitions; `false` where it is there already.
    ///
    /// `replicationFactor` −1 is the broker's default.
    @discardableResult
    public func createTopic(
        _ name: String, partitions: Int, replicationFactor: Int = -1, settings: [String: String] = [:]
    ) throws(KafkaError) -> Bool {
        let ordered = settings.map { (name: $0.key, value: $0.value) }.sorted { $0.name < $1.name }
        let made = try client.createTopic(
            name, partitions: partitions, replicationFactor: replicationFactor, settings: ordered,
            timeoutMilliseconds: Int32(clamping: timeoutMilliseconds))
        guard made else { return false }
        let deadline = ContinuousClock.now + .milliseconds(timeoutMilliseconds)
        while try client.partitionCount(of: name, timeoutMilliseconds: Int32(clamping: timeoutMilliseconds)) != partitions {
            guard ContinuousClock.now < deadline else {
                throw KafkaError(
                    code: KafkaErrorCode.timedOut, name: "_TIMED_OUT", message: "topic \(name) was made but no broker shows it", isRetriable: true)
            }
            client.serveCallbacks(atMost: 50)
        }
        return true
    }

    /// Deletes a topic and all of its records; `false` where there is none.
    @discardableResult
    public func deleteTopic(_ name: String) throws(KafkaError) -> Bool {
        try client.deleteTopic(name, timeoutMilliseconds: Int32(clamping: timeoutMilliseconds))
    }

    /// The values of a topic's settings, as `retention.ms`.
    public func settings(of topic: String) throws(KafkaError) -> [String: String] {
        try client.settings(of: topic, timeoutMilliseconds: Int32(clamping: timeoutMilliseconds))
    }

    /// The values of the settings that a broker has, as `offsets.retention.minutes`; those that hold for the cluster are every broker's.
    public func brokerSettings() throws(KafkaError) -> [String: String] {
        try client.brokerSettings(timeoutMilliseconds: Int32(clamping: timeoutMilliseconds))
    }

    /// The cluster's id, or `nil` where no broker told it in time.
    public func clusterID() -> String? { client.clusterID(timeoutMilliseconds: Int32(clamping: timeoutMilliseconds)) }
}
