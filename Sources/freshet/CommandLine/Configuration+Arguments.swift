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

extension Arguments {
    /// What the state is sealed with: `--key-file` before the configuration, before the variable; `nil`: it is plain.
    func keyFile(_ configuration: Configuration? = nil) throws(Failure) -> KeyFile? {
        if let path = self["key-file"] { return try keyFile(at: path, "--key-file") }
        if let configuration { return configuration.state.keyFile }
        let variable = "FRESHET_STATE_KEY_FILE"
        guard let path = Environment.current[variable], !path.isEmpty, path != "null" else { return nil }
        return try keyFile(at: path, variable)
    }

    /// The key in a file that `place` names.
    func keyFile(at path: String, _ place: String) throws(Failure) -> KeyFile {
        do throws(FileError) { return try KeyFile(reading: path) } catch { throw Failure(.configuration, "\(place): \(error)") }
    }
}

extension OptionSpecification {
    /// `--key-file FILE`.
    static let keyFile = OptionSpecification.value(
        "key-file", "FILE", "The key that the state is sealed with.", standard: "state.key_file, or FRESHET_STATE_KEY_FILE")

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
