import FreshetRuntime
import Glibc

/// The program: finds the verb, and turns failures into messages and exit codes.
enum Program {
    /// Every verb, in the order of the help.
    static let verbs: [any Verb.Type] = [
        Run.self,
        ReplayVerb.self,
        Recommend.self,
        InspectState.self,
        InspectUser.self,
        InspectItem.self,
        Rekey.self,
        Check.self,
        TopicsCreate.self,
        RunDemo.self,
        Bench.self,
        Load.self,
        Simulate.self,
    ]

    /// Runs one command line.
    static func run(_ words: [String]) -> ExitCode {
        do throws(Failure) {
            return try dispatch(words)
        } catch {
            tell(error.message)
            return error.code
        }
    }

    /// Writes a message for the operator to standard error.
    static func tell(_ message: String) {
        let bytes = Array((message + "\n").utf8)
        _ = write(STDERR_FILENO, bytes, bytes.count)
    }

    private static func dispatch(_ words: [String]) throws(Failure) -> ExitCode {
        guard let verb = find(words) else {
            switch words.first {
            case nil:
                tell(Help.overview(verbs.map { $0.specification }))
                return .usage
            case "--help", "-h", "help": print(Help.overview(verbs.map { $0.specification }), terminator: "")
            case "--version": print(Version.text)
            case let word? where words.dropFirst().contains { $0 == "--help" || $0 == "-h" } && !verbs(in: word).isEmpty:
                print(Help.overview(of: word, verbs(in: word)), terminator: "")
            case let word?: throw unknown(word, words.dropFirst().first)
            }
            return .done
        }
        let specification = verb.specification
        let rest = Array(words.dropFirst(wordCount(specification)))
        if rest.prefix(while: { $0 != "--" }).contains(where: { $0 == "--help" || $0 == "-h" }) {
            print(Help.page(specification), terminator: "")
            return .done
        }
        return try verb.run(try Arguments(rest, specification))
    }

    /// The verb whose name the words begin with, the longest of several.
    private static func find(_ words: [String]) -> (any Verb.Type)? {
        verbs.filter { words.starts(with: $0.specification.name.split(separator: " ").map(String.init)) }
            .max { wordCount($0.specification) < wordCount($1.specification) }
    }

    private static func wordCount(_ specification: VerbSpecification) -> Int { specification.name.split(separator: " ").count }

    /// The verbs of two words that begin with `group`.
    private static func verbs(in group: String) -> [VerbSpecification] {
        verbs.map { $0.specification }.filter { $0.name.hasPrefix(group + " ") }
    }

    private static func unknown(_ word: String, _ second: String?) -> Failure {
        let names = verbs.map { $0.specification.name }
        let below = verbs(in: word).map(\.name)
        if !below.isEmpty {
            if let second, !second.hasPrefix("-"), let near = nearest(to: "\(word) \(second)", among: below) {
                return Failure(.usage, "freshet \(word): there is no '\(second)': did you mean '\(near)'?\nTry: freshet \(word) --help")
            }
            return Failure(.usage, "freshet \(word): say which: \(below.joined(separator: ", "))\nTry: freshet --help")
        }
        let given = word.hasPrefix("-") ? "option" : "verb"
        let suggestion = nearest(to: word, among: names.map { String($0.prefix { $0 != " " }) } + ["--help", "--version"])
        return Failure(
            .usage, "freshet: there is no \(given) '\(word)'" + (suggestion.map { ": did you mean '\($0)'?" } ?? "") + "\nTry: freshet --help")
    }
}
