import FreshetCore
import FreshetKafka

/// Which Freshet this is.
enum Version {
    /// By semantic versioning.
    static let number = "0.1.0"

    /// One line: the program, the rules of its engine, the client library.
    static var text: String { "freshet \(number) (engine \(EngineSettings.version), librdkafka \(KafkaLibrary.version))" }
}
