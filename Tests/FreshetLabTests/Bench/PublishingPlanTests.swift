import FreshetCore
import FreshetRuntime
import Testing

@testable import FreshetLab

@Suite struct PublishingPlanTests {
    @Test func aPlansTopicsAreThoseOfItsConfiguration() throws {
        for plan in PublishingPlan.allCases {
            let text = plan.configuration(brokers: "host:9092", inputs: LoadTopics(prefix: "in-"), outputs: "out")
            let configuration = try Configuration.read(Array(text.utf8), file: "bench.yaml", environment: [:]).configuration
            let topics = [configuration.topics.recommendations, configuration.topics.similarItems, configuration.topics.deadLetters]
            #expect(topics.compactMap(\.self) + [configuration.topics.journal] == plan.outputTopics("out"), "\(plan)")
            #expect(configuration.publication.recommendations == (plan != .noLists))
            #expect(configuration.publication.every == (plan == .listPer10 ? 10 : 1))
            #expect(LoadTopics(of: configuration) == LoadTopics(prefix: "in-"))
        }
    }
}
