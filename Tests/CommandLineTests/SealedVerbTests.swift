import Foundation
import Testing

/// The verbs that read and write a state, where it is sealed with a key.
@Suite struct SealedVerbTests {
    private static let hexadecimal = String(repeating: "5e", count: 32)

    private let folder: ScratchFolder
    private let log: String

    init() throws {
        folder = try ScratchFolder()
        let lines = (0..<40).map { number in
            "{\"user_id\":\"shopper-\(number % 4)\",\"item_id\":\"i\(number % 7)\",\"type\":\"click\",\"timestamp\":\(1_764_000_000_000 + number)}"
        }
        log = try folder.add("log.jsonl", (lines + ["{\"user_id\":\"shopper-4711\""]).joined(separator: "\n"))
    }

    private func key(_ name: String, _ digits: String = SealedVerbTests.hexadecimal, mode: Int = 0o600) throws -> String {
        let path = try folder.add(name, digits + "\n")
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        return path
    }

    private func run(_ line: String, _ more: [String] = [], environment: [String: String] = [:]) throws -> Freshet {
        try Freshet.run(line.split(separator: " ").map(String.init) + more, environment: environment)
    }

    private func digests(_ state: String, _ more: [String] = [], environment: [String: String] = [:]) throws -> NSDictionary? {
        let run = try run("inspect state --json --state", [folder.path(state)] + more, environment: environment)
        try #require(run.code == 0, "\(run.messages)")
        return (try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])?["digests"] as? NSDictionary
    }

    private func holds(_ state: String, _ word: String) throws -> Bool {
        try Data(contentsOf: folder.url.appending(path: "\(state)/state.sqlite")).range(of: Data(word.utf8)) != nil
    }

    @Test func aSealedStateIsReadWithItsKeyOnly() throws {
        let (right, wrong) = (try key("right.key"), try key("wrong.key", String(repeating: "e5", count: 32)))
        #expect(try run("replay --input", [log, "--state", folder.path("plain")]).code == 0)
        #expect(try run("replay --input", [log, "--state", folder.path("sealed"), "--key-file", right]).code == 0)
        #expect(try holds("plain", "shopper-") && !holds("sealed", "shopper-"))
        let digests = try digests("plain")
        #expect(try self.digests("sealed", ["--key-file", right]) == digests)
        #expect(try self.digests("sealed", environment: ["FRESHET_STATE_KEY_FILE": right]) == digests)
        for verb in ["inspect state", "inspect user shopper-1", "inspect item i1", "recommend --user shopper-1"] {
            let state = ["--state", folder.path("sealed")]
            #expect(try run(verb, state + ["--key-file", right]).code == 0)
            let none = try run(verb, state)
            #expect(none.code == 78 && none.messages.contains("state.sqlite is sealed, and no key is given") && none.messages.contains("--key-file"))
            let other = try run(verb, state + ["--key-file", wrong])
            #expect(other.code == 78 && other.messages.contains("sealed with another key than the one in \(wrong)"), "\(other.messages)")
            let needless = try run(verb, ["--state", folder.path("plain"), "--key-file", right])
            #expect(needless.code == 78 && needless.messages.contains("freshet rekey --state DIR --new-key-file \(right)"), "\(needless.messages)")
        }
        let replay = try run("replay --input", [log, "--state", folder.path("sealed")])
        #expect(replay.code == 78 && replay.messages.contains("no key is given"), "\(replay.messages)")
        #expect(try self.digests("sealed", ["--key-file", right]) == digests, "nothing is lost")
    }

    @Test func aKeyThatOthersMayReadIsRefused() throws {
        let open = try key("open.key", mode: 0o644)
        let option = try run("replay --input", [log, "--state", folder.path("state"), "--key-file", open])
        #expect(option.code == 78 && option.messages.contains("--key-file: \(open): others may use it (mode 644)"), "\(option.messages)")
        let variable = try run("inspect state --state", [folder.path("state")], environment: ["FRESHET_STATE_KEY_FILE": open])
        #expect(variable.code == 78 && variable.messages.hasPrefix("FRESHET_STATE_KEY_FILE: \(open): others"), "\(variable.messages)")
        #expect(!FileManager.default.fileExists(atPath: folder.path("state")))
    }

    @Test func aConfigurationNamesTheKeyAndNeverShowsIt() throws {
        let file = try key("state.key")
        let text = """
            kafka: {brokers: embedded, delivery: at_least_once}
            topics: {events: [{name: clicks, type: click}]}
            state: {key_file: \(file)}
            """
        let configuration = try folder.add("freshet.yaml", text)
        let check = try run("check --config", [configuration])
        #expect(check.code == 0 && check.output.contains("state.key_file: \(file)\n"), "\(check.messages)")
        #expect(!check.output.contains("5e5e"))
        #expect(try run("replay --config", [configuration, "--input", log, "--state", folder.path("state")]).code == 0)
        #expect(try !holds("state", "shopper-"))
        #expect(try digests("state", ["--config", configuration]) == digests("state", ["--key-file", file]))
    }

    @Test func aStateIsSealedUnderAnotherKeyAndNoMore() throws {
        let (first, second) = (try key("first.key"), try key("second.key", String(repeating: "e5", count: 32)))
        let state = ["--state", folder.path("state")]
        #expect(try run("replay --input", [log] + state).code == 0)
        let digests = try digests("state")
        // The variable is for states that are sealed: it does not stand in the way of the first sealing.
        let sealed = try run("rekey", state + ["--new-key-file", first], environment: ["FRESHET_STATE_KEY_FILE": first])
        #expect(sealed.code == 0 && sealed.output.contains("is sealed with the key in \(first)"), "\(sealed.messages)")
        #expect(try self.digests("state", ["--key-file", first]) == digests && !holds("state", "shopper-"))
        #expect(try run("rekey", state + ["--new-key-file", second]).code == 78)
        #expect(try run("rekey", state + ["--key-file", first, "--new-key-file", second]).code == 0)
        #expect(try self.digests("state", ["--key-file", second]) == digests && !holds("state", "shopper-"))
        #expect(try run("rekey", state + ["--key-file", first, "--plain"]).code == 78)
        #expect(try run("rekey", state + ["--key-file", second, "--plain"]).code == 0)
        #expect(try self.digests("state") == digests)
    }

    @Test(arguments: [[], ["--plain", "--new-key-file", "x"]])
    func aRekeySaysWhatItIsToDo(_ options: [String]) throws {
        let run = try run("rekey --state", [folder.path("state")] + options)
        #expect(run.code == 64 && run.messages.contains("give either --new-key-file or --plain"), "\(run.messages)")
    }

    @Test func deadLettersOfAReplayNameNobodyOnRequest() throws {
        let file = try key("pseudonyms.key")
        let configuration = try folder.add("freshet.yaml", "privacy: {pseudonyms: on, pseudonym_key_file: \(file)}\n")
        for (options, isOpen) in [([], true), (["--config", configuration], false)] as [([String], Bool)] {
            let output = folder.path("out-\(isOpen).jsonl")
            let run = try run("replay --input", [log, "--state", folder.path("state-\(isOpen)"), "--output", output] + options)
            #expect(run.code == 0 && run.messages.contains("dead letters 1,"), "\(run.messages)")
            let letters = try folder.text("out-\(isOpen).jsonl").split(separator: "\n").filter { $0.contains("\"dead-letters\"") }
            #expect(letters.count == 1 && letters[0].contains("shopper-4711") == isOpen && letters[0].contains("\"freshet.offset\":\"41\""))
        }
    }
}
