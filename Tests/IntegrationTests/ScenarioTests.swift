import FreshetKafka
import FreshetLab
import FreshetRuntime
import Foundation
import Testing

/// The model of the fault simulator answers as a real cluster does. Run with `KAFKA_BOOTSTRAP=host:port`.
@Suite(.enabled(if: TopicSpace.bootstrap != nil, "KAFKA_BOOTSTRAP names no broker"), .serialized)
struct ScenarioTests {
    @Test(arguments: BrokerScenario.all) func modelAndKafkaAgree(scenario: BrokerScenario) throws {
        let brokers = try #require(TopicSpace.bootstrap)
        let name = "freshet-scenario-\(UInt64.random(in: 0 ... .max))"
        let topics = ["\(name)-in", "\(name)-out"].map { TopicSpecification(name: $0, partitions: 1) }
        let maker = try KafkaBroker(brokers: brokers, group: name, transactionalID: name, delivery: .exactlyOnce)
        _ = try maker.createTopics(topics)
        maker.close()
        let real = try scenario.answers(input: topics[0].name, output: topics[1].name) { () throws(KafkaError) in
            try KafkaBroker(brokers: brokers, group: name, transactionalID: name, delivery: .exactlyOnce)
        }
        let model = try scenario.modelAnswers(topics)
        #expect(real == model)
    }
}
