import FreshetRuntime

/// The times from an event to its list.
extension BrokerBenchRun {
    /// Sends an even load, and measures from the sending of an event to the arrival of its list at a read_committed subscriber.
    func measureLatency(
        _ rate: Int, _ process: MeasuredProcess, into report: inout BenchReport, _ progress: (String) -> Void
    ) throws(BenchError) {
        try finishLog(process, progress)
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
        let before = ProcessorShares.Reading(daemon: process.pid, broker: broker)
        let load = try send(
            count, rate, willSend: { _ in probe.noteSent() },
            watch: { load in
                progress("kafka: \(rate) events/s, \(load.sent) of \(count) events")
                return probe.failure == nil
            })
        let shares = ProcessorShares(from: before, to: ProcessorShares.Reading(daemon: process.pid, broker: broker))
        let behind = records - (try waitUntilCommitted(process, .listPer10, secondsMax: 10) { _ in })
        probe.close()
        worker.finish()
        if let failure = probe.failure { throw .broker(failure) }
        report.add(rate, load, probe.sample, shares)
        if behind > 0 {
            report.problems.append(
                "latency.\(rate): ten seconds after the load the daemon was \(behind) events behind: it cannot keep this rate here")
        }
    }
}
