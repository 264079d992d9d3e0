import FreshetCore

extension ConfigurationReader {
    /// `topics.events`: a list of `{name, type?, format?}`.
    mutating func takeEventTopics(_ node: YAMLNode) {
        guard case .sequence(let nodes) = node.value else {
            if case .null = node.value { return update { $0.topics.events = [] } }
            return problem("topics.events", line: node.line, "\(node.kind) stands where a list is expected: write [{name: clicks, type: click}]")
        }
        let topics = nodes.enumerated().compactMap { takeEventTopic($1, key: "topics.events[\($0)]") }
        update { $0.topics.events = topics }
    }

    private mutating func takeEventTopic(_ node: YAMLNode, key: String) -> Configuration.EventTopic? {
        guard case .mapping(let entries) = node.value else {
            problem(key, line: node.line, "\(node.kind) stands where a topic is expected: write {name: clicks, type: click}")
            return nil
        }
        var topic = Configuration.EventTopic(name: "")
        for entry in entries {
            switch entry.key {
            case "name": topic.name = takeName(entry, key: key) ?? "?"
            case "type": topic.type = takeType(entry.value, key: "\(key).type")
            case "format": topic.format = takeFormat(entry.value, key: "\(key).format")
            default: unknown(entry, key: key, among: ["name", "type", "format"])
            }
        }
        if topic.name.isEmpty { problem(key, line: node.line, "the topic has no name: write name: TOPIC") }
        return topic
    }

    private mutating func takeName(_ entry: YAMLNode.Entry, key: String) -> String? {
        do throws(SettingError) {
            guard case .scalar(let text) = entry.value.value else { throw SettingError("\(entry.value.kind) is no topic's name: write plain text") }
            try TopicName.check(text)
            return text
        } catch {
            problem("\(key).name", line: entry.line, error.message)
            return nil
        }
    }

    /// An event type by name; null is none.
    private mutating func takeType(_ node: YAMLNode, key: String) -> EventType? {
        switch node.value {
        case .null: return nil
        case .scalar(let text):
            if let type = EventType(name: text) { return type }
            let known = EventType.allCases.map { "\($0.name)" }
            problem(key, line: node.line, "'\(text)' is no event type: did you mean '\(nearest(to: text, among: known) ?? "click")'?")
            return nil
        case .sequence, .mapping:
            problem(key, line: node.line, "\(node.kind) is no event type: write one, as click")
            return nil
        }
    }

    /// A preset's name, or `{preset, fields, types}`.
    private mutating func takeFormat(_ node: YAMLNode, key: String) -> Configuration.EventFormatSettings {
        var format = Configuration.EventFormatSettings()
        switch node.value {
        case .null: break
        case .scalar(let text): format.preset = takePreset(text, line: node.line, key: key)
        case .sequence: problem(key, line: node.line, "a list is no format: write a preset's name, or {preset, fields, types}")
        case .mapping(let entries):
            for entry in entries {
                switch (entry.key, entry.value.value) {
                case ("preset", .scalar(let text)): format.preset = takePreset(text, line: entry.line, key: "\(key).preset")
                case ("fields", .mapping(let fields)): format.fields = takeFields(fields, key: "\(key).fields")
                case ("types", .mapping(let types)): format.types = takeTypes(types, key: "\(key).types")
                case ("preset", _), ("fields", _), ("types", _):
                    problem(
                        "\(key).\(entry.key)", line: entry.line,
                        "\(entry.value.kind) cannot stand here: write {preset: freshet, fields: {user_id: uid}}")
                default: unknown(entry, key: key, among: ["preset", "fields", "types"])
                }
            }
        }
        return format
    }

    private mutating func takePreset(_ text: String, line: Int, key: String) -> String {
        if EventTopics.presets.contains(text) { return text }
        problem(key, line: line, "'\(text)' is no format: did you mean '\(nearest(to: text, among: EventTopics.presets) ?? "freshet")'?")
        return "freshet"
    }

    private mutating func takeFields(_ entries: [YAMLNode.Entry], key: String) -> [String: String] {
        var fields: [String: String] = [:]
        for entry in entries {
            guard EventTopics.fields.contains(entry.key) else {
                unknown(entry, key: key, among: EventTopics.fields)
                continue
            }
            guard case .scalar(let foreign) = entry.value.value, !foreign.isEmpty else {
                problem("\(key).\(entry.key)", line: entry.line, "it names no foreign field: write one, as user_id: customer")
                continue
            }
            fields[entry.key] = foreign
        }
        return fields
    }

    private mutating func takeTypes(_ entries: [YAMLNode.Entry], key: String) -> [String: EventType?] {
        var types: [String: EventType?] = [:]
        for entry in entries { types[entry.key] = .some(takeType(entry.value, key: "\(key).\(entry.key)")) }
        return types
    }

    private mutating func unknown(_ entry: YAMLNode.Entry, key: String, among known: [String]) {
        let near = nearest(to: entry.key, among: known) ?? known[0]
        problem("\(key).\(entry.key)", line: entry.line, "there is no such key: did you mean '\(near)'?")
    }
}

/// What is known of event topics.
enum EventTopics {
    static let presets = ["freshet", "retailrocket", "otto", "rees46", "taobao", "sessions"]
    static let fields = [
        "event_id", "user_id", "visitor_id", "session_id", "item_id", "type", "timestamp", "price", "quantity", "currency", "order_id", "query",
        "consent",
    ]

    @Sendable static func text(in configuration: Configuration) -> String {
        "[" + configuration.topics.events.map(text(of:)).joined(separator: ", ") + "]"
    }

    private static func text(of topic: Configuration.EventTopic) -> String {
        let type = topic.type.map { ", type: \($0.name)" } ?? ""
        return "{name: \(topic.name)\(type), format: \(text(of: topic.format))}"
    }

    /// One line for a format, the same for equal formats.
    static func text(of format: Configuration.EventFormatSettings) -> String {
        guard !format.fields.isEmpty || !format.types.isEmpty else { return format.preset }
        let fields = format.fields.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
        let types = format.types.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.map { "\($0.name)" } ?? "null")" }.joined(separator: ", ")
        return "{preset: \(format.preset), fields: {\(fields)}, types: {\(types)}}"
    }
}
