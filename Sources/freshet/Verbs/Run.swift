import FreshetCore
import FreshetRuntime

/// `freshet run`: the daemon.
enum Run: Verb {
    static let specification = VerbSpecification(
        name: "run", summary: "Reads events from Kafka, learns, and publishes, until it is told to stop.",
        discussion: """
            SIGTERM and SIGINT drain, commit, save and end with 0. A second instance of the same group takes over, and the first one ends with 75.
            With kafka.brokers: embedded a broker runs in this process; nothing outlives it, neither topics nor state.
            FRESHET_LOG=debug|info|warning|error sets what is logged; every ten seconds a line holds all figures.
            """,
        options: [
            .configuration(), .value("state", "DIR", "The state folder, instead of state.path."),
            .value("from-time", "TIME", "Where a first start begins to read: RFC 3339 or epoch milliseconds.", standard: "the log's start"),
            .flag("rebuild", "The operator's word that state is lost: make it anew from inputs and journal."),
        ],
        examples: [("freshet run --config freshet.yaml", "Runs until SIGTERM.")],
        exitCodes: [.done, .usage, .brokerUnavailable, .internalError, .io, .tryAgain, .configuration])

    static func run(_ arguments: Arguments) throws(Failure) -> ExitCode {
        StopSignal.install()
        let loaded = try arguments.configuration()
        let fromTime = try arguments.time("from-time")?.milliseconds
        let log = Log.standardError(level: try level(Environment.current["FRESHET_LOG"]))
        for notice in loaded.notices { log.warning(notice.description) }
        do throws(Failure) {
            return try DaemonService(loaded.configuration, arguments, fromTime: fromTime, log).run()
        } catch {
            // From here on even the last word is a line of the log: machines read it.
            log.error(error.message, ["exit_code": .integer(Int64(error.code.rawValue))])
            return error.code
        }
    }

    /// The level that a variable names; without one, `info`.
    static func level(_ name: String?) throws(Failure) -> LogLevel {
        guard let name, !name.isEmpty else { return .info }
        guard let level = LogLevel(name: name) else {
            throw Failure(.usage, "FRESHET_LOG takes debug, info, warning or error, not '\(name)'")
        }
        return level
    }
}
