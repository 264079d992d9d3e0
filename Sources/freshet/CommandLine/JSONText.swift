import FreshetCore

/// A JSON object as text for people: a line a member, and behind them, under its name, each member that is an object or a list of objects.
enum JSONText {
    /// The lines of a value.
    static func lines(of value: JSONValue) -> [String] {
        guard case .object(let members) = value else { return [cell(value)] }
        var lines = Columns.lines(members.filter { !isSection($0.value) }.map { [$0.name, cell($0.value)] })
        for member in members where isSection(member.value) {
            lines += ["", "\(member.name):"] + section(member.value).map { "  \($0)" }
        }
        return lines
    }

    private static func isSection(_ value: JSONValue) -> Bool {
        switch value {
        case .object: true
        case .array(let elements): elements.contains { if case .object = $0 { true } else { false } }
        default: false
        }
    }

    private static func section(_ value: JSONValue) -> [String] {
        switch value {
        case .object(let members): Columns.lines(members.map { [$0.name, cell($0.value)] })
        case .array(let elements): table(elements)
        default: [cell(value)]
        }
    }

    /// A row an element; the columns are the members' names in the order in which they come first.
    private static func table(_ elements: [JSONValue]) -> [String] {
        var names: [String] = []
        for case .object(let members) in elements {
            for member in members where !names.contains(member.name) { names.append(member.name) }
        }
        let rows = elements.map { element in names.map { element[$0].map(cell) ?? "" } }
        let numbers = names.indices.filter { column in elements.allSatisfy { $0[names[column]].map { $0.number != nil } ?? true } }
        return Columns.lines([names] + rows, right: Set(numbers))
    }

    /// A value in one line.
    private static func cell(_ value: JSONValue) -> String {
        switch value {
        case .null: "none"
        case .bool(let value): value ? "yes" : "no"
        case .integer(let value): "\(value)"
        case .number(let value): rounded(value)
        case .string(let text): text
        case .array(let elements): elements.isEmpty ? "none" : elements.map(words).joined(separator: ", ")
        case .object(let members): members.map { "\($0.name) \(cell($0.value))" }.joined(separator: ", ")
        }
    }

    /// An element of a list: of an object only its values.
    private static func words(_ value: JSONValue) -> String {
        guard case .object(let members) = value else { return cell(value) }
        return members.map { cell($0.value) }.joined(separator: " ")
    }

    /// Four places behind the point, but for what would vanish.
    private static func rounded(_ value: Double) -> String {
        let short = (value * 10_000).rounded() / 10_000
        return short == 0 || !short.isFinite ? "\(value)" : "\(short)"
    }
}
