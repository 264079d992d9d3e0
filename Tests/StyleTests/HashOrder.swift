/// Loops over dictionaries and sets, whose order differs from run to run.
///
/// Read from text: the names that a folder declares with a dictionary's or set's type, and never with another.
enum HashOrder {
    static func findings(in files: [SourceFile]) -> [String] {
        let names = unorderedNames(in: files)
        return files.flatMap { file in
            file.codeLines.enumerated().compactMap { number, line -> String? in
                guard !line.contains(".sorted"), let name = names.first(where: { iterates(line, over: $0) }) else { return nil }
                return "\(file.path):\(number + 1): iterates over \(name) in hash order; sort by key first"
            }
        }
    }

    /// The names declared as dictionaries or sets, and as nothing else.
    private static func unorderedNames(in files: [SourceFile]) -> [String] {
        var unordered: Set<String> = []
        var ordered: Set<String> = []
        for line in files.flatMap(\.codeLines) {
            guard let (name, type) = declaration(in: line) else { continue }
            if isUnordered(type) { unordered.insert(name) } else { ordered.insert(name) }
        }
        return unordered.subtracting(ordered).sorted()
    }

    /// The name that a line declares, and the text of its type or of its initial value.
    private static func declaration(in line: Substring) -> (name: String, type: Substring)? {
        let words = line.split(separator: " ")
        guard let at = words.firstIndex(where: { $0 == "var" || $0 == "let" }), at + 1 < words.count else { return nil }
        let name = words[at + 1].prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        guard let start = line.firstIndex(where: { $0 == ":" || $0 == "=" }), !name.isEmpty else { return nil }
        return (String(name), line[line.index(after: start)...].drop { $0 == " " })
    }

    private static func isUnordered(_ type: Substring) -> Bool {
        if type.hasPrefix("Set<") || type.hasPrefix("Dictionary<") || type.hasPrefix("Set(") || type.hasPrefix("Dictionary(") { return true }
        guard type.hasPrefix("[") else { return false }
        var depth = 0
        for character in type {
            if "[(<".contains(character) { depth += 1 }
            if "])>".contains(character) { depth -= 1 }
            if character == ":" && depth == 1 { return true }
            if depth == 0 { return false }
        }
        return false
    }

    private static func iterates(_ line: Substring, over name: String) -> Bool {
        let words = line.split(separator: " ")
        let subjects = [name, "self.\(name)"].flatMap { [$0, "\($0).keys", "\($0).values"] }
        if let at = words.firstIndex(of: "in"), words.contains("for"), at + 1 < words.count, subjects.contains(String(words[at + 1])) { return true }
        let walks = [".forEach", ".map {", ".compactMap", ".flatMap", ".reduce", ".first", ".prefix", ".enumerated", ".popFirst", ".max", ".min"]
        return words.contains { word in subjects.contains { subject in walks.contains { word.hasPrefix(subject + $0) } } }
    }
}
