import Testing

@testable import freshet

@Suite struct ArgumentTests {
    private static let specification = VerbSpecification(
        name: "replay", summary: "Applies files.", operands: ["ID"],
        options: [
            .value("input", "FILE", "Files.", isRequired: true, isList: true), .value("state", "DIR", "A folder."),
            .value("top", "N", "Items.", standard: "20"), .flag("json", "JSON."),
        ])

    private func parse(_ line: String) throws(Failure) -> Arguments {
        try Arguments(line.split(separator: " ").map(String.init), ArgumentTests.specification)
    }

    private func message(_ line: String) -> String {
        do throws(Failure) {
            _ = try parse(line)
            return ""
        } catch {
            #expect(error.code == .usage)
            return String(error.message.prefix { $0 != "\n" })
        }
    }

    @Test func optionsAndOperandsComeInAnyOrder() throws {
        for line in ["u1 --input a b --state s --json", "--state s --json u1 --input a b", "--input a --state=s --input=b --json u1"] {
            let arguments = try parse(line)
            #expect(arguments.operands == ["u1"])
            #expect(arguments.list("input") == ["a", "b"])
            #expect(arguments["state"] == "s" && arguments.has("json") && !arguments.has("top"))
        }
    }

    @Test func aNumberIsChecked() throws {
        for good in [1, 5, 9] { #expect(try parse("u1 --input a --top \(good)").integer("top", in: 1...9) == good) }
        #expect(try parse("u1 --input a").integer("top", in: 1...9) == nil)
        for bad in ["x", "0", "1.5", "10", "9223372036854775808"] {
            #expect(throws: Failure.self) { try parse("u1 --input a --top \(bad)").integer("top", in: 1...9) }
        }
        let last = UInt64.max
        #expect(try parse("u1 --input a --top \(last)").integer("top", in: 0...last) == last)
    }

    @Test func valuesMayBeginWithAHyphen() throws {
        #expect(try parse("--input a --top -5 -- -u").operands == ["-u"])
        #expect(try parse("--input a --top -5 -- -u")["top"] == "-5")
    }

    @Test(arguments: [
        ("--input a", "freshet replay: ID is missing"),
        ("u1", "freshet replay: --input FILE… is missing"),
        ("u1 u2 --input a", "freshet replay: 'u2' is not expected"),
        ("u1 --input a --sate s", "freshet replay: there is no option --sate: did you mean --state?"),
        ("u1 --input", "freshet replay: --input FILE… has no value"),
        ("u1 --input a --json=1", "freshet replay: --json takes no value"),
        ("u1 --input a --state s --state t", "freshet replay: --state is given twice"),
        ("u1 --input a -j", "freshet replay: there is no option -j: did you mean --top?"),
    ])
    func mistakesAreNamed(_ line: String, _ expected: String) {
        #expect(message(line) == expected)
    }
}
