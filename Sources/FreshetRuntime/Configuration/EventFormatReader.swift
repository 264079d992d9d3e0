import FreshetCore

extension ConfigurationReader {
    /// A preset's name, or `{preset, fields, types, time}`: names of a shop's own, and how times are written.
    mutating func takeFormat(_ node: YAMLNode, key: String) -> EventFormat {
        switch node.value {
        case .null: return .freshet
        case .scalar(let name): return takeMapping(FormatMapping(preset: name, line: node.line), key: key)
        case .sequence:
            problem(key, line: node.line, "a list is no format: write a preset's name, or {preset, fields, types, time}")
            return .freshet
        case .mapping(let entries):
            var mapping = FormatMapping(preset: "freshet", line: node.line)
            for entry in entries { takeEntry(entry, &mapping, key: key) }
            return takeMapping(mapping, key: key)
        }
    }

    private mutating func takeEntry(_ entry: YAMLNode.Entry, _ mapping: inout FormatMapping, key: String) {
        mapping.lines[entry.key] = entry.line
        switch (entry.key, entry.value.value) {
        case ("preset", .scalar(let text)): mapping.preset = text
        case ("time", .scalar(let text)): mapping.time = text
        case ("fields", .mapping(let names)): mapping.fields = takeNames(names, of: "fields", &mapping, key: key)
        case ("types", .mapping(let names)): mapping.types = takeNames(names, of: "types", &mapping, key: key)
        case ("preset", _), ("time", _), ("fields", _), ("types", _):
            problem("\(key).\(entry.key)", line: entry.line, "\(entry.value.kind) cannot stand here: write {preset: freshet, fields: {user_id: uid}}")
        default: unknown(entry, key: key, among: ["preset", "fields", "types", "time"])
        }
    }

    /// Names and what they stand for; null stands for `ignore`.
    private mutating func takeNames(
        _ entries: [YAMLNode.Entry], of part: String, _ mapping: inout FormatMapping, key: String
    ) -> [String: String] {
        var names: [String: String] = [:]
        for entry in entries {
            mapping.lines["\(part).\(entry.key)"] = entry.line
            switch entry.value.value {
            case .scalar(let text): names[entry.key] = text
            case .null: names[entry.key] = part == "types" ? "ignore" : ""
            case .sequence, .mapping:
                problem("\(key).\(part).\(entry.key)", line: entry.line, "\(entry.value.kind) is no name: write plain text")
            }
        }
        return names
    }

    private mutating func takeMapping(_ mapping: FormatMapping, key: String) -> EventFormat {
        do throws(MappingMistakes) {
            let format = try EventFormat(base: mapping.preset, fields: mapping.fields, types: mapping.types, time: mapping.time)
            if !format.fitsTopics {
                problem(
                    key, line: mapping.lines["preset"] ?? mapping.line,
                    "records of '\(mapping.preset)' stand in files only: use `freshet replay --format`")
            }
            return format
        } catch {
            for mistake in error.mistakes {
                let part = mistake.key == "base" ? "preset" : mistake.key
                let isPlain = part == "preset" && mapping.lines["preset"] == nil
                problem(isPlain ? key : "\(key).\(part)", line: mapping.lines[part] ?? mapping.line, mistake.problem)
            }
            return .freshet
        }
    }
}

/// A format as the file gives it, and the line of each part.
private struct FormatMapping {
    var preset: String
    var line: Int
    var fields: [String: String] = [:]
    var types: [String: String] = [:]
    var time: String?
    var lines: [String: Int] = [:]

    init(preset: String, line: Int) {
        self.preset = preset
        self.line = line
    }
}

extension EventFormat {
    /// Everything that decides how records read, on one line, the same for equal formats.
    var canonicalText: String {
        let fields = EventField.allCases.map { "\($0.name)=\(names(of: $0).joined(separator: "|"))" }.joined(separator: ",")
        let types = typeNames.map { "\($0.name)=\($0.type.map { "\($0.name)" } ?? "ignore")" }.sorted().joined(separator: ",")
        let implied = impliedType.map { "\($0.name)" } ?? "none"
        return "\(name) time=\(time.rawValue) fields=\(fields) types=\(types) implied=\(implied)"
    }

    /// The format as it could stand in a file: the preset, and what differs from it.
    var settingText: String {
        guard let preset = EventFormat.preset(name), preset != self else { return name }
        let fields = EventField.allCases.filter { names(of: $0) != preset.names(of: $0) }.map { "\($0.name): \(names(of: $0).joined())" }
        let types = typeNames.filter { !preset.typeNames.contains($0) }.map { "\($0.name): \($0.type.map { "\($0.name)" } ?? "ignore")" }
        let time = time == preset.time ? "" : ", time: \(time.rawValue)"
        return "{preset: \(name), fields: {\(fields.joined(separator: ", "))}, types: {\(types.sorted().joined(separator: ", "))}\(time)}"
    }
}
