import Testing

@testable import freshet

@Suite struct ProgramTests {
    @Test(
        arguments: [
            ("--help", .done), ("--version", .done), ("check --help", .done), ("topics create -h", .done), ("", .usage), ("chekc", .usage),
            ("topics", .usage), ("topics make", .usage), ("topics --help", .done), ("inspect -h", .done),
            ("inspect stat", .usage), ("--hlep", .usage), ("check", .usage), ("check --config", .usage),
            ("simulate --seeds 5..4", .usage), ("simulate --seeds 0..18446744073709551615", .usage),
            ("simulate --seeds 0..9223372036854775807", .usage),
            ("load --config /nowhere/freshet.yaml --rate 1000 --seconds 9223372036854775807", .usage),
            ("load --config /nowhere/freshet.yaml --rate 9223372036854775807", .usage),
            ("bench --json /nowhere/b --events 9223372036854775807", .usage),
            ("check --config /nowhere/freshet.yaml", .configuration), ("topics create --config /nowhere/freshet.yaml", .configuration),
        ] as [(String, ExitCode)])
    func aLineEndsWithItsCode(_ line: String, _ code: ExitCode) {
        #expect(Program.run(line.split(separator: " ").map(String.init)) == code)
    }

    @Test func codesAreThoseOfTheContract() {
        #expect(ExitCode.allCases.map(\.rawValue) == [0, 64, 65, 69, 70, 74, 75, 78])
    }

    @Test func everyVerbTeachesItself() {
        for verb in Program.verbs {
            let specification = verb.specification
            let page = Help.page(specification)
            #expect(page.hasPrefix(specification.summary) && page.contains("Usage: freshet \(specification.name)"))
            #expect(!specification.examples.isEmpty && specification.examples.allSatisfy { $0.line.hasPrefix("freshet \(specification.name)") })
            for option in specification.options { #expect(page.contains(option.form) && page.contains(option.documentation)) }
            for code in specification.exitCodes { #expect(page.contains(code.meaning)) }
        }
        let names = Program.verbs.map { $0.specification.name }
        #expect(Set(names).count == names.count)
    }

    @Test func examplesParse() throws {
        for verb in Program.verbs {
            let specification = verb.specification
            for example in specification.examples {
                let words = example.line.split(separator: " ").map(String.init).dropFirst(1 + specification.name.split(separator: " ").count)
                _ = try Arguments(Array(words), specification)
            }
        }
    }
}
