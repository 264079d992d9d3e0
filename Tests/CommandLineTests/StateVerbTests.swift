import FreshetCore
import FreshetKernels
import FreshetRuntime
import Glibc
import Testing

@testable import freshet

/// A folder with a log of events and configurations, which ends with its owner.
private final class LogFolder {
    let path: String

    init() throws {
        var template = Array("/tmp/freshet-verbs-XXXXXX\0".utf8CString)
        let made = mkdtemp(&template)
        path = String(cString: try #require(made))
        let lines = (0..<40).map { number in
            "{\"user_id\":\"u\(number % 4)\",\"item_id\":\"i\(number % 7)\",\"type\":\"click\",\"timestamp\":\(1_764_000_000_000 + number * 1000)}"
        }
        try write(lines.joined(separator: "\n"), to: "log.jsonl")
    }

    deinit {
        for name in ["log.jsonl", "a.yaml", "b.yaml"] { unlink("\(path)/\(name)") }
        for name in ["lock", "state.sqlite", "state.sqlite-wal", "state.sqlite-shm"] { unlink("\(path)/state/\(name)") }
        rmdir(path + "/state")
        rmdir(path)
    }

    func write(_ text: String, to name: String) throws {
        let file = try #require(fopen("\(path)/\(name)", "w"))
        fputs(text, file)
        fclose(file)
    }

    func run(_ line: String) -> ExitCode { Program.run(words(line)) }

    /// The digests that `inspect state` shows with these options.
    func digests(_ options: String) throws(Failure) -> [String] {
        let state = try Arguments(words("--state DIR/state " + options), InspectState.specification).openState()
        defer { state.store.close() }
        return DigestTable.allCases.map { table in
            let digest = Digest()
            state.publication.canonicalRows(of: table) { digest.update($0) }
            return digest.finish()
        }
    }

    private func words(_ line: String) -> [String] {
        line.split(separator: " ").map { word in word.hasPrefix("DIR/") ? path + word.dropFirst(3) : String(word) }
    }
}

@Suite struct StateVerbTests {
    /// Settings under which the defaults would read another state, or none.
    private static let settings = """
        topics: {events: [{name: clicks, type: click}]}
        limits: {dedup_events_max: 30}
        signals: {item_similarity: {window: 90d}}
        """

    @Test func aStateIsShownUnderItsOwnSettings() throws {
        let folder = try LogFolder()
        try folder.write(StateVerbTests.settings, to: "a.yaml")
        try folder.write("topics: {events: [{name: clicks, type: click}]}", to: "b.yaml")
        #expect(folder.run("replay --input DIR/log.jsonl --config DIR/a.yaml --state DIR/state") == .done)
        #expect(try folder.digests("") == folder.digests("--config DIR/a.yaml"))
        for verb in ["inspect state", "inspect user u1", "inspect item i1", "recommend --user u1"] {
            #expect(folder.run("\(verb) --state DIR/state --json") == .done)
            #expect(folder.run("\(verb) --state DIR/state --config DIR/b.yaml --json") == .configuration)
        }
    }

    @Test func aMistakeInTheConfigurationIsToldBeforeTheFolderIsOpened() throws {
        let folder = try LogFolder()
        try folder.write(StateVerbTests.settings, to: "a.yaml")
        try folder.write("limts: {}", to: "b.yaml")
        #expect(folder.run("replay --input DIR/log.jsonl --config DIR/a.yaml --state DIR/state") == .done)
        let owner = try SQLiteStore(folder: folder.path + "/state")
        defer { owner.close() }
        #expect(folder.run("inspect state --state DIR/state --config DIR/b.yaml") == .configuration)
        #expect(folder.run("inspect state --state DIR/state --config DIR/a.yaml") == .tryAgain)
        let arguments = try Arguments(
            ["--state", folder.path + "/state", "--config", folder.path + "/b.yaml"], InspectState.specification)
        #expect { try arguments.openState() } throws: { ($0 as? Failure)?.message.hasPrefix("\(folder.path)/b.yaml:1: limts") ?? false }
    }

    @Test func filesWithoutAConfigurationMakeTheStateOfItsDefaults() throws {
        let folder = try LogFolder()
        try folder.write("topics: {events: [{name: clicks, type: click}, {name: carts, type: cart}]}", to: "a.yaml")
        #expect(folder.run("replay --input DIR/log.jsonl --state DIR/state") == .done)
        #expect(try folder.digests("") == folder.digests("--config DIR/a.yaml"))
    }

    @Test func onlyWhatMayGoBetterIsWorthAnotherTry() throws {
        let folder = try LogFolder()
        #expect(folder.run("inspect state --state DIR/nosuch") == .configuration)
        #expect(folder.run("replay --input DIR/nosuch --state DIR/state") == .badInput)
        #expect(folder.run("replay --input DIR/log.jsonl --output DIR/nosuch/out --state DIR/state") == .configuration)
        #expect(folder.run("replay --input DIR/log.jsonl --state DIR/log.jsonl/state") == .configuration)
        #expect(folder.run("replay --input DIR/log.jsonl --state DIR/state") == .done)
        let path = folder.path + "/state/state.sqlite"
        var information = stat()
        try #require(stat(path, &information) == 0)
        for length in [Int64(information.st_size) * 3 / 4, 4096, 600, 10] {
            truncate(path, off_t(length))
            #expect(folder.run("inspect state --state DIR/state") == .configuration, "\(length) bytes")
        }
    }

    @Test(arguments: [
        "replay --input DIR/log.jsonl --format rees64 --state DIR/state",
        "replay --config DIR/a.yaml --from 0 --format otto --state DIR/state",
        "replay --config DIR/a.yaml --from 0 --output DIR/out.jsonl --state DIR/state",
    ])
    func aReplayThatIsToldNonsenseLeavesNothing(_ line: String) throws {
        let folder = try LogFolder()
        try folder.write(StateVerbTests.settings, to: "a.yaml")
        #expect(folder.run(line) == .usage)
        #expect(access(folder.path + "/state", F_OK) != 0)
    }
}
