import FreshetLab
import Glibc

/// `freshet bench`: what one core does.
enum Bench: Verb {
    static let specification = VerbSpecification(
        name: "bench", summary: "Measures decoding, applying, recommending and memory on this machine.",
        discussion: "One core, no broker, a seeded shop: the same events in every run; each figure is the best of three runs.",
        options: [
            .value("json", "OUT", "Where the figures go, as one JSON object.", isRequired: true),
            .value("events", "N", "Events of a run; fewer are faster, and less telling.", standard: "200000"),
        ],
        examples: [("freshet bench --json bench.json", "Prints a table and writes the figures.")], exitCodes: [.done, .usage, .io])

    static func run(_ arguments: Arguments) throws(Failure) -> ExitCode {
        let path = try arguments.required("json")
        var bench = CoreBench(now: nanoseconds)
        bench.events = try arguments.integer("events", least: 1000) ?? bench.events
        // Opened first: a path that cannot be written is told before the work.
        guard let file = fopen(path, "we") else { throw failure(path) }
        let screen = Screen(descriptor: STDERR_FILENO)
        let report = bench.run { part in
            if screen.isTerminal { screen.show(["measuring: \(part)"]) }
        }
        print(report.table, terminator: "")
        let isWritten = fputs(report.json, file) >= 0
        guard fclose(file) == 0, isWritten else { throw failure(path) }
        return .done
    }

    private static func failure(_ path: String) -> Failure { Failure(.io, "\(path): cannot be written: \(String(cString: strerror(errno)))") }

    private static func nanoseconds() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
