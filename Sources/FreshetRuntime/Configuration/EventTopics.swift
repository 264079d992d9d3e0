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

    mutating func unknown(_ entry: YAMLNode.Entry, key: String, among known: [String]) {
        let near = nearest(to: entry.key, among: known) ?? known[0]
        problem("\(key).\(entry.key)", line: entry.line, "there is no such key: did you mean '\(near)'?")
    }
}

/// What is known of event topics.
enum EventTopics {
    @Sendable static func text(in configuration: Configuration) -> String {
        "[" + configuration.topics.events.map(text(of:)).joined(separator: ", ") + "]"
    }

    private static func text(of topic: Configuration.EventTopic) -> String {
        let type = topic.type.map { ", type: \($0.name)" } ?? ""
        return "{name: \(topic.name)\(type), format: \(topic.format.settingText)}"
    }
}
