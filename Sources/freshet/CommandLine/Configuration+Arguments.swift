import FreshetKafka
import FreshetRuntime

extension Arguments {
    /// Reads the file of `--config` and the environment; every mistake is a line of the failure.
    func configuration(needsTopics: Bool = true) throws(Failure) -> LoadedConfiguration {
        let path = try required("config")
        do throws(ConfigurationError) {
            return try Configuration.load(path: path, environment: Environment.current, needsTopics: needsTopics)
        } catch {
            throw Failure(.configuration, error.description)
        }
    }
}

extension OptionSpecification {
    /// `--config FILE`.
    static func configuration(isRequired: Bool = true) -> OptionSpecification {
        .value("config", "FILE", "The configuration; the environment overrides it.", isRequired: isRequired)
    }
}

extension Configuration {
    /// The client's settings; brokers outside the process only.
    var client: KafkaClientConfiguration {
        KafkaClientConfiguration(brokers: kafka.brokers, properties: kafka.clientProperties.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    }

    /// A connection to the brokers, or to the `embedded` one; nothing is asked of them yet.
    func connect(to embedded: EmbeddedBroker? = nil, events: KafkaEventSink? = nil) throws(KafkaError) -> KafkaBroker {
        try KafkaBroker(
            brokers: embedded?.bootstrap ?? kafka.brokers, group: kafka.group, transactionalID: kafka.transactionalID, delivery: kafka.delivery,
            properties: client.properties, embedded: embedded, events: events)
    }
}
