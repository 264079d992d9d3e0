import FreshetKafka
import FreshetRuntime

/// `freshet check`: every mistake of a configuration, or what is in force.
enum Check: Verb {
    static let specification = VerbSpecification(
        name: "check",
        summary: "Reads a configuration and says what is wrong, or what is in force.",
        discussion: """
            Every mistake is one line, FILE:LINE: key: what is wrong, and the remedy; all of them at once.
            Where a broker answers within three seconds, the retention of topics is compared with the longest window.
            """,
        options: [
            .configuration(),
            .flag("keys", "Explains every key: its type, its default and its variable."),
        ],
        examples: [
            ("freshet check --config freshet.yaml", "before a start"),
            ("freshet check --config freshet.yaml --keys", "what can be set"),
        ],
        exitCodes: [.done, .usage, .configuration])

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
        let notices = loaded.notices.map(\.description) + retentionNotices(configuration)
        if !notices.isEmpty { print("\nWorth knowing:") }
        for notice in notices { print("  \(notice)") }
        return .done
    }

    /// What the broker's retention makes impossible; without a broker, that nothing was compared.
    private static func retentionNotices(_ configuration: Configuration) -> [String] {
        if configuration.kafka.isEmbedded { return [] }
        do throws(KafkaError) {
            let broker = try configuration.connect()
            defer { broker.close() }
            guard broker.answers(within: 3_000) else {
                return ["kafka.brokers: no broker at \(configuration.kafka.brokers) answers: the retention of topics is not compared"]
            }
            return try configuration.retentionNotices(on: broker)
        } catch {
            return ["kafka.brokers: the retention of topics cannot be compared: \(error)"]
        }
    }
}
