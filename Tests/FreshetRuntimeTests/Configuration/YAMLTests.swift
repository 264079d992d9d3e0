import FreshetCore
import FreshetRuntime
import Testing

@Suite struct YAMLTests {
    @Test(arguments: [
        ("seed: &a 1\n", "freshet.yaml:2: anchors (&) are not used here: write the value out"),
        ("seed: *a\n", "freshet.yaml:2: aliases (*) are not used here: write the value out"),
        ("batch:\n  max_wait: 1s\n  max_wait: 2s\n", "freshet.yaml:4: the key 'max_wait' stands on line 3 already: keep one"),
        ("batch:\n\tmax_wait: 1s\n", "freshet.yaml:3: "),
        ("batch: {max_wait: 1s\nevents:\n", "freshet.yaml:"),
        ("--- {}\n", "freshet.yaml:2: a second document begins: keep one in a file"),
        ("? {a: 1}\n: 2\n", "freshet.yaml:2: a key must be plain text"),
        ("batch: \u{1}\n", "freshet.yaml:"),
    ])
    func whatConfigurationDoesNotUseIsAMistake(_ line: String, _ start: String) {
        let problems = ConfigurationText.with(line).problems
        #expect(problems.contains { $0.hasPrefix(start) }, "\(problems)")
    }

    @Test func aTabIsNamed() {
        #expect(ConfigurationText.with("batch:\n\tmax_wait: 1s\n").problems.contains { $0.contains("indent with spaces, not tabs") })
    }

    @Test func depthIsBounded() {
        let deep = String(repeating: "[", count: 10_000)
        #expect(ConfigurationText.with("batch: \(deep)").problems == ["freshet.yaml:2: nested too deeply"])
    }

    @Test func listsAndMappingsMayBeWrittenOverSeveralLines() throws {
        let text = """
            topics:
              events:
                - name: clicks
                  type: click
                - name: shop.events
                  format:
                    preset: freshet
                    fields: {user_id: customer}
                    types: {view: click, fav: null}
                    time: seconds
            """
        let topics = try ConfigurationText(text: text).read().configuration.topics.events
        let format = try EventFormat(base: "freshet", fields: ["user_id": "customer"], types: ["view": "click", "fav": "ignore"], time: "seconds")
        #expect(topics == [.init(name: "clicks", type: .click), .init(name: "shop.events", format: format)])
    }

    @Test func aFormatIsChecked() {
        let text = """
            topics:
              events:
                - {name: a, format: rees47}
                - {name: b, format: {fields: {user: x}, types: {view: clik}, time: [1]}}
                - {nam: c}
                - d
                - {name: e, format: otto}
            """
        let starts = [
            "freshet.yaml:3: topics.events[0].format: no preset is named rees47; there are freshet, retailrocket,",
            "freshet.yaml:4: topics.events[1].format.fields.user: an event has no such field; there are event_id, user_id,",
            "freshet.yaml:4: topics.events[1].format.time: a list cannot stand here: write {preset: freshet,",
            "freshet.yaml:4: topics.events[1].format.types.view: clik is no type of events; there are click, cart,",
            "freshet.yaml:5: topics.events[2]: the topic has no name: write name: TOPIC",
            "freshet.yaml:5: topics.events[2].nam: there is no such key: did you mean 'name'?",
            "freshet.yaml:6: topics.events[3]: a plain value stands where a topic is expected: write {name: clicks, type: click}",
            "freshet.yaml:7: topics.events[4].format: records of 'otto' stand in files only: use `freshet replay --format`",
        ]
        let problems = ConfigurationText(text: text).problems
        #expect(problems.count == starts.count && zip(problems, starts).allSatisfy { $0.hasPrefix($1) }, "\(problems)")
    }

    @Test func aFormatIsPrintedAsItCouldBeWritten() throws {
        let written = "[{name: a, type: cart, format: {preset: freshet, fields: {user_id: uid}, types: {view: click}}}, {name: b, format: freshet}]"
        let configuration = try ConfigurationText(text: "topics: {events: \(written)}").read().configuration
        #expect(Setting.all.first { $0.key == "topics.events" }?.text(in: configuration) == written)
    }
}
