import Foundation
import Testing

/// A real Kafka of a test's own, which it may kill, started by the script that `FRESHET_KAFKA_SH` names. It ends with its owner.
final class OwnBroker {
    /// The script, from the environment.
    static let script: URL? = ProcessInfo.processInfo.environment["FRESHET_KAFKA_SH"].map { URL(filePath: $0) }
    private static let portsTried = 5

    /// Its address.
    let bootstrap: String
    let folder: URL
    /// The first of its ports.
    let port: Int

    /// `options` are further ones of the script's `start`.
    init(options: [String] = []) throws {
        let parent = FileManager.default.temporaryDirectory.appending(path: "freshet-broker-\(UInt64.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
        var started: (folder: URL, port: Int)?
        for attempt in 0..<Self.portsTried where started == nil {
            // Below the range that outgoing connections use; a broker takes three ports from this one on.
            let port = 10 * Int.random(in: 2000..<3000)
            let folder = parent.appending(path: "\(attempt)")
            if try Self.run(["start", folder.path(), "--port", "\(port)"] + options) == 0 { started = (folder, port) }
        }
        (folder, port) = try #require(started, "no broker could be started")
        bootstrap = "127.0.0.1:\(port)"
    }

    deinit {
        _ = try? Self.run(["stop", folder.path()])
        try? FileManager.default.removeItem(at: folder.deletingLastPathComponent())
    }

    /// Lets the script `kill`, `stop`, `pause`, `resume` or `restart` all brokers, or one of several, from 1.
    func perform(_ verb: String, node: Int? = nil) throws {
        let killed = verb == "kill" ? try processes(node) : []
        var code: Int32 = -1
        // On a busy machine the script may take a broker that it has only just started for one that has ended; asked again, it waits for it.
        for _ in 0..<(verb == "restart" ? 3 : 1) where code != 0 { code = try Self.run([verb, folder.path()] + (node.map { ["\($0)"] } ?? [])) }
        try #require(code == 0, "\(verb)")
        // On a busy machine a process outlives its SIGKILL for a while, and a restart would take it for one that runs.
        let areGone = waitUntil { killed.allSatisfy(Self.isGone) }
        try #require(areGone, "\(killed) outlive SIGKILL")
    }

    /// Whether a process has ended; one that nobody has waited for yet has no command line any more.
    private static func isGone(_ process: pid_t) -> Bool {
        (try? String(contentsOfFile: "/proc/\(process)/cmdline", encoding: .utf8))?.isEmpty ?? true
    }

    /// The processes of all brokers, or of one.
    private func processes(_ node: Int?) throws -> [pid_t] {
        let names = try node.map { ["node\($0)"] } ?? FileManager.default.contentsOfDirectory(atPath: folder.path()).filter { $0.hasPrefix("node") }
        return names.compactMap { try? String(contentsOf: folder.appending(path: "\($0)/pid"), encoding: .utf8) }
            .compactMap { pid_t($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }

    /// Runs one of Kafka's own tools.
    func useTool(_ name: String, _ arguments: [String]) throws {
        let code = try Self.run(["tool", name, "--bootstrap-server", bootstrap] + arguments)
        try #require(code == 0, "\(name) \(arguments)")
    }

    /// SIGKILL, and the same broker again with the data that it had; returns once it answers.
    func killAndRestart() throws {
        try perform("kill")
        try perform("restart")
    }

    /// Runs the script to its end; its exit code. The broker inherits nothing but standard error: by anything else it would be waited for, too.
    private static func run(_ arguments: [String]) throws -> Int32 {
        let script: URL = try #require(script, "FRESHET_KAFKA_SH names no script")
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
        for number in try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap(Int32.init) where number > STDERR_FILENO {
            posix_spawn_file_actions_addclose(&actions, number)
        }
        var words = ([script.path()] + arguments).map { strdup($0) } + [nil]
        var variables = ProcessInfo.processInfo.environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in words + variables { free(text) } }
        var process = pid_t()
        try #require(posix_spawn(&process, script.path(), &actions, nil, &words, &variables) == 0)
        var status: Int32 = 0
        try #require(waitpid(process, &status, 0) == process)
        return status & 0x7f == 0 ? status >> 8 & 0xff : -1
    }
}
