import Testing

@testable import freshet

/// What the binary says of itself, to whom, and with which code.
@Suite struct HelpTests {
    static let names = Program.verbs.map { $0.specification.name }

    @Test(arguments: names) func eachVerbsPageGoesToStandardOutput(_ name: String) throws {
        let run = try Freshet.run(name.split(separator: " ").map(String.init) + ["--help"])
        #expect(run.code == 0 && run.messages.isEmpty)
        let sections = run.output.components(before: ":\n")
        #expect(sections.contains("Options") && sections.contains("Examples") && sections.contains("Exit codes"), "\(sections)")
        #expect(run.output.contains("Usage: freshet \(name)"))
    }

    @Test func theOverviewNamesEveryVerb() throws {
        let run = try Freshet.run(["--help"])
        #expect(run.code == 0)
        for name in HelpTests.names { #expect(run.output.contains("\n  \(name) "), "\(name)") }
    }

    @Test func withoutAVerbTheOverviewIsAnError() throws {
        let run = try Freshet.run([])
        #expect(run.code == 64 && run.output.isEmpty && run.messages.contains("Usage: freshet VERB"))
    }

    @Test func theVersionNamesTheLibraries() throws {
        let run = try Freshet.run(["--version"])
        #expect(run.code == 0 && run.output.hasPrefix("freshet ") && run.output.contains("librdkafka"), "\(run.output)")
    }

    @Test(arguments: names) func anUnknownOptionNamesTheNearestAndTheHelp(_ name: String) throws {
        let verb = try #require(Program.verbs.first { $0.specification.name == name }).specification
        let option = try #require(verb.options.first)
        let mistyped = "--" + option.name.dropLast() + "x"
        let run = try Freshet.run(name.split(separator: " ").map(String.init) + [mistyped])
        #expect(run.code == 64 && run.output.isEmpty)
        #expect(run.messages.hasPrefix("freshet \(name): there is no option \(mistyped): did you mean --\(option.name)?"), "\(run.messages)")
        #expect(run.messages.hasSuffix("Try: freshet \(name) --help\n"))
    }

    @Test(arguments: [
        ("chekc", "freshet: there is no verb 'chekc': did you mean 'check'?"),
        ("--hepl", "freshet: there is no option '--hepl': did you mean '--help'?"),
        ("inspect", "freshet inspect: say which: inspect state, inspect user, inspect item"), ("topics", "freshet topics: say which: topics create"),
    ])
    func whatIsNoVerbIsToldWithTheNearest(_ word: String, _ message: String) throws {
        let run = try Freshet.run([word])
        #expect(run.code == 64 && run.messages.hasPrefix(message + "\nTry: freshet --help"), "\(run.messages)")
    }

    @Test(arguments: [("topics creat", "did you mean 'topics create'?"), ("inspect stat --json", "did you mean 'inspect state'?")])
    func aSecondWordIsToldWithTheNearest(_ line: String, _ remedy: String) throws {
        let run = try Freshet.run(line.split(separator: " ").map(String.init))
        #expect(run.code == 64 && run.messages.contains(remedy), "\(run.messages)")
    }

    @Test func aFirstWordAloneShowsItsVerbs() throws {
        let run = try Freshet.run(["inspect", "--help"])
        #expect(run.code == 0 && run.messages.isEmpty)
        for verb in ["state", "user", "item"] { #expect(run.output.contains("\n  inspect \(verb) "), "\(verb)") }
    }

    @Test func exitCodesRise() {
        for verb in Program.verbs {
            let lines = Help.page(verb.specification).split(separator: "\n").drop { $0 != "Exit codes:" }.dropFirst()
            let codes = lines.compactMap { Int($0.dropFirst(2).prefix { $0 != " " }) }
            #expect(codes == codes.sorted() && codes.count == verb.specification.exitCodes.count, "\(verb.specification.name)")
        }
    }

    @Test func helpIsNotTakenFromWhatStandsBehindTwoHyphens() throws {
        let run = try Freshet.run(["inspect", "user", "--state", "/nowhere", "--", "--help"])
        #expect(run.code != 0 && !run.output.contains("Usage:"))
    }
}

extension String {
    /// The words that stand alone on a line before `end`.
    fileprivate func components(before end: String) -> [String] {
        split(separator: "\n").map { $0 + "\n" }.filter { $0.hasSuffix(end) }.map { String($0.dropLast(end.count)) }
    }
}
