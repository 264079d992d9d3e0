/// One verb of the command line: a file, and a line in `Program.verbs`.
protocol Verb: SendableMetatype {
    /// What it is called and takes; parsing and help come from it.
    static var specification: VerbSpecification { get }
    /// Does the work.
    static func run(_ arguments: Arguments) throws(Failure) -> ExitCode
}

/// What a verb is called and takes.
struct VerbSpecification {
    /// Its name, as `check` or `topics create`.
    var name: String
    /// One line for the list of verbs.
    var summary: String
    /// What to know beyond the summary.
    var discussion = ""
    /// Names of the values without an option, as `ID`; each must be given.
    var operands: [String] = []
    var options: [OptionSpecification] = []
    /// Whole command lines, each with what it does.
    var examples: [(line: String, meaning: String)] = []
    /// The codes with which it may end.
    var exitCodes: [ExitCode] = [.done, .usage]
}

/// An option of a verb.
struct OptionSpecification {
    /// Its name without hyphens.
    var name: String
    /// What its value is called; `nil`: it takes none.
    var value: String?
    var documentation: String
    /// What holds without it, in words.
    var standard: String?
    var isRequired = false
    /// Whether it takes several values.
    var isList = false

    /// An option that takes a value.
    static func value(
        _ name: String, _ value: String, _ documentation: String, standard: String? = nil, isRequired: Bool = false, isList: Bool = false
    ) -> OptionSpecification {
        OptionSpecification(
            name: name, value: value, documentation: documentation, standard: standard, isRequired: isRequired, isList: isList)
    }

    /// An option that is given or not.
    static func flag(_ name: String, _ documentation: String) -> OptionSpecification {
        OptionSpecification(name: name, documentation: documentation)
    }

    /// The option as it is written, as `--config FILE`.
    var form: String { "--\(name)" + (value.map { " \($0)" } ?? "") + (isList ? "…" : "") }
}
