import FreshetCore
import FreshetRuntime
import Testing

@Suite struct SampleTests {
    @Test func theSampleOfTheDesignHoldsTheDefaults() throws {
        let loaded = try ConfigurationText(text: sampleText).read()
        var expected = Configuration()
        expected.kafka.properties = ["security.protocol": "plaintext"]
        expected.topics.events = [
            .init(name: "clicks", type: .click), .init(name: "carts", type: .cart), .init(name: "purchases", type: .purchase),
        ]
        expected.topics.catalogue = "catalogue"
        expected.topics.rules = "rules"
        expected.topics.erasures = "erasures"
        expected.topics.scores = "scores"
        #expect(loaded.configuration == expected)
    }

    @Test func theSampleFileHoldsTheDefaultsOfEveryKeyItNames() throws {
        let path = #filePath.split(separator: "/").dropLast(4).map { "/" + $0 }.joined() + "/Deploy/freshet.yaml"
        let loaded = try Configuration.load(path: path, environment: [:])
        var expected = Configuration()
        expected.topics.events = [
            .init(name: "clicks", type: .click), .init(name: "carts", type: .cart), .init(name: "purchases", type: .purchase),
        ]
        #expect(loaded.configuration == expected)
        #expect(loaded.notices == [])
    }

    @Test func whatThisVersionLeavesOutIsSaid() throws {
        let notices = try ConfigurationText(text: sampleText).read().notices.map(\.description)
        #expect(notices.count == 2)
        #expect(notices.contains("freshet.yaml:14: topics.scores: not published by this version: nothing is written to it"))
    }

    @Test func everyKeyIsListedOnceWithADefaultThatReadsBackToItself() throws {
        #expect(Set(Setting.all.map(\.key)).count == Setting.all.count)
        for setting in Setting.all where setting.key != "topics.events" && setting.key != "kafka.properties" {
            var lines = setting.key.split(separator: ".").enumerated().map { String(repeating: "  ", count: $0) + $1 + ":" }
            lines[lines.count - 1] += " \(setting.defaultText)"
            let configuration = try ConfigurationText(text: lines.joined(separator: "\n"), needsTopics: false).read().configuration
            #expect(configuration == Configuration(), "\(setting.key)")
            #expect(!setting.documentation.isEmpty && !setting.type.isEmpty)
        }
    }

    @Test func everyPlainKeyComesFromTheEnvironmentToo() throws {
        for setting in Setting.all where setting.key != "topics.events" && setting.key != "kafka.properties" {
            let bad = ConfigurationText.with("", environment: [setting.environmentName: "not/a value"]).problems
            let free = ["kafka.brokers", "kafka.group", "state.path"].contains(setting.key)
            #expect(bad.count == (free ? 0 : 1), "\(setting.key)")
            #expect(bad.allSatisfy { $0.hasPrefix("\(setting.environmentName): \(setting.key): 'not/a value'") }, "\(bad)")
        }
    }

    @Test func nullSwitchesAnOutputOff() throws {
        let text = """
            topics:
              events: [{name: clicks}]
              recommendations: ~
              similar_items: null
              dead_letters:
            """
        let configuration = try ConfigurationText(text: text).read().configuration
        #expect(!configuration.publication.recommendations && !configuration.publication.similarItems)
        #expect(configuration.topics.name(of: .deadLetters) == nil)
        #expect(configuration.topics.name(of: .journal) == "freshet.journal")
    }
}
