import FreshetKafka
import FreshetRuntime

/// One run of a comparison: its topics, its scratch folder, its programs.
final class SideBySideRun {
    let bench: SideBySide
    let topics: PeerTopics
    private let folder: ScratchFolder
    private let peer: PeerProgram
    /// Begins the names of groups, and of the daemon's topics.
    private let prefix = "freshet-bench-\(SystemClock.wallMilliseconds)"

    /// A producer that is quicker than the broker's metadata of a new topic loses its first batch (KAFKA-15591).
    private static let settlingSeconds = 2.0

    init(_ bench: SideBySide) throws(BenchError) {
        self.bench = bench
        folder = try ScratchFolder(below: Environment.current["TMPDIR"] ?? "/tmp")
        peer = try PeerProgram(bench, in: folder) { process throws(BenchError) in
            try process.waitForEnd(isStopRequested: bench.isStopRequested)
        }
        topics = try PeerTopics(brokers: bench.brokers)
    }

    /// Fills the inputs with the peer's own log.
    func fill(_ progress: (String) -> Void) throws(BenchError) {
        progress("beside: filling the topics with \(bench.events) events")
        try topics.makeInputs()
        _ = try settle()
        let load = try MeasuredProcess(peer.java, peer.load(bench), log: "\(folder.path)/load.log")
        try load.waitForEnd(isStopRequested: bench.isStopRequested)
        guard load.exitCode == 0 else { throw .system("the peer's log could not be written: \(load.lastLines)") }
    }

    /// Measures one program once, and removes what it made.
    func measure(_ contender: Contender, _ round: Int, _ progress: (String) -> Void) throws(BenchError) -> RoundFigures {
        // Behind the program's end: one that still ran might make a topic again.
        defer { topics.deleteOutputs() }
        return try run(contender, round, progress)
    }

    private func run(_ contender: Contender, _ round: Int, _ progress: (String) -> Void) throws(BenchError) -> RoundFigures {
        let id = "\(prefix)-\(contender.name.filter { $0 != "_" })-\(round)"
        let isPeer = contender == .peer
        if isPeer { try topics.makePeerOutputs() }
        let before = try settle()
        progress("beside: round \(round) of \(bench.rounds), \(contender.name) starts")
        let running: ContenderAtWork =
            switch contender {
            case .peer: try startPeer(id)
            case .freshet(let limits): try startDaemon(limits, id)
            }
        let readings = try running.drain(bench) {
            progress("beside: round \(round) of \(bench.rounds), \(contender.name), \($0) of \(bench.events) events")
        }
        let peakMemory = running.process.peakMemory
        let exitCode = running.process.stop()
        // Java exits so after the signal that asks it to end.
        guard exitCode == 0 || isPeer && exitCode == 143 else {
            throw .daemon("\(running.name) did not end as it should: \(running.process.lastLines)")
        }
        return RoundFigures(
            readings: readings, peakMemory: peakMemory, lists: try count(running.lists), similarItems: try count(running.similarItems), before: before
        )
    }

    // MARK: The programs

    private func startPeer(_ id: String) throws(BenchError) -> ContenderAtWork {
        topics.own(PeerProgram.changelogs(of: id))
        let process = try MeasuredProcess(peer.java, peer.application(id, settings: bench.peerSettings), log: "\(folder.path)/\(id).log")
        let watch = Stopwatch()
        var time: Int64?
        try process.wait(for: "the peer", isStopRequested: bench.isStopRequested) {
            time = PeerProgram.firstInput(in: process.written)
            return time != nil
        }
        var begin = DrainReadings.Reading(process, watch, committed: 0)
        if let time { begin.seconds -= Double(SystemClock.wallMilliseconds - time) / 1000 }
        return ContenderAtWork(
            process: process, name: "the peer", group: id, between: [PeerTopics.itemUpdates], lists: PeerTopics.recommendations,
            similarItems: PeerTopics.similarItems, watch: watch, begin: begin)
    }

    private func startDaemon(_ limits: SideBySide.Limits, _ id: String) throws(BenchError) -> ContenderAtWork {
        topics.own(PublishingPlan.listPer10.outputTopics(id))
        let configuration = try folder.write(limits.configuration(brokers: bench.brokers, outputs: id), to: "\(id).yaml")
        let words = ["run", "--config", configuration, "--state", "\(folder.path)/\(id)"]
        let process = try MeasuredProcess(bench.executable, words, log: "\(folder.path)/\(id).log")
        let watch = Stopwatch()
        // Counted from the last look at which it was not ready: what it did before the next look is its work, too.
        var begin = DrainReadings.Reading(process, watch, committed: 0)
        try process.wait(for: "the daemon", isStopRequested: bench.isStopRequested) {
            let now = DrainReadings.Reading(process, watch, committed: 0)
            guard !process.isReady else { return true }
            begin = now
            return false
        }
        return ContenderAtWork(
            process: process, name: "the daemon", group: id, lists: "\(id)-recommendations", similarItems: "\(id)-similar-items", watch: watch,
            begin: begin)
    }

    // MARK: The broker

    private func count(_ topic: String) throws(BenchError) -> Int {
        try asking { () throws(KafkaError) in try CommittedRecords.count(in: topic, brokers: bench.brokers) }
    }

    /// Waits until the broker has its new topics everywhere; the cores that were busy meanwhile.
    private func settle() throws(BenchError) -> Double {
        let (watch, before) = (Stopwatch(), ProcessorUse.now.busyBesideBench)
        while watch.seconds < SideBySideRun.settlingSeconds {
            if bench.isStopRequested() { throw .stopped }
            Stopwatch.sleep(nanoseconds: 50_000_000)
        }
        return (ProcessorUse.now.busyBesideBench - before) / watch.seconds
    }
}
