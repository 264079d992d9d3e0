import Glibc

/// Which processes had how much of the machine between two readings, in cores.
struct ProcessorShares: Equatable {
    /// The processor time of what takes part in a measurement, in seconds.
    struct Reading: Equatable {
        var seconds: Double
        var daemon: Double
        /// How long the daemon's threads were ready to run, and had no core.
        var daemonWaiting: Double
        /// This process: the load and the subscriber.
        var bench: Double
        /// `nil` where the broker is on another machine.
        var broker: Double?
        /// All processes together.
        var busy: Double
    }

    var daemon: Double
    var daemonWaiting: Double
    var bench: Double
    var broker: Double?
    /// All else.
    var others: Double

    init(from: Reading, to: Reading) {
        let seconds = to.seconds - from.seconds
        daemon = (to.daemon - from.daemon) / seconds
        daemonWaiting = (to.daemonWaiting - from.daemonWaiting) / seconds
        bench = (to.bench - from.bench) / seconds
        broker = to.broker.flatMap { end in from.broker.map { (end - $0) / seconds } }
        others = max(0, (to.busy - from.busy) / seconds - daemon - bench - (broker ?? 0))
    }
}

extension ProcessorShares.Reading {
    /// What the system says now.
    init(daemon: pid_t, broker: pid_t?) {
        let threads = ThreadTimes(of: daemon)
        self.init(
            seconds: Double(Stopwatch.read(CLOCK_MONOTONIC) ?? 0) / 1e9, daemon: threads.running, daemonWaiting: threads.waiting,
            bench: Double(Stopwatch.read(CLOCK_PROCESS_CPUTIME_ID) ?? 0) / 1e9, broker: broker.map { ThreadTimes(of: $0).running },
            busy: ProcessorUse.now.busySeconds)
    }
}

/// How long the threads of a process have run, and have waited for a core, in seconds; those that have ended are left out.
struct ThreadTimes: Equatable {
    private(set) var running = 0.0
    private(set) var waiting = 0.0

    init(of process: pid_t) {
        let folder = "/proc/\(process)/task"
        for thread in Folder.names(in: folder) { add(SystemFile.read("\(folder)/\(thread)/schedstat")) }
    }

    /// Reads the text of a thread's `schedstat`: nanoseconds on a core, nanoseconds ready without one, times on a core.
    mutating func add(_ statistics: String) {
        let fields = statistics.split(whereSeparator: \.isWhitespace)
        guard fields.count == 3, let run = Double(fields[0]), let wait = Double(fields[1]) else { return }
        running += run / 1e9
        waiting += wait / 1e9
    }
}

extension BenchReport {
    /// Adds who had how much of the machine.
    mutating func add(_ shares: ProcessorShares, as name: String) {
        add("\(name).cpu", shares.daemon, "cores of freshet run")
        add("\(name).cpu_waiting", shares.daemonWaiting, "cores that freshet run was ready for and did not get")
        add("\(name).cpu_bench", shares.bench, "cores of the load and the subscriber")
        if let broker = shares.broker { add("\(name).cpu_broker", broker, "cores of the broker") }
        let others = shares.broker == nil ? "cores of all else, the broker included" : "cores of all else"
        add("\(name).cpu_others", shares.others, others + (shares.others > 0.2 ? ": the figures are worse than this machine's own" : ""))
    }
}
