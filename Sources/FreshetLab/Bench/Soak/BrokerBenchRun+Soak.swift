import FreshetKafka
import FreshetRuntime

/// A long load at a rate that the daemon keeps with ease: what it holds must come to rest.
extension BrokerBenchRun {
    /// The events a second that the daemon commits while they come at a rate that it hardly keeps: who makes them, the broker and the daemon then
    /// share the machine as they do under a long load. All is committed before and behind it.
    func sustain(_ rate: Int, _ process: MeasuredProcess, _ progress: (String) -> Void) throws(BenchError) -> Double {
        let seconds = min(60, max(2, bench.seconds / 10))
        let (before, watch) = (records, Stopwatch())
        _ = try send(
            rate * seconds, rate,
            watch: { load in
                progress("soak: what is sustained, \(load.sent) of \(rate * seconds) events")
                return process.isRunning
            })
        let committed = try waitUntilCommitted(process, .listPer10, secondsMax: 0) { _ in }
        let sustained = Double(committed - before) / watch.seconds
        _ = try waitUntilCommitted(process, .listPer10, secondsMax: .infinity) { _ in progress("soak: the rest of that") }
        return sustained
    }

    /// Sends an even load for the bench's seconds, looks at the daemon meanwhile, and waits until all is committed.
    ///
    /// - Parameter rate: Events a second.
    func soak(_ rate: Int, _ process: MeasuredProcess, into report: inout BenchReport, _ progress: (String) -> Void) throws(BenchError) {
        let watch = SoakWatch(subject(process), interval: min(10, max(1, Double(bench.seconds) / 24)))
        let worker = Worker()
        worker.submit { watch.run() }
        defer {
            watch.close()
            worker.finish()
        }
        let before = ProcessorShares.Reading(daemon: process.pid, broker: broker)
        let load = try send(
            rate * bench.seconds, rate,
            watch: { load in
                progress("soak: \(rate) events/s, \(load.sent) of \(rate * bench.seconds) events")
                return watch.failure == nil && process.isRunning
            })
        let shares = ProcessorShares(from: before, to: ProcessorShares.Reading(daemon: process.pid, broker: broker))
        if let failure = watch.failure { throw .broker(failure) }
        try process.check("the daemon", isStopRequested: bench.isStopRequested)
        let behind = records - (try waitUntilCommitted(process, .listPer10, secondsMax: 10) { _ in })
        report.add(soak: watch.samples, load)
        report.add(shares, as: "soak")
        if behind > 0 { report.problems.append("soak: ten seconds after the load the daemon was \(behind) events behind") }
    }

    private func subject(_ process: MeasuredProcess) -> SoakWatch.Subject {
        let outputs = topics.outputs(of: .listPer10)
        return SoakWatch.Subject(
            process: process.pid, stateFolder: stateFolder(of: .listPer10), brokers: bench.brokers, group: outputs, inputs: topics.inputs.names,
            journal: "\(outputs)-journal")
    }
}
