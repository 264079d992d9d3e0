import FreshetRuntime

/// What was given on the command line, by a verb's specification.
struct Arguments {
    /// The values without an option, in the order of the specification.
    private(set) var operands: [String] = []
    private var values: [String: [String]] = [:]
    private let name: String

    /// The value of an option; `nil` where it was not given.
    subscript(_ option: String) -> String? { values[option]?.last }

    /// Whether an option was given.
    func has(_ option: String) -> Bool { values[option] != nil }

    /// All values of an option.
    func list(_ option: String) -> [String] { values[option] ?? [] }

    /// The value of an option that must be given.
    func required(_ option: String) throws(Failure) -> String {
        guard let value = self[option] else { throw usage("--\(option) is missing") }
        return value
    }

    /// A whole number of a range; `nil` where the option was not given.
    func integer<Number: FixedWidthInteger>(_ option: String, in range: ClosedRange<Number>) throws(Failure) -> Number? {
        guard let text = self[option] else { return nil }
        guard let number = Number(text), range.contains(number) else {
            throw usage("--\(option) takes a whole number from \(range.lowerBound) to \(range.upperBound), not '\(text)'")
        }
        return number
    }

    /// Takes the words behind the verb's name apart.
    init(_ words: [String], _ specification: VerbSpecification) throws(Failure) {
        name = specification.name
        var rest = words[...]
        var areOptionsOver = false
        while let word = rest.popFirst() {
            if word == "--" && !areOptionsOver {
                areOptionsOver = true
            } else if word.hasPrefix("-") && word != "-" && !areOptionsOver {
                try takeOption(word, &rest, specification.options)
            } else {
                guard operands.count < specification.operands.count else { throw usage("'\(word)' is not expected") }
                operands.append(word)
            }
        }
        if operands.count < specification.operands.count { throw usage("\(specification.operands[operands.count]) is missing") }
        for option in specification.options where option.isRequired && values[option.name] == nil { throw usage("\(option.form) is missing") }
    }

    private mutating func takeOption(_ word: String, _ rest: inout ArraySlice<String>, _ options: [OptionSpecification]) throws(Failure) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let given = String(parts[0].drop { $0 == "-" })
        guard word.hasPrefix("--"), let option = options.first(where: { $0.name == given }) else {
            let near = nearest(to: given, among: options.map(\.name) + ["help"])
            throw usage("there is no option \(parts[0])" + (near.map { ": did you mean --\($0)?" } ?? ""))
        }
        guard option.value != nil else {
            guard parts.count == 1 else { throw usage("--\(given) takes no value") }
            values[given] = []
            return
        }
        guard option.isList || values[given] == nil else { throw usage("--\(given) is given twice") }
        var found = parts.count == 2 ? [String(parts[1])] : []
        while parts.count == 1, found.isEmpty || option.isList, let next = rest.first, !next.hasPrefix(found.isEmpty ? "--" : "-") {
            found.append(next)
            rest.removeFirst()
        }
        guard !found.isEmpty else { throw usage("\(option.form) has no value") }
        values[given, default: []] += found
    }

    private func usage(_ message: String) -> Failure { Failure(.usage, "freshet \(name): \(message)\nTry: freshet \(name) --help") }
}
