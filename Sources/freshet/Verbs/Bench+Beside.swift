import FreshetLab
import FreshetRuntime

/// `freshet bench --beside`: which comparison is asked for.
extension Bench {
    private static let options = ["jars", "rounds", "peer-settings"]

    /// The comparison; `nil` without `--beside`.
    static func sideBySide(_ arguments: Arguments) throws(Failure) -> SideBySide? {
        guard let peer = arguments["beside"] else {
            if let option = options.first(where: arguments.has) { throw Failure(.usage, "freshet bench: --\(option) needs --beside DIR") }
            return nil
        }
        if let option = ["broker-only", "soak", "rates", "seconds"].first(where: arguments.has) {
            throw Failure(.usage, "freshet bench: --\(option) has no meaning with --beside")
        }
        var bench = SideBySide(brokers: arguments["brokers"] ?? Configuration().kafka.brokers, executable: "/proc/self/exe", peer: peer)
        bench.jars = arguments["jars"]
        bench.events = try arguments.integer("events", in: eventsRange) ?? bench.events
        bench.load = try arguments.load(bench.load)
        bench.rounds = try arguments.integer("rounds", in: 1...1000) ?? bench.rounds
        bench.limits = try limits(arguments) ?? bench.limits
        bench.peerSettings = try peerSettings(arguments)
        bench.isStopRequested = { StopSignal.isStopRequested }
        return bench
    }

    /// Whose limits are asked for; `nil` where the option was not given, or is `both`.
    static func limits(_ arguments: Arguments) throws(Failure) -> [SideBySide.Limits]? {
        guard let text = arguments["limits"] else { return nil }
        if text == "both", arguments.has("beside") { return nil }
        guard let limits = SideBySide.Limits(rawValue: text) else {
            let names = arguments.has("beside") ? "peer, own or both" : "peer or own"
            throw Failure(.usage, "freshet bench: --limits takes \(names), not '\(text)'")
        }
        return [limits]
    }

    private static func peerSettings(_ arguments: Arguments) throws(Failure) -> [String] {
        let settings = (arguments["peer-settings"] ?? "").split(separator: ",").map(String.init)
        if let wrong = settings.first(where: { !$0.dropFirst().contains("=") }) {
            throw Failure(.usage, "freshet bench: --peer-settings takes KEY=VALUE pairs divided by commas, not '\(wrong)'")
        }
        return settings
    }
}
