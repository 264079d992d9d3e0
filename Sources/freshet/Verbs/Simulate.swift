import FreshetCore
import FreshetKernels
import FreshetLab
import Glibc

/// `freshet simulate`: the daemon under seeded faults.
enum Simulate: Verb {
    static let specification = VerbSpecification(
        name: "simulate", summary: "Runs the daemon under seeded faults of broker, disk and clock, and judges what it published and kept.",
        discussion: """
            Each seed makes a shop, settings and a schedule of faults: kills at any call, lost answers, outages, second instances, full disks, clocks
            that jump. The daemon is the real one; broker, disk and clock are models in this process. At the end outputs and state must be what an
            off-line recomputation from input and journal gives. A seed that fails is printed with the shortest schedule found that still fails; the
            same seed fails again on every machine.
            """,
        options: [
            .value("seeds", "A..B", "The seeds, both ends included; one number is one seed.", isRequired: true),
            .flag("catalogue", "The shop has a catalogue, rules and erasures, too."),
            .flag("schedule", "Prints the schedule of each seed, and what came of it."),
            .json,
        ],
        examples: [
            ("freshet simulate --seeds 0..499", "what the test run does"),
            ("freshet simulate --seeds 42 --schedule", "replays one seed and shows its faults"),
        ],
        exitCodes: [.done, .usage, .internalError])

    static func run(_ arguments: Arguments) throws(Failure) -> ExitCode {
        let seeds = try seeds(of: arguments)
        let screen = Screen(descriptor: STDERR_FILENO)
        let simulator = Simulator(hasSides: arguments.has("catalogue"))
        var failed: [Simulator.Outcome] = []
        var faults = 0
        for seed in seeds {
            let outcome = simulator.run(seed: seed)
            faults += outcome.struck.count
            if arguments.has("schedule") { screen.write(lines(outcome)) }
            if !outcome.violations.isEmpty {
                let narrowed = simulator.narrowed(outcome)
                failed.append(narrowed)
                screen.write(lines(narrowed))
            }
            if screen.isTerminal { screen.show([progress(seed, seeds, failed.count)]) }
        }
        if arguments.has("json") { print(json(seeds, faults, failed)) } else { print(text(seeds, faults, failed)) }
        return failed.isEmpty ? .done : .internalError
    }

    private static func seeds(of arguments: Arguments) throws(Failure) -> ClosedRange<UInt64> {
        let text = try arguments.required("seeds")
        let ends = text.split(separator: "..", omittingEmptySubsequences: false).map { UInt64($0) }
        guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2, first <= last else {
            throw Failure(.usage, "--seeds takes two numbers as 0..499, or one, not '\(text)'\nTry: freshet simulate --help")
        }
        // They are counted in an Int.
        guard last - first < UInt64(Int.max) else { throw Failure(.usage, "--seeds takes at most \(Int.max) seeds, not '\(text)'") }
        return first...last
    }

    private static func progress(_ seed: UInt64, _ seeds: ClosedRange<UInt64>, _ failed: Int) -> String {
        let share = Double(seed - seeds.lowerBound + 1) / Double(seeds.count)
        let filled = Int(share * 40)
        return "[" + String(repeating: "#", count: filled) + String(repeating: ".", count: 40 - filled) + "] seed \(seed), \(failed) failed"
    }

    private static func lines(_ outcome: Simulator.Outcome) -> [String] {
        ["seed \(outcome.seed): " + (outcome.violations.first ?? "passes, \(outcome.struck.count) faults struck")]
            + outcome.violations.dropFirst().map { "  and: \($0)" } + outcome.schedule.map { "  \($0)" }
    }

    private static func text(_ seeds: ClosedRange<UInt64>, _ faults: Int, _ failed: [Simulator.Outcome]) -> String {
        let verdict = failed.isEmpty ? "all pass" : "\(failed.count) fail: \(failed.map { String($0.seed) }.joined(separator: ", "))"
        return "\(seeds.count) seeds, \(faults) faults struck: \(verdict)"
    }

    private static func json(_ seeds: ClosedRange<UInt64>, _ faults: Int, _ failed: [Simulator.Outcome]) -> String {
        let failures = failed.map { outcome in
            "{\"seed\":\(outcome.seed),\"violations\":[\(list(outcome.violations))],\"schedule\":[\(list(outcome.schedule.map(\.description)))]}"
        }
        return "{\"seeds\":\(seeds.count),\"faults\":\(faults),\"failed\":[\(failures.joined(separator: ","))]}"
    }

    private static func list(_ texts: [String]) -> String {
        let bytes = ByteBuffer()
        for (place, text) in texts.enumerated() {
            if place > 0 { bytes.append(",") }
            text.withBytes(bytes.appendJSON(string:))
        }
        return bytes.view.text
    }
}
