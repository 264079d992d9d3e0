import FreshetCore
import FreshetRuntime
import Testing

/// `format` of an event topic: a preset's name, or a shop's own names.
@Suite struct FormatTests {
    private func text(_ format: String) -> ConfigurationText {
        ConfigurationText(text: "topics:\n  events:\n    - name: clicks\n      format: \(format)\n")
    }

    private func format(_ text: String) throws -> EventFormat? {
        try self.text(text).read().configuration.topics.events.first?.format
    }

    @Test func aPresetIsNamed() throws {
        #expect(try format("taobao") == .taobao)
        #expect(try format("~") == .freshet)
        #expect(try format("{}") == .freshet)
        #expect(try format("{preset: taobao}") == .taobao)
    }

    @Test func aShopsOwnNamesAreMapped() throws {
        let mapped = try format("{fields: {user_id: customer, timestamp: at}, types: {viewed: click, wished: ignore, gone: ~}, time: seconds}")
        #expect(mapped?.names(of: .user) == ["customer"] && mapped?.names(of: .time) == ["at"] && mapped?.names(of: .item) == ["item_id"])
        #expect(mapped?.time == .seconds)
        #expect(mapped?.typeNames.contains(.init("viewed", .click)) == true)
        #expect(mapped?.typeNames.contains(.init("wished", nil)) == true && mapped?.typeNames.contains(.init("gone", nil)) == true)
    }

    @Test(arguments: [
        ("fresh", 4, "topics.events[0].format: no preset is named fresh"),
        ("[freshet]", 4, "topics.events[0].format: a list is no format"),
        ("otto", 4, "topics.events[0].format: records of 'otto' stand in files only"),
        ("{preset: [a]}", 4, "topics.events[0].format.preset: a list cannot stand here"),
        ("{presett: freshet}", 4, "topics.events[0].format.presett: there is no such key: did you mean 'preset'?"),
        ("{time: minutes}", 4, "topics.events[0].format.time: no form of times is named minutes"),
        ("{fields: {user: u}}", 4, "topics.events[0].format.fields.user: an event has no such field"),
        ("{fields: {user_id: [u]}}", 4, "topics.events[0].format.fields.user_id: a list is no name"),
        ("{fields: {user_id: ~}}", 4, "topics.events[0].format.fields.user_id: the name in the records must not be empty"),
        ("{fields: u}", 4, "topics.events[0].format.fields: a plain value cannot stand here"),
        ("{types: {viewed: clack}}", 4, "topics.events[0].format.types.viewed: clack is no type of events"),
    ])
    func aMistakeNamesItsKeyAndLine(_ format: String, _ line: Int, _ start: String) {
        let problems = text(format).problems
        #expect(problems.count == 1 && problems.first?.hasPrefix("freshet.yaml:\(line): \(start)") == true, "\(problems)")
    }

    @Test func everyMistakeStandsOnItsOwnLine() {
        let problems = ConfigurationText(
            text: """
                topics:
                  events:
                    - name: clicks
                      format:
                        preset: fresh
                        time: minutes
                        fields:
                          user: u
                        types:
                          viewed: clack
                """
        ).problems
        #expect(
            problems.map { String($0.prefix(15)) } == ["freshet.yaml:5:", "freshet.yaml:6:", "freshet.yaml:8:", "freshet.yaml:10"], "\(problems)")
    }

    @Test(arguments: [
        ("clicks", "topics.events: a plain value stands where a list is expected"), ("[clicks]", "topics.events[0]: a plain value stands where"),
        ("[{type: click}]", "topics.events[0]: the topic has no name"), ("[{name: [a]}]", "topics.events[0].name: a list is no topic's name"),
        ("[{name: a/b}]", "topics.events[0].name: 'a/b' is not a topic's name"),
        ("[{name: a, type: [click]}]", "topics.events[0].type: a list is no event type"),
        ("[{name: a, typ: click}]", "topics.events[0].typ: there is no such key: did you mean 'type'?"),
        ("~", "topics.events: no topic to read events from"),
        ("[]", "topics.events: no topic to read events from"),
    ])
    func topicsAreReadStrictly(_ value: String, _ start: String) {
        let problems = ConfigurationText(text: "topics: {events: \(value)}").problems
        #expect(problems.count == 1 && problems.first?.hasPrefix("freshet.yaml:1: \(start)") == true, "\(problems)")
    }

    @Test func whatCheckPrintsOfTopicsReadsBack() throws {
        let source = "[{name: clicks, type: click}, {name: all, format: {fields: {user_id: uid}, types: {wish: ignore, view: click}, time: seconds}}]"
        let configuration = try ConfigurationText(text: "topics: {events: \(source)}").read().configuration
        guard let setting = Setting.all.first(where: { $0.key == "topics.events" }) else {
            Issue.record("there is no such key")
            return
        }
        let again = try ConfigurationText(text: "topics: {events: \(setting.text(in: configuration))}").read().configuration
        #expect(again.topics.events == configuration.topics.events)
    }
}
