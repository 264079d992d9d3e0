/// Fills a configuration from a tree and the environment, and collects every mistake on the way.
struct ConfigurationReader {
    typealias Place = ConfigurationProblem.Place

    private(set) var configuration = Configuration()
    private(set) var problems: [ConfigurationProblem] = []
    private(set) var notices: [ConfigurationProblem] = []
    /// Where each key was set, the last place of several.
    private(set) var places: [String: Place] = [:]
    let file: String
    private let settings = Dictionary(uniqueKeysWithValues: Setting.all.map { ($0.key, $0) })
    private let sections = ConfigurationReader.sections(of: Setting.all.map(\.key))
    /// The variable whose text is being read, in place of the file.
    private var variable: String?

    init(file: String) { self.file = file }

    mutating func read(_ root: YAMLNode) {
        guard case .mapping(let entries) = root.value else {
            return problem("", line: root.line, "\(root.kind) stands where sections are expected: begin with `kafka:`")
        }
        take(entries, under: "")
    }

    mutating func read(environment: [String: String]) {
        for setting in Setting.all {
            guard let text = environment[setting.environmentName], !text.isEmpty else { continue }
            variable = setting.environmentName
            places[setting.key] = place(1)
            if setting.isScalar {
                setting.read(YAMLNode(line: 1, value: text == "null" ? .null : .scalar(text)), &self)
            } else {
                let (root, mistakes) = YAMLReader.read(Array(text.utf8))
                for mistake in mistakes { problem(setting.key, line: 1, mistake.message) }
                if let root { setting.read(root, &self) }
            }
        }
        for name in environment.keys.sorted() where name.hasPrefix("FRESHET_") {
            variable = name
            if !takeProperty(name, environment[name] ?? "") { refuseUnknown(variable: name) }
        }
        variable = nil
    }

    /// Adds a mistake of a key that stands on `line`.
    mutating func problem(_ key: String, line: Int, _ message: String) {
        problems.append(ConfigurationProblem(place: place(line), key: key, message: message))
    }

    /// Adds a mistake that only several values together show; nothing where one of `keys` is wrong by itself.
    mutating func conflict(_ keys: [String], _ message: String) {
        guard !problems.contains(where: { keys.contains($0.key) }) else { return }
        let place = keys.compactMap { places[$0] }.first ?? .line(file: file, 1)
        problems.append(ConfigurationProblem(place: place, key: keys[0], message: message))
    }

    /// Adds a remark that stops nothing.
    mutating func notice(_ key: String, _ message: String) {
        notices.append(ConfigurationProblem(place: places[key] ?? .line(file: file, 1), key: key, message: message))
    }

    mutating func update(_ body: (inout Configuration) -> Void) { body(&configuration) }

    mutating func takeScalar(
        _ node: YAMLNode, key: String, _ parse: (String?, inout Configuration) throws(SettingError) -> Void
    ) {
        do throws(SettingError) {
            switch node.value {
            case .null: try parse(nil, &configuration)
            case .scalar(let text): try parse(text, &configuration)
            case .sequence, .mapping: throw SettingError("\(node.kind) stands where one plain value is expected: write the value behind the colon")
            }
        } catch {
            problem(key, line: node.line, error.message)
        }
    }

    private mutating func take(_ entries: [YAMLNode.Entry], under prefix: String) {
        for entry in entries {
            let key = prefix + entry.key
            if let setting = settings[key] {
                places[key] = place(entry.line)
                setting.read(entry.value, &self)
            } else if sections.contains(key) {
                takeSection(entry, key)
            } else {
                problem(key, line: entry.line, "there is no such key\(suggestion(for: entry.key, under: prefix))")
            }
        }
    }

    private mutating func takeSection(_ entry: YAMLNode.Entry, _ key: String) {
        switch entry.value.value {
        case .mapping(let inner): take(inner, under: key + ".")
        case .null: break
        case .scalar, .sequence:
            problem(key, line: entry.value.line, "\(entry.value.kind) stands where a section is expected: write its keys below it, indented")
        }
    }

    /// The nearest key of the same section, or the same key of another one.
    private func suggestion(for name: String, under prefix: String) -> String {
        let elsewhere = Setting.all.map(\.key).first { $0.hasSuffix("." + name) }
        let siblings = Set(
            (Array(sections) + Setting.all.map(\.key)).filter { $0.hasPrefix(prefix) }
                .map { String($0.dropFirst(prefix.count).prefix { $0 != "." }) })
        let sibling = nearest(to: name, among: siblings.sorted())
        if let elsewhere, let sibling, editDistance(name, sibling) > 2 { return ": '\(elsewhere)' is where it belongs" }
        guard let sibling, editDistance(name, sibling) <= max(2, name.utf8.count / 3) else {
            return ": write one of \(siblings.sorted().joined(separator: ", "))"
        }
        return ": did you mean '\(prefix)\(sibling)'?"
    }

    /// A misspelt variable would leave its key at another value without a word.
    private mutating func refuseUnknown(variable name: String) {
        let known = Setting.all.map(\.environmentName)
        guard !known.contains(name), !Environment.isForOthers(name), let near = nearest(to: name, among: known) else { return }
        problem("", line: 1, "there is no such variable: did you mean \(near)? Without it, unset it")
    }

    private func place(_ line: Int) -> Place { variable.map(Place.variable) ?? .line(file: file, line) }

    private static func sections(of keys: [String]) -> Set<String> {
        var found: Set<String> = []
        for key in keys {
            let parts = key.split(separator: ".")
            for count in 1..<max(parts.count, 1) { found.insert(parts.prefix(count).joined(separator: ".")) }
        }
        return found
    }
}
