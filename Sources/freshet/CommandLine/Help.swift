/// What `--help` teaches.
enum Help {
    /// The page of one verb.
    static func page(_ verb: VerbSpecification) -> String {
        var text = "\(verb.summary)\n\nUsage: freshet \(usage(verb))\n"
        if !verb.discussion.isEmpty { text += "\n\(verb.discussion)\n" }
        let options = verb.options.map { ("  \($0.form)", $0.documentation + ($0.standard.map { " (default: \($0))" } ?? "")) }
        text += section("Options", options + [("  --help", "Shows this page.")])
        text += section("Examples", verb.examples.map { ("  \($0.line)", $0.meaning) })
        text += section("Exit codes", verb.exitCodes.sorted { $0.rawValue < $1.rawValue }.map { ("  \($0.rawValue)", $0.meaning) })
        return text
    }

    /// The list of verbs.
    static func overview(_ verbs: [VerbSpecification]) -> String {
        "Freshet reads a shop's events from Kafka and publishes fresh recommendations back to Kafka.\n\nUsage: freshet VERB [OPTIONS]\n"
            + section("Verbs", verbs.map { ("  \($0.name)", $0.summary) })
            + section(
                "Options", [("  --help", "Shows this page, or that of a verb."), ("  --version", "Shows the version and those of the libraries.")])
    }

    /// The verbs whose names begin with the same word.
    static func overview(of group: String, _ verbs: [VerbSpecification]) -> String {
        "Usage: freshet \(group) VERB [OPTIONS]\n" + section("Verbs", verbs.map { ("  \($0.name)", $0.summary) })
            + section("Options", [("  --help", "Shows this page, or that of a verb.")])
    }

    private static func usage(_ verb: VerbSpecification) -> String {
        let options = verb.options.map { $0.isRequired ? $0.form : "[\($0.form)]" }
        return ([verb.name] + verb.operands + options).joined(separator: " ")
    }

    /// A title and rows of two columns.
    private static func section(_ title: String, _ rows: [(left: String, right: String)]) -> String {
        guard !rows.isEmpty else { return "" }
        return "\n\(title):\n" + Columns.lines(rows.map { [$0.left, $0.right] }).joined(separator: "\n") + "\n"
    }
}
