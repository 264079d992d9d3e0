import FreshetKafka
import FreshetRuntime

/// `freshet topics create`: the output topics that are missing.
enum TopicsCreate: Verb {
    static let specification = VerbSpecification(
        name: "topics create",
        summary: "Makes the output topics that are missing, with the right policy.",
        discussion: """
            Lists and similar items are compacted; the journal is one partition and is kept as long as the inputs.
            Topics that exist are left alone.
            """,
        options: [.configuration()],
        examples: [("freshet topics create --config freshet.yaml", "once, before the first run")],
        exitCodes: [.done, .usage, .brokerUnavailable, .configuration])

    static func run(_ arguments: Arguments) throws(Failure) -> ExitCode {
        let configuration = try arguments.configuration().configuration
        if configuration.kafka.isEmbedded {
            throw Failure(.configuration, "kafka.brokers: the embedded broker makes its topics itself: name brokers of your own")
        }
        do throws(KafkaError) {
            let broker = try configuration.connect()
            defer { broker.close() }
            let topics = try configuration.outputTopics(on: broker)
            let made = Set(try broker.createTopics(topics))
            for topic in topics { print("\(topic.name): \(made.contains(topic.name) ? "made" : "is there")") }
            return .done
        } catch {
            throw Failure(.brokerUnavailable, error.description)
        }
    }
}
