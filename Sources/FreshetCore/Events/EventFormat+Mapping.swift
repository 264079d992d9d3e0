/// What is wrong with a mapping of a format, a mistake each.
public struct MappingMistakes: Error, Equatable, Sendable {
    /// One mistake.
    public struct Mistake: Equatable, Sendable {
        /// The key within the mapping: `base`, `time`, `fields.NAME` or `types.NAME`.
        public var key: String
        /// What is wrong with it, and what may stand there.
        public var problem: String
    }

    /// In the order base, time, fields, types; the latter two by their keys.
    public var mistakes: [Mistake]
}

extension EventFormat {
    /// A preset with other names.
    ///
    /// - Parameters:
    ///   - base: The preset that everything else comes from.
    ///   - fields: From a field's name in `EventField` to the name in the records.
    ///   - types: From a type's name in the records to one of `EventType`, or to `ignore`. The base's names stay known.
    ///   - time: One of `TimeForm`, where it is not the base's.
    public init(base: String, fields: [String: String], types: [String: String], time: String? = nil) throws(MappingMistakes) {
        var found: [MappingMistakes.Mistake] = []
        func mistake(_ key: String, _ problem: String) { found.append(MappingMistakes.Mistake(key: key, problem: problem)) }

        var format = EventFormat.freshet
        if let preset = EventFormat.preset(base) {
            format = preset
        } else {
            mistake("base", "no preset is named \(base); there are \(EventFormat.presetNames.joined(separator: ", "))")
        }
        if let time {
            if let form = TimeForm(rawValue: time) {
                format.time = form
            } else {
                mistake("time", "no form of times is named \(time); there are \(TimeForm.allCases.map(\.rawValue).joined(separator: ", "))")
            }
        }
        for (name, foreign) in fields.sorted(by: { $0.key < $1.key }) {
            if let problem = format.rename(name, to: foreign) { mistake("fields.\(name)", problem) }
        }
        for (field, names) in zip(EventField.allCases, format.fieldNames) where fields[field.name.description] != nil {
            let shared = names.first { name in EventField.allCases.contains { $0.rawValue < field.rawValue && format.names(of: $0).contains(name) } }
            if let shared { mistake("fields.\(field.name)", "\(shared) is the name of another field, too") }
        }
        for (foreign, name) in types.sorted(by: { $0.key < $1.key }) {
            if let problem = format.renameType(foreign, to: name) { mistake("types.\(foreign)", problem) }
        }
        guard found.isEmpty else { throw MappingMistakes(mistakes: found) }
        self = format
    }

    /// Gives a field its foreign name; answers what is wrong.
    private mutating func rename(_ name: String, to foreign: String) -> String? {
        guard let field = EventField(name: name) else {
            let known = EventField.allCases.map(\.name.description).joined(separator: ", ")
            return "an event has no such field; there are \(known)"
        }
        if case .columns = container { return "the format \(self.name) has no names of fields" }
        guard !foreign.isEmpty else { return "the name in the records must not be empty" }
        fieldNames[Int(field.rawValue)] = [foreign]
        return nil
    }

    /// Gives a foreign type its meaning; answers what is wrong.
    private mutating func renameType(_ foreign: String, to name: String) -> String? {
        guard !foreign.isEmpty else { return "the name in the records must not be empty" }
        let type = EventType(name: name)
        guard type != nil || name == "ignore" else {
            let known = EventType.allCases.map(\.name.description).joined(separator: ", ")
            return "\(name) is no type of events; there are \(known), and ignore"
        }
        typeNames.removeAll { $0.name == foreign }
        typeNames.append(TypeName(foreign, type))
        return nil
    }
}
