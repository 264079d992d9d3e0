import FreshetRuntime
import Testing

@Suite struct MistakeTests {
    @Test func sixMistakesAreSixLines() {
        let text = """
            kafka: {brokers: "", delivery: twice}
            topics:
              events: [{name: clicks, type: klick}]
            batch: {max_wait: 20}
            events: {latenes: 60s}
            publish: {list_length: 1001}
            """
        #expect(
            ConfigurationText(text: text).problems == [
                "freshet.yaml:1: kafka.brokers: it is empty: write a value or leave the key out",
                "freshet.yaml:1: kafka.delivery: 'twice' is not known: write exactly_once or at_least_once",
                "freshet.yaml:3: topics.events[0].type: 'klick' is no event type: did you mean 'click'?",
                "freshet.yaml:4: batch.max_wait: '20' is not a duration: write a whole number and a unit, as 20ms, 30s, 5m, 24h or 30d",
                "freshet.yaml:5: events.latenes: there is no such key: did you mean 'events.lateness'?",
                "freshet.yaml:6: publish.list_length: 1001 is out of range: write a value from 1 to 1000",
            ])
    }

    @Test(arguments: [
        ("kafak: {brokers: x}", "kafak: there is no such key: did you mean 'kafka'?"),
        ("signals: {itemsimilarity: {window: 1d}}", "signals.itemsimilarity: there is no such key: did you mean 'signals.item_similarity'?"),
        (
            "signals: {item_similarity: {weights: {view: 1}}}",
            "signals.item_similarity.weights.view: there is no such key: write one of cart, click, purchase"
        ),
        ("lateness: 60s", "lateness: there is no such key: 'events.lateness' is where it belongs"),
        ("batch: 20ms", "batch: a plain value stands where a section is expected: write its keys below it, indented"),
        ("batch: {max_wait: [1, 2]}", "batch.max_wait: a list stands where one plain value is expected: write the value behind the colon"),
        ("batch: {max_wait: }", "batch.max_wait: it has no value: write one or leave the key out"),
        ("batch: {events_max: 1e4}", "batch.events_max: '1e4' is not a whole number: write digits only, as 1000"),
        ("seed: -1", "seed: -1 is out of range: write a number from 0 to 18446744073709551615"),
        ("events: {tick: maybe}", "events.tick: 'maybe' is neither on nor off: write on or off"),
    ])
    func eachMistakeNamesKeyValueAndRemedy(_ line: String, _ message: String) {
        #expect(ConfigurationText.with(line).problems == ["freshet.yaml:2: " + message])
    }

    @Test(arguments: [
        ("events: {lateness: 2d}\nsignals: {item_similarity: {window: 1d}}", "freshet.yaml:2: events.lateness: it is not shorter"),
        (
            "limits: {users_max: 50000000}\nsignals: {item_similarity: {weights: {cart: 100}}}",
            "freshet.yaml:2: limits.users_max: with a weight of 100"
        ),
        ("kafka: {brokers: embedded}", "freshet.yaml:2: kafka.delivery: the embedded broker keeps no transactions"),
        ("signals: {popularity: {half_life: 7d}}", "freshet.yaml:2: signals.popularity.half_life: it is not shorter than"),
    ])
    func valuesThatExcludeEachOtherAreOneMistake(_ lines: String, _ start: String) {
        let problems = ConfigurationText.with(lines).problems
        #expect(problems.count == 1 && problems[0].hasPrefix(start), "\(problems)")
    }

    @Test func topicsMustDiffer() {
        let text = """
            topics:
              events: [{name: clicks}, {name: clicks}]
              recommendations: clicks
              similar_items: out
              dead_letters: out
              journal: "a b"
            """
        let problems = ConfigurationText(text: text).problems
        #expect(problems.count == 4)
        #expect(problems[0] == "freshet.yaml:2: topics.events: 'clicks' is listed twice: keep one")
        #expect(problems[1].hasPrefix("freshet.yaml:3: topics.recommendations: 'clicks' is also a topic that events are read from"))
        #expect(problems[2].hasPrefix("freshet.yaml:5: topics.dead_letters: 'out' is also the name of topics.similar_items"))
        #expect(problems[3].hasPrefix("freshet.yaml:6: topics.journal: 'a b' is not a topic's name"))
    }

    @Test func aFileWithoutTopicsIsAMistakeOnlyWhereTopicsAreRead() {
        #expect(ConfigurationText(text: "seed: 2").problems.first?.hasPrefix("freshet.yaml:1: topics.events: no topic to read events from") == true)
        #expect(ConfigurationText(text: "seed: 2", needsTopics: false).problems == [])
        #expect(ConfigurationText(text: "", needsTopics: false).problems == [])
    }

    @Test func aFileThatIsMissingIsNamed() {
        #expect(throws: ConfigurationError.self) { try Configuration.load(path: "/nowhere/freshet.yaml", environment: [:]) }
        do throws(ConfigurationError) {
            _ = try Configuration.load(path: "/nowhere/freshet.yaml", environment: [:])
        } catch {
            #expect(error.description == "/nowhere/freshet.yaml:1: cannot open it: No such file or directory")
        }
    }
}
