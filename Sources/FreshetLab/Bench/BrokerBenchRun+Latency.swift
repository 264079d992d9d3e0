import FreshetCore
import FreshetKafka
import FreshetRuntime

/// The times from an event to its list.
extension BrokerBenchRun {
    /// Sends an even load, and measures from the sending of an event to the arrival of its list at a read_committed subscriber.
    func measureLatency(
        _ rate: Int, _ process: MeasuredProcess, into result: inout BrokerBenchResult, _ progress: (String) -> Void
    ) throws(BenchError) {
        // What a drain had no time for would stand before the load.
        _ = try waitUntilCommitted(process, .listPer10, secondsMax: BrokerBench.drainSecondsMax) { committed in
            progress("kafka: the rest of the log, \(committed) of \(records) events")
        }
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
        let behind = records - (try waitUntilCommitted(process, .listPer10, secondsMax: 10) { _ in })
        probe.close()
        worker.finish()
        if let failure = probe.failure { throw .broker(failure) }
        result.add(rate, report, probe.sample, processor)
        if behind > 0 {
            result.problems.append(
                "latency.\(rate): ten seconds after the load the daemon was \(behind) events behind: it cannot keep this rate here")
        }
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
