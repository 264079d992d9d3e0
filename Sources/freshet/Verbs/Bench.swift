import FreshetLab
import FreshetRuntime
import Glibc

/// `freshet bench`: what one core does, and what the daemon does between two ends of a broker.
enum Bench: Verb {
    static let specification = VerbSpecification(
        name: "bench", summary: "Measures decoding, applying, recommending and memory on this machine, and the daemon on a broker.",
        discussion: """
            One core, no broker, a seeded shop: the same events in every run; each figure is the best of three runs. checkpoint… and restore… save
            and load all rows of its state, plain and sealed with a key, in a folder below TMPDIR.
            With --brokers, then freshet run itself, exactly once, in a process of its own: from a log that is there (kafka.no_lists: similar items
            only; kafka.list_per_10: and a list at every tenth event of a user; kafka.list_per_1: a list an event, not conflated, nothing else), and
            from the sending of an event to the list in a read_committed subscriber (latency.RATE, a list per 10 events). Processor time is that of
            the whole process from its ready on. The topics, freshet-bench-…, are made for the run and deleted.
            With --limits peer it has the signals and the limits that the Kafka Streams peer of --beside has.
            For each rate latency.RATE.cpu… say which process had how many cores meanwhile, and for how many freshet run was ready in vain.
            With --growth, instead: shops with so many users, each with a week of ten events a user, with a fifth as many items as users, and with
            20,000 items: processor time of an event and of a list, memory of a user, an item and a pair, and how flat each of them is.
            With --catalogue, instead: a shop whose so many items stand in a catalogue, and the same without one: reading a record, memory of an
            item, an event with its list, a start, and how long it takes until an item that cannot be sold has left all lists.
            With --soak, instead: one daemon under an even load at half the rate that it sustained while events came as fast as it had worked off
            the log, for an hour unless --seconds says otherwise. What it holds must come to rest: of memory, threads, descriptors and lag the median of the last quarter must
            not exceed that of the second quarter by more than a tenth and 8 MiB, 1 thread, 4 descriptors, a second's events; else the code is 74.
            The shop's users and items bound what there is to learn, and the log fills the tables first: give it enough --events.
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
            .value("html", "OUT", "The figures as a page, too, with charts of --growth and --soak."),
            .value("growth", "N,N", "Measures instead how cost and memory grow with so many users, as 10000,100000,1000000."),
            .value("catalogue", "ITEMS", "Measures instead what a catalogue of so many items costs, as 1000000."),
            .flag("soak", "Measures instead, on the broker, whether what the daemon holds comes to rest under a long load."),
            .value("beside", "DIR", "Compares the daemon with the Kafka Streams peer whose Java sources are in this folder; needs a JDK 17."),
            .value("jars", "DIR", "The jars that the peer needs.", standard: "kafka/libs, two folders above the peer's"),
            .value("rounds", "N", "How often each program is measured beside the other.", standard: "3"),
            .value("limits", "NAME", "Limits of the daemon: peer or own; both beside the peer.", standard: "own; both with --beside"),
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
            ("freshet bench --growth 10000,100000,1000000 --json growth.json --html growth.html", "What ten times as many users cost."),
            ("freshet bench --brokers 127.0.0.1:9092 --soak --seconds 600 --json soak.json", "Ten minutes of an even load."),
            ("freshet bench --beside peers/streams --brokers 127.0.0.1:9092 --json bench.json", "Beside a Kafka Streams program."),
        ],
        exitCodes: [.done, .usage, .brokerUnavailable, .internalError, .io, .configuration])

    /// They are made before they are measured, and lie in memory.
    static let eventsRange = 1_000...100_000_000

    static func run(_ arguments: Arguments) throws(Failure) -> ExitCode {
        let (path, page) = (try arguments.required("json"), arguments["html"])
        let measure = try measurement(arguments)
        // Opened first: a path that cannot be written is told before the work.
        let files = (try OutputFile(path), try page.map { path throws(Failure) in try OutputFile(path) })
        let progress = BenchProgress()
        var report = BenchReport()
        report.addMachine()
        report.add(try measure(progress.show))
        print(report.table, terminator: "")
        try files.0.write(report.json)
        try files.1?.write(report.html)
        guard report.problems.isEmpty else { throw Failure(.io, "freshet bench: " + report.problems.joined(separator: "\n")) }
        return .done
    }

    private typealias Measurement = ((String) -> Void) throws(Failure) -> BenchReport

    /// What is asked for. All that is wrong with the arguments is told here.
    private static func measurement(_ arguments: Arguments) throws(Failure) -> Measurement {
        let sideBySide = try sideBySide(arguments)
        if let catalogue = try catalogueBench(arguments) { return { progress throws(Failure) in catalogue.run(progress: progress) } }
        if let growth = try growthBench(arguments) { return { progress throws(Failure) in growth.run(progress: progress) } }
        if let sideBySide {
            return { progress throws(Failure) in try measuring { () throws(BenchError) in try sideBySide.run(progress: progress) } }
        }
        var core: CoreBench? = CoreBench(now: { [watch = Stopwatch()] in watch.nanoseconds })
        if let events = try arguments.integer("events", in: eventsRange) { core?.events = events }
        let broker = try brokerBench(arguments)
        if arguments.has("broker-only") || arguments.has("soak") { core = nil }
        return { progress throws(Failure) in
            var report = core?.run(progress: progress) ?? BenchReport()
            if let broker { report.add(try measuring { () throws(BenchError) in try broker.run(progress: progress) }) }
            return report
        }
    }

    private static func catalogueBench(_ arguments: Arguments) throws(Failure) -> CatalogueBench? {
        guard let items = try arguments.integer("catalogue", in: 1...10_000_000) else { return nil }
        if let option = ["growth", "brokers", "broker-only", "soak", "beside", "items", "rates", "seconds"].first(where: arguments.has) {
            throw Failure(.usage, "freshet bench: --\(option) has no meaning with --catalogue")
        }
        var bench = CatalogueBench(processorTime: { Stopwatch.threadNanoseconds })
        bench.items = items
        bench.users = try arguments.integer("users", in: 1...100_000_000) ?? bench.users
        bench.events = try arguments.integer("events", in: eventsRange) ?? bench.events
        bench.seed = try arguments.integer("seed", in: 0...UInt64.max) ?? bench.seed
        return bench
    }

    private static func growthBench(_ arguments: Arguments) throws(Failure) -> GrowthBench? {
        guard let users = try numbers("growth", arguments, upTo: 100_000_000) else { return nil }
        if let option = ["events", "brokers", "broker-only", "soak", "beside", "users", "items", "rates", "seconds"].first(where: arguments.has) {
            throw Failure(.usage, "freshet bench: --\(option) has no meaning with --growth")
        }
        var bench = GrowthBench(processorTime: { Stopwatch.threadNanoseconds })
        bench.users = users.sorted()
        bench.seed = try arguments.integer("seed", in: 0...UInt64.max) ?? bench.seed
        return bench
    }

    private static func brokerBench(_ arguments: Arguments) throws(Failure) -> BrokerBench? {
        guard let brokers = arguments["brokers"] else {
            if let option = ["broker-only", "soak", "limits"].first(where: arguments.has) {
                throw Failure(.usage, "freshet bench: --\(option) needs --brokers HOST:PORT")
            }
            return nil
        }
        var bench = BrokerBench(brokers: brokers, executable: "/proc/self/exe")
        bench.events = try arguments.integer("events", in: eventsRange) ?? bench.events
        bench.load = try arguments.load(bench.load)
        bench.isSoak = arguments.has("soak")
        bench.seconds = try arguments.integer("seconds", in: 1...8_640_000) ?? (bench.isSoak ? 3600 : bench.seconds)
        bench.limits = try limits(arguments)?.first ?? bench.limits
        bench.rates = try numbers("rates", arguments, upTo: 10_000_000) ?? bench.rates
        if bench.isSoak, arguments.has("rates") {
            guard bench.rates.count == 1 else { throw Failure(.usage, "freshet bench: with --soak, --rates takes one rate") }
            bench.soakRate = bench.rates[0]
        }
        bench.isStopRequested = { StopSignal.isStopRequested }
        return bench
    }

    /// Whole numbers divided by commas; `nil` where the option was not given.
    private static func numbers(_ option: String, _ arguments: Arguments, upTo largest: Int) throws(Failure) -> [Int]? {
        guard let text = arguments[option] else { return nil }
        let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
        guard numbers.allSatisfy((1...largest).contains) else {
            throw Failure(.usage, "--\(option) takes whole numbers from 1 to \(largest) divided by commas, as 1000,5000, not '\(text)'")
        }
        return numbers
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
}

/// A file that takes what was measured.
private final class OutputFile {
    private let path: String
    private var stream: UnsafeMutablePointer<FILE>?

    init(_ path: String) throws(Failure) {
        self.path = path
        stream = fopen(path, "we")
        if stream == nil { throw failure }
    }

    deinit {
        if let stream { fclose(stream) }
    }

    /// Writes all of it, and closes the file.
    func write(_ text: String) throws(Failure) {
        guard let open = stream else { return }
        stream = nil
        let isWritten = fputs(text, open) >= 0
        guard fclose(open) == 0, isWritten else { throw failure }
    }

    private var failure: Failure {
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
