import Foundation
import FreshetKafka
import FreshetRuntime
import Testing

@Suite struct CheckVerbTests {
    private static let good = """
        kafka: {brokers: embedded, delivery: at_least_once, properties: {sasl.password: hunter2}}
        topics: {events: [{name: clicks, type: click}], scores: scores}
        batch: {max_wait: 30ms}
        """

    @Test func whatIsInForceIsPrintedKeyByKey() throws {
        let folder = try ScratchFolder()
        let path = try folder.add("freshet.yaml", CheckVerbTests.good)
        let run = try Freshet.run(["check", "--config", path], environment: ["FRESHET_PUBLISH_LIST_LENGTH": "7"])
        #expect(run.code == 0 && run.messages.isEmpty)
        for setting in Setting.all {
            #expect(run.output.contains("\n\(setting.key): ") || run.output.hasPrefix("\(setting.key): "), "\(setting.key)")
        }
        #expect(run.output.contains("\nbatch.max_wait: 30ms\n") && run.output.contains("\npublish.list_length: 7\n"))
        #expect(run.output.contains("sasl.password: ***") && !run.output.contains("hunter2"))
        #expect(run.output.contains("Worth knowing:\n  \(path):2: topics.scores: not published by this version"))
        #expect(run.output.contains("Memory, with every table full: at most about"))
    }

    @Test func keysAreExplainedOnRequest() throws {
        let folder = try ScratchFolder()
        let run = try Freshet.run(["check", "--keys", "--config", try folder.add("freshet.yaml", CheckVerbTests.good)])
        #expect(run.code == 0)
        for setting in Setting.all {
            #expect(run.output.contains(setting.documentation) && run.output.contains(setting.environmentName), "\(setting.key)")
        }
    }

    @Test func sixMistakesAreSixLinesAnd78() throws {
        let folder = try ScratchFolder()
        let path = try folder.add(
            "freshet.yaml",
            """
            kafka: {brokers: "", delivery: twice}
            topics:
              events: [{name: clicks, type: klick}]
            batch: {max_wait: 20}
            events: {latenes: 60s}
            publish: {list_length: 1001}
            """)
        for verb in [["check"], ["run"], ["topics", "create"]] {
            let run = try Freshet.run(verb + ["--config", path])
            let lines = run.messages.split(separator: "\n")
            #expect(run.code == 78 && run.output.isEmpty && lines.count == 6, "\(verb): \(run.messages)")
            #expect(lines.allSatisfy { $0.hasPrefix("\(path):") })
        }
    }

    @Test func theEmbeddedBrokersTopicsAreItsOwn() throws {
        let folder = try ScratchFolder()
        let run = try Freshet.run(["topics", "create", "--config", try folder.add("freshet.yaml", CheckVerbTests.good)])
        #expect(run.code == 78 && run.messages.hasPrefix("kafka.brokers: the embedded broker makes its topics itself"))
    }

    @Test func aBrokerThatDoesNotAnswerIsWorthKnowingAndNoMistake() throws {
        let folder = try ScratchFolder()
        // Port 1 of loopback: nobody listens.
        let path = try folder.add("freshet.yaml", "kafka: {brokers: \"127.0.0.1:1\"}\ntopics: {events: [{name: clicks, type: click}]}\n")
        let run = try Freshet.run(["check", "--config", path])
        #expect(run.code == 0 && run.output.contains("no broker at 127.0.0.1:1 answers"), "\(run.messages)")
        let strict = try Freshet.run(["check", "--broker", "--config", path])
        #expect(strict.code == 69 && strict.messages.hasPrefix("kafka.brokers: 127.0.0.1:1: reach a broker:"), "\(strict.messages)")
    }

    /// The embedded broker makes every topic that it is asked for, and tells nothing of their retention.
    @Test func aBrokerThatAnswersIsEnoughForAStart() throws {
        let broker = try EmbeddedBroker()
        let folder = try ScratchFolder()
        let text = "kafka: {brokers: \"\(broker.bootstrap)\", delivery: at_least_once}\ntopics: {events: [{name: clicks, type: click}]}\n"
        let run = try Freshet.run(["check", "--broker", "--config", try folder.add("freshet.yaml", text)])
        #expect(run.code == 0 && !run.output.contains("no broker at"), "\(run.messages)")
        withExtendedLifetime(broker) {}
    }
}
