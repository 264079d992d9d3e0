internal import CRdKafka

/// Brokers inside this process, reached over TCP on loopback: librdkafka's mock cluster.
///
/// It keeps no transactions (what is produced is visible at once, offsets of transactions are not kept), drops the oldest data past 5 MiB
/// a partition, answers no time look-ups, and waits out every fetch, so that `fetch.wait.max.ms` is to be short.
public final class EmbeddedBroker {
    private let owner: Client
    private let cluster: OpaquePointer

    /// `brokers` brokers on ports of the system's choice.
    public init(brokers: Int = 1) throws(KafkaError) {
        owner = try Client(KafkaClientConfiguration(brokers: ""), role: .producer(transactionalID: nil))
        guard let made = rd_kafka_mock_cluster_new(owner.native, Int32(clamping: brokers)) else {
            throw KafkaError(
                code: RD_KAFKA_RESP_ERR__FAIL.rawValue, name: "_FAIL", message: "start the embedded broker", isFatal: true,
                hint: "the process may not open ports on loopback, or has no file descriptors left")
        }
        cluster = made
    }

    deinit { rd_kafka_mock_cluster_destroy(cluster) }

    /// The brokers' addresses, as `kafka.brokers` takes them.
    public var bootstrap: String { String(cString: rd_kafka_mock_cluster_bootstraps(cluster)) }

    /// Makes a topic. Call it before anything else names the topic: asked about it, the brokers make it with 4 partitions.
    public func createTopic(_ name: String, partitions: Int) throws(KafkaError) {
        let code = rd_kafka_mock_topic_create(cluster, name, Int32(clamping: partitions), 1)
        if code != RD_KAFKA_RESP_ERR_NO_ERROR { throw KafkaError(code, "make topic \(name) on the embedded broker") }
    }

    /// Whether a cluster's id is that of embedded brokers.
    public static func isEmbedded(clusterID: String) -> Bool { clusterID.hasPrefix("mockCluster") }
}
