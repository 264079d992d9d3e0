/// What `freshet run` does between two ends of a broker: events a second from a log that is there, and times from an event to its list.
///
/// The daemon is a child process, so that its processor time and memory are its own; the load and the subscriber are in this one.
public struct BrokerBench {
    /// The broker, `host:port`.
    public var brokers: String
    /// The program of which `run` is measured.
    public var executable: String
    /// Events of the log that is drained.
    public var events = 200_000
    /// The shop that they come from.
    public var load = LoadSettings()
    /// Whose signals the daemon has.
    public var limits = SideBySide.Limits.own
    /// Events a second at which the time to the list is measured.
    public var rates = [1000, 5000]
    /// How long each rate is measured, in seconds; a third of it goes before as a warm-up.
    public var seconds = 30
    /// Instead of times to the list: one even load of `seconds`, under which what the daemon holds must come to rest.
    public var isSoak = false
    /// Events a second of that load; `nil`: half of what the daemon did with the log.
    public var soakRate: Int?
    /// Asked often; `true` ends the bench.
    public var isStopRequested: () -> Bool = { false }

    /// The longest time of one drain, in seconds: what is committed by then counts.
    static let drainSecondsMax = 60.0

    /// A bench of `executable` on a broker.
    public init(brokers: String, executable: String) {
        self.brokers = brokers
        self.executable = executable
        // Ten events a user in a log of the usual size: with more users few would have a tenth event, and a list.
        load.users = 20_000
        load.items = 10_000
    }

    /// Runs all of it. `progress` is told what is being measured. Topics are made for the run, and deleted.
    public func run(progress: (String) -> Void) throws(BenchError) -> BenchReport {
        let run = try BrokerBenchRun(self)
        defer { run.topics.delete() }
        var report = BenchReport()
        try run.fill(progress)
        if isSoak {
            try soak(run, into: &report, progress)
        } else {
            try measure(run, into: &report, progress)
        }
        return report
    }

    private func measure(_ run: BrokerBenchRun, into report: inout BenchReport, _ progress: (String) -> Void) throws(BenchError) {
        for plan in [PublishingPlan.noLists, .listPerEvent] {
            let process = try run.start(plan)
            try run.drain(process, plan, into: &report, progress)
            try run.stop(process, plan, into: &report)
        }
        let process = try run.start(.listPer10)
        try run.drain(process, .listPer10, into: &report, progress)
        for rate in rates { try run.measureLatency(rate, process, into: &report, progress) }
        try run.stop(process, .listPer10, into: &report)
    }

    /// The log is drained first: it fills the tables, for an event costs more where histories are full.
    private func soak(_ run: BrokerBenchRun, into report: inout BenchReport, _ progress: (String) -> Void) throws(BenchError) {
        let process = try run.start(.listPer10)
        try run.drain(process, .listPer10, into: &report, progress)
        // What is left of the log would be the lag of the first samples.
        let rest = try run.finishLog(process, secondsMax: .infinity, progress)
        let drained = "kafka.\(PublishingPlan.listPer10.rawValue)"
        let workedOff = rest ?? report["\(drained).second_half"] ?? report[drained] ?? 0
        report.add("soak.worked_off", workedOff, "events/s, at the end of a log that was there")
        let sustained = try run.sustain(max(Int(workedOff), 1), process, progress)
        report.add("soak.sustained", sustained, "events/s, while they came as fast as that")
        try run.soak(soakRate ?? max(Int(sustained / 2), 1), process, into: &report, progress)
        try run.stop(process, .listPer10, into: &report)
    }
}
