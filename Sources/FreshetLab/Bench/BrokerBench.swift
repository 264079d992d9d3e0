import FreshetCore
import FreshetKafka
import FreshetRuntime
import Glibc

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
    /// Events a second at which the time to the list is measured.
    public var rates = [1000, 5000]
    /// How long each rate is measured, in seconds; a third of it goes before as a warm-up.
    public var seconds = 30
    /// Asked often; `true` ends the bench.
    public var isStopRequested: () -> Bool = { false }

    /// The longest time of one drain, in seconds: what is committed by then counts.
    static let drainSecondsMax = 60.0

    /// A bench of `executable` on a broker.
    public init(brokers: String, executable: String) {
        self.brokers = brokers
        self.executable = executable
    }

    /// Runs all of it. `progress` is told what is being measured. Topics are made for the run, and deleted.
    public func run(progress: (String) -> Void) throws(BenchError) -> BrokerBenchResult {
        let run = try BrokerBenchRun(self)
        defer { run.topics.delete() }
        var result = BrokerBenchResult()
        try run.fill(progress)
        for plan in [PublishingPlan.noLists, .listPerEvent] {
            let process = try run.start(plan)
            try run.drain(process, plan, into: &result, progress)
            try run.stop(process, plan, into: &result)
        }
        let process = try run.start(.listPer10)
        try run.drain(process, .listPer10, into: &result, progress)
        for rate in rates { try run.measureLatency(rate, process, into: &result, progress) }
        try run.stop(process, .listPer10, into: &result)
        return result
    }
}

/// What a bench on a broker measured.
public struct BrokerBenchResult {
    /// The figures.
    public internal(set) var report = BenchReport()
    /// Figures that are not what they say, and why; a line each.
    public internal(set) var problems: [String] = []
}

/// One run of a bench: its topics, its scratch folder, its load.
final class BrokerBenchRun {
    let bench: BrokerBench
    let topics: BenchTopics
    private let folder: ScratchFolder
    private let producer: LoadProducer
    private let clock = SystemClock()
    private var records: Int64 = 0

    /// Event times of the log: a day, from a fixed instant on. The paced load goes on behind it.
    private static let start = EventTime(milliseconds: 1_764_000_000_000)
    private static let day: Int64 = 86_400_000
    private var timeOfNext = BrokerBenchRun.start

    init(_ bench: BrokerBench) throws(BenchError) {
        self.bench = bench
        folder = try ScratchFolder(below: Environment.current["TMPDIR"] ?? "/tmp")
        var load = bench.load
        load.run = "bench"
        topics = try asking { () throws(KafkaError) in
            try BenchTopics(brokers: bench.brokers, prefix: "freshet-bench-\(SystemClock.wallMilliseconds)")
        }
        do throws(KafkaError) {
            producer = try LoadProducer(KafkaClientConfiguration(brokers: bench.brokers), topics: topics.inputs, load, isPaced: true)
        } catch {
            topics.delete()
            throw .broker(error)
        }
    }

    // MARK: The log

    /// Fills the inputs at full speed.
    func fill(_ progress: (String) -> Void) throws(BenchError) {
        let step = Double(BrokerBenchRun.day) / Double(bench.events)
        _ = try asking { () throws(KafkaError) in
            try producer.send(
                bench.events, pace: .unlimited, time: { BrokerBenchRun.start.advanced(by: Int64(Double($0) * step)) },
                watch: { report in
                    progress("kafka: filling the topics, \(report.sent) of \(bench.events) events")
                    return !bench.isStopRequested()
                })
        }
        try checkStop()
        records = Int64(bench.events)
        timeOfNext = BrokerBenchRun.start.advanced(by: BrokerBenchRun.day)
    }

    // MARK: The daemon

    /// Starts a daemon and waits until it is ready.
    func start(_ plan: PublishingPlan) throws(BenchError) -> MeasuredProcess {
        let text = plan.configuration(brokers: bench.brokers, inputs: topics.inputs, outputs: topics.outputs(of: plan))
        let configuration = try folder.write(text, to: "\(plan).yaml")
        let process = try MeasuredProcess(
            bench.executable, ["run", "--config", configuration, "--state", "\(folder.path)/\(plan)"], log: "\(folder.path)/\(plan).log")
        let watch = Stopwatch()
        while !process.hasLogged("\"message\":\"ready\"") {
            try check(process)
            guard watch.seconds < 60 else { throw .daemon("the daemon is not ready after 60 s: \(process.lastLines)") }
            Stopwatch.sleep(nanoseconds: 1_000_000)
        }
        return process
    }

    /// Measures it until it has committed the whole log, or its time is over.
    func drain(
        _ process: MeasuredProcess, _ plan: PublishingPlan, into result: inout BrokerBenchResult, _ progress: (String) -> Void
    ) throws(BenchError) {
        let watch = Stopwatch()
        let (processorBefore, busyBefore) = (process.processorSeconds, ProcessorUse.now.busySeconds)
        let committed = try waitUntilCommitted(process, plan, secondsMax: BrokerBench.drainSecondsMax) { committed in
            progress("kafka: \(plan.rawValue), \(committed) of \(bench.events) events")
        }
        let seconds = watch.seconds
        let processor = process.processorSeconds - processorBefore
        let others = (ProcessorUse.now.busySeconds - busyBefore - processor) / seconds
        guard committed > 0 else { throw .daemon("the daemon committed nothing in \(Int(seconds)) s: \(process.lastLines)") }
        let name = "kafka.\(plan.rawValue)"
        result.report.add("\(name)", Double(committed) / seconds, "events/s")
        result.report.add("\(name).per_cpu_second", Double(committed) / processor, "events/CPU s of freshet run")
        result.report.add("\(name).others", others, "cores busy with all else, the broker included")
        if plan != .noLists {
            let lists = try asking { () throws(KafkaError) in try topics.countLists(of: plan) }
            result.report.add("\(name).lists", Double(lists), "lists")
        }
        if committed < records { result.report.add("\(name).events", Double(committed), "events, all that \(Int(seconds)) s allowed") }
    }

    /// Ends it, and adds what is known only then.
    func stop(_ process: MeasuredProcess, _ plan: PublishingPlan, into result: inout BrokerBenchResult) throws(BenchError) {
        result.report.add("kafka.\(plan.rawValue).peak_memory", process.peakMemory, "MiB")
        guard process.stop() == 0 else { throw .daemon("the daemon did not end as it should: \(process.lastLines)") }
    }

    /// Waits until the group has committed all records, at most `secondsMax`; how many it has.
    private func waitUntilCommitted(
        _ process: MeasuredProcess, _ plan: PublishingPlan, secondsMax: Double, _ tell: (Int64) -> Void
    ) throws(BenchError) -> Int64 {
        let watch = Stopwatch()
        let progress = try asking { () throws(KafkaError) in
            try GroupProgress(brokers: bench.brokers, group: topics.outputs(of: plan), topics: topics.inputs.names)
        }
        while true {
            let committed = try asking { () throws(KafkaError) in try progress.committed() }
            tell(committed)
            if committed >= records || watch.seconds > secondsMax { return committed }
            try check(process)
            Stopwatch.sleep(nanoseconds: 20_000_000)
        }
    }

    private func check(_ process: MeasuredProcess) throws(BenchError) {
        guard process.isRunning else { throw .daemon("the daemon ended: \(process.lastLines)") }
        try checkStop()
    }

    private func checkStop() throws(BenchError) {
        if bench.isStopRequested() { throw .stopped }
    }

    // MARK: From event to list

    /// Sends an even load, and measures from the sending of an event to the arrival of its list at a read_committed subscriber.
    func measureLatency(
        _ rate: Int, _ process: MeasuredProcess, into result: inout BrokerBenchResult, _ progress: (String) -> Void
    ) throws(BenchError) {
        let warmUp = rate * max(bench.seconds / 3, 1)
        let count = warmUp + rate * bench.seconds
        let probe = LatencyProbe(first: producer.nextNumber, warmUp: warmUp)
        let worker = Worker()
        let (brokers, topic) = (bench.brokers, topics.lists(of: .listPer10))
        worker.submit { probe.subscribe(brokers: brokers, topic: topic) }
        defer {
            probe.close()
            worker.finish()
        }
        while !probe.isReading { Stopwatch.sleep(nanoseconds: 1_000_000) }
        let processorBefore = process.processorSeconds
        let watch = Stopwatch()
        let report = try send(count, rate, probe) { progress("kafka: \(rate) events/s, \($0) of \(count) events") }
        let processor = (process.processorSeconds - processorBefore) / watch.seconds
        _ = try waitUntilCommitted(process, .listPer10, secondsMax: 10) { _ in }
        probe.close()
        worker.finish()
        if let failure = probe.failure { throw .broker(failure) }
        result.add(rate, report, probe.sample, processor)
    }

    private func send(_ count: Int, _ rate: Int, _ probe: LatencyProbe, _ tell: (Int) -> Void) throws(BenchError) -> PaceReport {
        let start = timeOfNext
        let report = try asking { () throws(KafkaError) in
            try producer.send(
                count, pace: Pace(eventsPerSecond: Double(rate)), time: { start.advanced(by: Int64($0) * 1000 / Int64(rate)) },
                willSend: { _ in probe.noteSent() },
                watch: { report in
                    tell(report.sent)
                    return !bench.isStopRequested() && probe.failure == nil
                })
        }
        try checkStop()
        records += Int64(report.sent)
        timeOfNext = start.advanced(by: Int64(count) * 1000 / Int64(rate))
        return report
    }
}

extension BrokerBenchResult {
    /// Adds the figures of one rate.
    mutating func add(_ rate: Int, _ load: PaceReport, _ sample: LatencySample, _ processor: Double) {
        var sample = sample
        let name = "latency.\(rate)"
        report.add("\(name).p50", sample.milliseconds(at: 0.5), "ms")
        report.add("\(name).p99", sample.milliseconds(at: 0.99), "ms")
        report.add("\(name).max", sample.milliseconds(at: 1), "ms")
        report.add("\(name).lists", Double(sample.count), "lists")
        report.add("\(name).sent", load.eventsPerSecond, "events/s")
        report.add("\(name).late", Double(load.latest) / 1e6, "ms, the latest event")
        report.add("\(name).cpu", processor, "cores of freshet run")
        if !load.isKept {
            problems.append(
                "latency.\(rate): the load did not keep its rate: \(load.late) of \(load.sent) events went out more than "
                    + "\(PaceReport.lateBound / 1_000_000) ms late, the latest \(load.latest / 1_000_000) ms. The figures are not those of "
                    + "\(rate) events/s: lower the rate, or free the machine")
        }
        if sample.count == 0 { problems.append("latency.\(rate): no list came back: measure for longer (--seconds)") }
    }
}

/// Runs calls to the broker; what fails is the bench's failure.
private func asking<Answer>(_ body: () throws(KafkaError) -> Answer) throws(BenchError) -> Answer {
    do throws(KafkaError) { return try body() } catch { throw .broker(error) }
}
