import FreshetRuntime
import Glibc

/// The Kafka Streams peer: Java sources, compiled into the folder of the run, and the command lines of its programs.
struct PeerProgram {
    let java: String
    private let classPath: String
    private let folder: String
    private let brokers: String

    /// The application's memory and collector, as its own measurements have them.
    private static let applicationFlags = ["-Xms2g", "-Xmx2g", "-XX:+UseParallelGC"]
    /// The first event of the log: not at a full hour of the peer's windows, so that some events fall out of them before the end.
    private static let start = 1_764_000_000_000
    private static let logSettings = """
        rootLogger.level = ERROR
        rootLogger.appenderRefs = err
        rootLogger.appenderRef.err.ref = err
        appender.err.type = Console
        appender.err.name = err
        appender.err.target = SYSTEM_ERR
        appender.err.layout.type = PatternLayout
        appender.err.layout.pattern = %d{HH:mm:ss.SSS} %p %c{1} %m%n

        """

    /// Compiles the peer's sources. `run` waits for a program's end.
    init(_ bench: SideBySide, in folder: ScratchFolder, run: (MeasuredProcess) throws(BenchError) -> Void) throws(BenchError) {
        let jars = bench.jars ?? "\(bench.peer)/../../kafka/libs"
        let sources = PeerProgram.files(bench.peer, "*.java")
        guard ["Load", "SpinePeer"].allSatisfy({ sources.contains("\(bench.peer)/\($0).java") }) else {
            throw .unprepared("--beside \(bench.peer): there are no Load.java and SpinePeer.java: give the folder of the Kafka Streams peer")
        }
        guard !PeerProgram.files(jars, "kafka-streams-*.jar").isEmpty else {
            throw .unprepared("\(jars): there is no kafka-streams jar: give the folder of the peer's jars with --jars DIR")
        }
        java = try PeerProgram.tool("java")
        let compiler = try PeerProgram.tool("javac")
        classPath = "\(folder.path)/classes:\(jars)/*"
        self.folder = folder.path
        brokers = bench.brokers
        _ = try folder.write(PeerProgram.logSettings, to: "log4j2.properties")
        let words = ["-nowarn", "-cp", "\(jars)/*", "-d", "\(folder.path)/classes"] + sources
        let compilation = try MeasuredProcess(compiler, words, log: "\(folder.path)/javac.log")
        try run(compilation)
        guard compilation.exitCode == 0 else { throw .unprepared("javac does not take the peer, which needs Java 17: \(compilation.lastLines)") }
    }

    /// The arguments of `java` for the program that fills the inputs.
    func load(_ bench: SideBySide) -> [String] {
        words("Load")
            + [
                "events=\(bench.events)", "users=\(bench.load.users)", "items=\(bench.load.items)", "seed=\(bench.load.seed)",
                "start=\(PeerProgram.start)",
            ]
    }

    /// The arguments of `java` for the peer, as the application `id`. Like the daemon it counts a user's events, not a partition's.
    func application(_ id: String, settings: [String]) -> [String] {
        PeerProgram.applicationFlags + words("SpinePeer") + ["app=\(id)", "state=\(folder)/\(id)", "every.by=user"] + settings
    }

    /// The topics that Kafka Streams makes for an application.
    static func changelogs(of id: String) -> [String] { ["history", "item-journal", "items"].map { "\(id)-\($0)-changelog" } }

    /// When the application took its first event, in milliseconds since the epoch, from what it has written; `nil` before.
    static func firstInput(in text: String) -> Int64? {
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() where line.hasPrefix("first-input ") {
            return Int64(line.dropFirst("first-input ".count))
        }
        return nil
    }

    private func words(_ program: String) -> [String] {
        ["-Dlog4j2.configurationFile=\(folder)/log4j2.properties", "-Djava.io.tmpdir=\(folder)", "-cp", classPath, program, "bootstrap=\(brokers)"]
    }

    private static func files(_ folder: String, _ pattern: String) -> [String] {
        var found = glob_t()
        defer { globfree(&found) }
        guard glob("\(folder)/\(pattern)", 0, nil, &found) == 0 else { return [] }
        return (0..<Int(found.gl_pathc)).compactMap { found.gl_pathv[$0].map { String(cString: $0) } }
    }

    /// The path of a program of the Java development kit.
    private static func tool(_ name: String) throws(BenchError) -> String {
        let variables = Environment.current
        let home = variables["JAVA_HOME"].map { ["\($0)/bin"] } ?? []
        let folders = home + (variables["PATH"] ?? "").split(separator: ":").map(String.init)
        guard let folder = folders.first(where: { access("\($0)/\(name)", X_OK) == 0 }) else {
            throw .unprepared("there is no \(name) in JAVA_HOME or PATH: the peer needs a JDK 17 (Debian: openjdk-17-jdk-headless)")
        }
        return "\(folder)/\(name)"
    }
}
