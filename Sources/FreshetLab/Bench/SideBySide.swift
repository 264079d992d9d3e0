/// The daemon beside a Kafka Streams program that does the same work: on one broker, from the very same records, one after the other, several times.
///
/// Both are child processes that read the log of the peer's own generator, exactly once, and publish a list at every tenth event of a user and
/// the similar items that changed, once a commit. One run of each is a round, and every second round goes the other way round.
public struct SideBySide {
    /// Whose limits the daemon keeps to.
    public enum Limits: String, CaseIterable, Sendable {
        /// The peer's: histories, pairs, window and signals as far as both have them.
        case peer
        /// The daemon's own, as they stand without a configuration.
        case own
    }

    /// The broker, `host:port`. It must not have topics of the peer's names, which are fixed.
    public var brokers: String
    /// The program of which `run` is measured.
    public var executable: String
    /// The folder of the peer's Java sources.
    public var peer: String
    /// The folder of the jars that the peer needs; `nil`: `kafka/libs` beside the folder that holds the peer's.
    public var jars: String?
    /// More settings of the peer, each `key=value`.
    public var peerSettings: [String] = []
    /// Events of the log.
    public var events = 200_000
    /// The shop that they come from.
    public var load = LoadSettings()
    /// How often each program is measured.
    public var rounds = 3
    /// The limits with which the daemon is measured; the ratios are of the first.
    public var limits = Limits.allCases
    /// Asked often; `true` ends the bench.
    public var isStopRequested: () -> Bool = { false }

    /// A comparison of `executable` with the peer of a folder.
    public init(brokers: String, executable: String, peer: String) {
        self.brokers = brokers
        self.executable = executable
        self.peer = peer
        load.users = 20_000
        load.items = 10_000
    }

    /// Runs all of it. `progress` is told what is being measured. Topics are made for the run, and deleted.
    public func run(progress: (String) -> Void) throws(BenchError) -> BenchReport {
        let run = try SideBySideRun(self)
        defer { run.topics.deleteAll() }
        try run.fill(progress)
        let contenders = [Contender.peer] + limits.map { .freshet($0) }
        var results = SideBySideResults(contenders)
        for round in 1...rounds {
            for contender in round.isMultiple(of: 2) ? contenders.reversed() : contenders {
                results.add(try run.measure(contender, round, progress), of: contender)
            }
        }
        return results.report
    }
}

/// One of those that are compared.
enum Contender: Hashable {
    case peer
    case freshet(SideBySide.Limits)

    /// Its name in the report.
    var name: String {
        switch self {
        case .peer: "peer"
        case .freshet(.peer): "freshet"
        case .freshet(.own): "freshet_own"
        }
    }
}
