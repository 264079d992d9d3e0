import FreshetLab
import FreshetRuntime
import Glibc

/// `freshet bench`: what one core does, and what the daemon does between two ends of a broker.
enum Bench: Verb {
    static let specification = VerbSpecification(
        name: "bench", summary: "Measures decoding, applying, recommending and memory on this machine, and the daemon on a broker.",
        discussion: """
            One core, no broker, a seeded shop: the same events in every run; each figure is the best of three runs.
            With --brokers, then freshet run itself, exactly once, in a process of its own: from a log that is there (kafka.no_lists: similar items
            only; kafka.list_per_10: and a list at every tenth event of a user; kafka.list_per_1: a list an event, not conflated, nothing else), and
            from the sending of an event to the list in a read_committed subscriber (latency.RATE, a list per 10 events). Processor time is that of
            the whole process from its ready on. The topics, freshet-bench-…, are made for the run and deleted.
            With --soak, instead: one daemon under an even load at half the rate at which it worked off the log, for an hour unless --seconds says
            otherwise. What it holds must come to rest: of memory, threads, descriptors and lag the median of the last quarter must not exceed that
            of the second quarter by more than a tenth and 8 MiB, 1 thread, 4 descriptors, a second's events; else the code is 74. The shop's users
            and items bound what there is to learn, and the log fills the tables first: give it enough --events.
            With --beside, instead of all that: freshet run and a Kafka Streams program that does the same work, on one broker, from the same
            records, in turn (beside.peer; beside.freshet at the peer's limits; beside.freshet_own at Freshet's own). Figures are medians of the
            rounds, with the lowest and the highest; ratios are of the same round; beside.cpu_ratio is Freshet's events per processor second
            over the peer's, from the peer's first event on, at the peer's limits unless --limits own. The broker must not have the peer's topics
            (clicks, carts, purchases, item-updates, recommendations, similar-items): they are made for the run and deleted.
            """,
        options: [
            .value("json", "OUT", "Where the figures go, as one JSON object.", isRequired: true),
            .value("events", "N", "Events of a run; fewer are faster, and less telling.", standard: "200000"),
            .value("brokers", "HOST:PORT", "Measures the daemon on this broker, too; with --beside 127.0.0.1:9092 where it is not given."),
            .flag("broker-only", "Leaves out what one core does."),
            .flag("soak", "Measures instead, on the broker, whether what the daemon holds comes to rest under a long load."),
            .value("beside", "DIR", "Compares the daemon with the Kafka Streams peer whose Java sources are in this folder; needs a JDK 17."),
            .value("jars", "DIR", "The jars that the peer needs.", standard: "kafka/libs, two folders above the peer's"),
            .value("rounds", "N", "How often each program is measured beside the other.", standard: "3"),
            .value("limits", "NAME", "Limits of the daemon beside the peer: peer, own or both.", standard: "both"),
            .value("peer-settings", "KEY=VALUE,…", "More settings of the peer, as stores=memory,threads=2."),
            .value("users", "N", "Users of the broker's shop.", standard: "20000"),
            .value("items", "N", "Items of the broker's shop.", standard: "10000"),
            .value("seed", "N", "Makes the broker's shop.", standard: "1"),
            .value(
                "rates", "N,N", "Events a second at which the time to the list is measured; with --soak the one of the load.", standard: "1000,5000"),
            .value("seconds", "N", "How long each rate is measured, a third of it before as a warm-up.", standard: "30; 3600 with --soak"),
        ],
        examples: [
            ("freshet bench --json bench.json", "Prints a table and writes the figures."),
            ("freshet bench --brokers 127.0.0.1:9092 --events 1000000 --json bench.json", "The daemon on a broker, too."),
            ("freshet bench --brokers 127.0.0.1:9092 --soak --seconds 600 --json soak.json", "Ten minutes of an even load."),
            ("freshet bench --beside peers/streams --brokers 127.0.0.1:9092 --json bench.json", "Beside a Kafka Streams program."),
        ],
        exitCodes: [.done, .usage, .brokerUnavailable, .internalError, .io, .configuration])

    /// They are made before they are measured, and lie in memory.
    static let eventsRange = 1_000...100_000_000

    static func run(_ arguments: Arguments) throws(Failure) -> ExitCode {
        let path = try arguments.required("json")
        var bench = CoreBench(now: { [watch = Stopwatch()] in watch.nanoseconds })
        bench.events = try arguments.integer("events", in: eventsRange) ?? bench.events
        let sideBySide = try sideBySide(arguments)
        let brokerBench = sideBySide == nil ? try brokerBench(arguments) : nil
        // Opened first: a path that cannot be written is told before the work.
        guard let file = fopen(path, "we") else { throw failure(path) }
        let progress = BenchProgress()
        var report = BenchReport()
        report.addMachine()
        if sideBySide == nil, !arguments.has("broker-only"), !arguments.has("soak") { report.add(bench.run(progress: progress.show)) }
        let result = try brokerBench.map { bench throws(Failure) in try measuring { () throws(BenchError) in try bench.run(progress: progress.show) }
        }
        if let result { report.add(result.report) }
        if let sideBySide { report.add(try measuring { () throws(BenchError) in try sideBySide.run(progress: progress.show) }) }
        print(report.table, terminator: "")
        let isWritten = fputs(report.json, file) >= 0
        guard fclose(file) == 0, isWritten else { throw failure(path) }
        if let problems = result?.problems, !problems.isEmpty { throw Failure(.io, "freshet bench: " + problems.joined(separator: "\n")) }
        return .done
    }

    private static func brokerBench(_ arguments: Arguments) throws(Failure) -> BrokerBench? {
        guard let brokers = arguments["brokers"] else {
            if let option = ["broker-only", "soak"].first(where: arguments.has) {
                throw Failure(.usage, "freshet bench: --\(option) needs --brokers HOST:PORT")
            }
            return nil
        }
        var bench = BrokerBench(brokers: brokers, executable: "/proc/self/exe")
        bench.events = try arguments.integer("events", in: eventsRange) ?? bench.events
        bench.load = try arguments.load(bench.load)
        bench.isSoak = arguments.has("soak")
        bench.seconds = try arguments.integer("seconds", in: 1...8_640_000) ?? (bench.isSoak ? 3600 : bench.seconds)
        bench.rates = try rates(arguments) ?? bench.rates
        if bench.isSoak, arguments.has("rates") {
            guard bench.rates.count == 1 else { throw Failure(.usage, "freshet bench: with --soak, --rates takes one rate") }
            bench.soakRate = bench.rates[0]
        }
        bench.isStopRequested = { StopSignal.isStopRequested }
        return bench
    }

    private static func rates(_ arguments: Arguments) throws(Failure) -> [Int]? {
        guard let text = arguments["rates"] else { return nil }
        let rates = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
        guard rates.allSatisfy((1...10_000_000).contains) else {
            throw Failure(.usage, "--rates takes whole numbers from 1 to 10000000 divided by commas, as 1000,5000, not '\(text)'")
        }
        return rates
    }

    private static func measuring<Result>(_ body: () throws(BenchError) -> Result) throws(Failure) -> Result {
        // From here on there are topics to delete and a daemon to end.
        StopSignal.install()
        do throws(BenchError) {
            return try body()
        } catch {
            let code: ExitCode =
                switch error {
                case .broker: .brokerUnavailable
                case .daemon: .internalError
                case .system, .stopped: .io
                case .unprepared: .configuration
                }
            throw Failure(code, "freshet bench: \(error)")
        }
    }

    private static func failure(_ path: String) -> Failure {
        let code = errno
        return Failure(
            FileError.Code(errno: code) == .unusable ? .configuration : .io, "\(path): cannot be written: \(String(cString: strerror(code)))")
    }
}

/// What is being measured, where somebody looks on; ten times a second, so that showing it costs nothing.
private final class BenchProgress {
    private let screen = Screen(descriptor: STDERR_FILENO)
    private let watch = Stopwatch()
    private var shownAt = -1.0

    func show(_ part: String) {
        guard screen.isTerminal, watch.seconds - shownAt >= 0.1 else { return }
        shownAt = watch.seconds
        screen.show(["measuring: \(part)"])
    }
}
