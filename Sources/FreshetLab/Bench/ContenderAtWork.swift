import FreshetKafka

/// A program of a comparison that works off the log: where to look for its progress, and for what it wrote.
struct ContenderAtWork {
    let process: MeasuredProcess
    /// What it is called in messages.
    let name: String
    /// Its group, by which its progress is seen.
    let group: String
    /// Topics between its input and its output, which must be worked off, too.
    var between: [String] = []
    /// The topic of its lists.
    let lists: String
    /// The topic of its similar items.
    let similarItems: String
    /// Runs since before it began.
    let watch: Stopwatch
    /// When it began to work.
    let begin: DrainReadings.Reading

    /// A program that commits nothing more for so long has failed.
    private static let stallSecondsMax = 120.0

    /// Waits until all is committed, and reads the clocks on the way. `tell` is told how many events are.
    func drain(_ bench: SideBySide, _ tell: (Int64) -> Void) throws(BenchError) -> DrainReadings {
        let inputs = try progress(bench.brokers, PeerTopics.inputs.names)
        let between = try progress(bench.brokers, between)
        var middle: DrainReadings.Reading?
        var last: (committed: Int64, seconds: Double) = (0, watch.seconds)
        while true {
            let now = try read(inputs)
            if middle == nil, now.committed >= bench.events / 2 { middle = now }
            if now.committed >= bench.events, try asking({ () throws(KafkaError) in try between.behind() }) == 0 {
                let end = DrainReadings.Reading(process, watch, committed: now.committed)
                return DrainReadings(begin: begin, middle: middle ?? now, end: end)
            }
            tell(now.committed)
            if now.committed > last.committed { last = (now.committed, now.seconds) }
            guard now.seconds - last.seconds < ContenderAtWork.stallSecondsMax else {
                throw .daemon("\(name) stands still at \(now.committed) of \(bench.events) events: \(process.lastLines)")
            }
            try process.check(name, isStopRequested: bench.isStopRequested)
            Stopwatch.sleep(nanoseconds: 20_000_000)
        }
    }

    private func read(_ inputs: GroupProgress) throws(BenchError) -> DrainReadings.Reading {
        let committed = try asking { () throws(KafkaError) in try inputs.committed() }
        return DrainReadings.Reading(process, watch, committed: committed)
    }

    private func progress(_ brokers: String, _ topics: [String]) throws(BenchError) -> GroupProgress {
        try asking { () throws(KafkaError) in try GroupProgress(brokers: brokers, group: group, topics: topics) }
    }
}
