import FreshetKafka
import FreshetRuntime

/// `freshet check`: every mistake of a configuration, or what is in force.
enum Check: Verb {
    static let specification = VerbSpecification(
        name: "check",
        summary: "Reads a configuration and says what is wrong, or what is in force.",
        discussion: """
            Every mistake is one line, FILE:LINE: key: what is wrong, and the remedy; all of them at once.
            Where a broker answers within three seconds, an input topic that is missing is a mistake, too, and so are credentials that it refuses, and
            the retention of topics is compared with the longest window. Without one only the file is checked. With --broker one must answer, and
            all topics must be there that a start does not make (topics.create).
            """,
        options: [
            .configuration(),
            .flag("broker", "All that a start needs of the brokers must be there: ends with 69 where none answers, as a start would."),
            .flag("keys", "Explains every key: its type, its default and its variable."),
        ],
        examples: [
            ("freshet check --config freshet.yaml", "as soon as the file is written"),
            ("freshet check --config freshet.yaml --broker", "before a start"),
            ("freshet check --config freshet.yaml --keys", "what can be set"),
        ],
        exitCodes: [.done, .usage, .brokerUnavailable, .configuration])

    static func run(_ arguments: Arguments) throws(Failure) -> ExitCode {
        let loaded = try arguments.configuration()
        let configuration = loaded.configuration
        for setting in Setting.all {
            print("\(setting.key): \(setting.text(in: configuration))")
            if arguments.has("keys") {
                print("    \(setting.documentation) \(setting.type); default \(setting.defaultText); \(setting.environmentName)")
            }
        }
        print("\nMemory, with every table full: at most about \(MemoryBound(configuration).text)")
        print("Digest of what shapes state: \(configuration.settingsDigest)")
        let asked = try ask(configuration, mustAnswer: arguments.has("broker"))
        let notices = loaded.notices.map(\.description) + asked.notices
        if !notices.isEmpty { print("\nWorth knowing:") }
        for notice in notices { print("  \(notice)") }
        guard asked.missing.isEmpty else { throw Failure(.configuration, asked.missing.joined(separator: "\n")) }
        return .done
    }

    /// What the brokers say: the topics that a start would miss, and what is worth knowing.
    private static func ask(_ configuration: Configuration, mustAnswer: Bool) throws(Failure) -> (missing: [String], notices: [String]) {
        if configuration.kafka.isEmbedded { return ([], []) }
        let broker: KafkaBroker
        let missing: [String]
        let own: [String]
        do throws(KafkaError) {
            broker = try configuration.connect()
            try broker.expectAnswer(within: 3_000)
            missing = try configuration.missingInputs(on: broker)
            own = try configuration.missingOwnTopics(on: broker)
        } catch {
            let code = ExitCode(DaemonError.brokerUnavailable(error))
            guard code == .brokerUnavailable, !mustAnswer else { throw Failure(code, "kafka.brokers: \(configuration.kafka.brokers): \(error)") }
            return ([], ["kafka.brokers: no broker at \(configuration.kafka.brokers) answers, only the file is checked: \(error)"])
        }
        defer { broker.close() }
        var notices = mustAnswer ? [] : own
        do throws(KafkaError) {
            notices += try configuration.retentionNotices(on: broker)
        } catch {
            notices.append("kafka.brokers: the retention of topics cannot be compared: \(error)")
        }
        return (mustAnswer ? missing + own : missing, notices)
    }
}
