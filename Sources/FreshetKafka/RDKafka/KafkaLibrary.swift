internal import CRdKafka

/// The client library that is linked.
public enum KafkaLibrary {
    /// librdkafka's version, as `2.0.2`.
    public static var version: String { String(cString: rd_kafka_version_str()) }

    /// librdkafka's version as a number, 0xMMmmrrxx.
    static var versionNumber: Int32 { rd_kafka_version() }
}
