import FreshetRuntime
@preconcurrency import Glibc

/// A program in a process of its own, all that it writes in a file, and what the system says of its use of processor and memory.
final class MeasuredProcess {
    let pid: pid_t
    private let log: String
    private var status: Int32?

    /// Starts a program. It inherits the environment, but for Freshet's own variables: they would change what is measured.
    init(_ program: String, _ arguments: [String], log: String) throws(BenchError) {
        self.log = log
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
        let kept = Environment.current.filter { !$0.key.hasPrefix("FRESHET_") && $0.key != "NOTIFY_SOCKET" }
        var made = pid_t()
        let code = withCStrings([program] + arguments) { words in
            withCStrings(kept.map { "\($0.key)=\($0.value)" }) { variables in posix_spawn(&made, program, &actions, nil, words, variables) }
        }
        guard code == 0 else { throw .system("\(program): cannot be started: \(String(cString: strerror(code)))") }
        pid = made
    }

    deinit {
        if isRunning {
            kill(pid, SIGKILL)
            waitpid(pid, nil, 0)
        }
    }

    var isRunning: Bool {
        guard status == nil else { return false }
        var ended: Int32 = 0
        if waitpid(pid, &ended, WNOHANG) == pid { status = ended }
        return status == nil
    }

    /// Seconds of processor time so far, of all its threads, in user and system mode.
    var processorSeconds: Double {
        var clock = clockid_t()
        guard clock_getcpuclockid(pid, &clock) == 0, let nanoseconds = Stopwatch.read(clock) else { return .nan }
        return Double(nanoseconds) / 1e9
    }

    /// The most memory that it held, in MiB.
    var peakMemory: Double { HeldResources(of: pid).peakMemory }

    /// All that it has written, to its log and to standard output.
    var written: String { SystemFile.read(log) }

    /// The end of its log.
    var lastLines: String { written.split(separator: "\n").suffix(3).joined(separator: "\n") }

    /// Asks it to end, and waits; the exit code, or `nil` where a signal or the time-out of a minute ended it.
    func stop() -> Int32? {
        if isRunning { kill(pid, SIGTERM) }
        let watch = Stopwatch()
        while isRunning, watch.seconds < 60 { Stopwatch.sleep(nanoseconds: 5_000_000) }
        return exitCode
    }

    /// The exit code of a program that has ended by itself; `nil` while it runs, and where a signal ended it.
    var exitCode: Int32? {
        guard !isRunning, let status, status & 0x7f == 0 else { return nil }
        return status >> 8 & 0xff
    }
}

/// Calls `body` with the texts as C strings, ended by a null pointer.
private func withCStrings<Result>(_ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result) -> Result {
    let strings = texts.map { strdup($0) }
    defer { strings.forEach { free($0) } }
    return body(strings + [nil])
}

/// Small files that the system makes up as they are read.
enum SystemFile {
    /// The whole text; empty where there is no such file.
    static func read(_ path: String) -> String {
        guard let stream = fopen(path, "re") else { return "" }
        defer { fclose(stream) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&chunk, 1, chunk.count, stream)
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += chunk[..<count]
        }
    }
}
