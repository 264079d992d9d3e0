import FreshetCore
import FreshetKafka
import FreshetRuntime
import Glibc

/// One run of a bench: its topics, its scratch folder, its load.
final class BrokerBenchRun {
    let bench: BrokerBench
    let topics: BenchTopics
    private let folder: ScratchFolder
    let producer: LoadProducer
    /// The broker's process; `nil` where it is on another machine.
    let broker: pid_t?
    /// Records in the inputs.
    var records: Int64 = 0

    /// Event times of the log: a day, from a fixed instant on. The paced load goes on behind it.
    private static let start = EventTime(milliseconds: 1_764_000_000_000)
    private static let day: Int64 = 86_400_000
    /// The event time of the next event.
    var timeOfNext = BrokerBenchRun.start

    init(_ bench: BrokerBench) throws(BenchError) {
        self.bench = bench
        broker = ListeningProcess.number(at: bench.brokers)
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
        let configuration = try folder.write(text + bench.limits.signals, to: "\(plan).yaml")
        let process = try MeasuredProcess(
            bench.executable, ["run", "--config", configuration, "--state", stateFolder(of: plan)], log: "\(folder.path)/\(plan).log")
        try process.wait(for: "the daemon", isStopRequested: bench.isStopRequested) { process.isReady }
        return process
    }

    /// Where a daemon keeps its state.
    func stateFolder(of plan: PublishingPlan) -> String { "\(folder.path)/\(plan)" }

    /// Measures it until it has committed the whole log, or its time is over.
    func drain(
        _ process: MeasuredProcess, _ plan: PublishingPlan, into report: inout BenchReport, _ progress: (String) -> Void
    ) throws(BenchError) {
        let watch = Stopwatch()
        let (processorBefore, busyBefore) = (process.processorSeconds, ProcessorUse.now.busySeconds)
        var middle: (seconds: Double, committed: Int64)?
        let committed = try waitUntilCommitted(process, plan, secondsMax: BrokerBench.drainSecondsMax) { committed in
            if middle == nil, committed >= records / 2 { middle = (watch.seconds, committed) }
            progress("kafka: \(plan.rawValue), \(committed) of \(bench.events) events")
        }
        let seconds = watch.seconds
        let processor = process.processorSeconds - processorBefore
        let others = (ProcessorUse.now.busySeconds - busyBefore - processor) / seconds
        guard committed > 0 else { throw .daemon("the daemon committed nothing in \(Int(seconds)) s: \(process.lastLines)") }
        let name = "kafka.\(plan.rawValue)"
        report.add("\(name)", Double(committed) / seconds, "events/s")
        if let middle, committed > middle.committed {
            let rate = Double(committed - middle.committed) / (seconds - middle.seconds)
            report.add("\(name).second_half", rate, "events/s, of a state that is no longer young")
        }
        report.add("\(name).per_cpu_second", Double(committed) / processor, "events/CPU s of freshet run")
        report.add("\(name).others", others, "cores busy with all else, the broker included")
        if plan != .noLists {
            // The markers of the last transaction reach the outputs a moment after the offsets.
            Stopwatch.sleep(nanoseconds: 500_000_000)
            let lists = try asking { () throws(KafkaError) in try topics.countLists(of: plan) }
            report.add("\(name).lists", Double(lists), "lists")
        }
        if committed < records { report.add("\(name).events", Double(committed), "events, all that \(Int(seconds)) s allowed") }
    }

    /// Waits for what a drain had no time for: it would stand before a load. Answers at how many events a second it was worked off; `nil` where it was
    /// too little to tell.
    @discardableResult
    func finishLog(
        _ process: MeasuredProcess, secondsMax: Double = BrokerBench.drainSecondsMax, _ progress: (String) -> Void
    ) throws(BenchError) -> Double? {
        let watch = Stopwatch()
        var before: Int64?
        let committed = try waitUntilCommitted(process, .listPer10, secondsMax: secondsMax) { committed in
            before = before ?? committed
            progress("kafka: the rest of the log, \(committed) of \(records) events")
        }
        return watch.seconds < 10 ? nil : Double(committed - (before ?? committed)) / watch.seconds
    }

    /// Sends an even load behind the log. `watch` is asked often; `false` ends the load.
    func send(
        _ count: Int, _ rate: Int, willSend: (Int) -> Void = { _ in }, watch: (PaceReport) -> Bool
    ) throws(BenchError) -> PaceReport {
        let start = timeOfNext
        let report = try asking { () throws(KafkaError) in
            try producer.send(
                count, pace: Pace(eventsPerSecond: Double(rate)), time: { start.advanced(by: Int64($0) * 1000 / Int64(rate)) }, willSend: willSend,
                watch: { !bench.isStopRequested() && watch($0) })
        }
        try checkStop()
        records += Int64(report.sent)
        timeOfNext = start.advanced(by: Int64(count) * 1000 / Int64(rate))
        return report
    }

    /// Ends it, and adds what is known only then.
    func stop(_ process: MeasuredProcess, _ plan: PublishingPlan, into report: inout BenchReport) throws(BenchError) {
        report.add("kafka.\(plan.rawValue).peak_memory", process.peakMemory, "MiB")
        guard process.stop() == 0 else { throw .daemon("the daemon did not end as it should: \(process.lastLines)") }
    }

    /// Waits until the group has committed all records, at most `secondsMax`; how many it has.
    func waitUntilCommitted(
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
            try process.check("the daemon", isStopRequested: bench.isStopRequested)
            Stopwatch.sleep(nanoseconds: 20_000_000)
        }
    }

    func checkStop() throws(BenchError) {
        if bench.isStopRequested() { throw .stopped }
    }
}

/// Runs calls to the broker; what fails is the bench's failure.
func asking<Answer>(_ body: () throws(KafkaError) -> Answer) throws(BenchError) -> Answer {
    do throws(KafkaError) { return try body() } catch { throw .broker(error) }
}
