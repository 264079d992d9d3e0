import FreshetCore
import FreshetKafka
import FreshetRuntime
import Glibc

/// `freshet run`: the daemon.
enum Run: Verb {
    static let specification = VerbSpecification(
        name: "run", summary: "Reads events from Kafka, learns, and publishes, until it is told to stop.",
        discussion: """
            SIGTERM and SIGINT drain, commit, save and end with 0. A second instance of the same group takes over, and the first one ends with 75.
            FRESHET_KILL_AT=STEP:N kills the process at the N-th time of a protocol step: for tests of recovery.
            """,
        options: [
            .configuration(), .value("state", "DIR", "The state folder, instead of state.path."),
            .value("from-time", "TIME", "Where a first start begins to read: RFC 3339 or epoch milliseconds.", standard: "the log's start"),
            .flag("rebuild", "The operator's word that state is lost: make it anew from inputs and journal."),
        ],
        examples: [("freshet run --config freshet.yaml", "Runs until SIGTERM.")],
        exitCodes: [.done, .usage, .brokerUnavailable, .io, .tryAgain, .configuration])

    static func run(_ arguments: Arguments) throws(Failure) -> ExitCode {
        StopSignal.install()
        let loaded = try arguments.configuration()
        let log = Log.standardError()
        for notice in loaded.notices { log.warning(notice.description) }
        let service = try DaemonService(loaded.configuration, arguments, log)
        return try service.run()
    }
}

/// Puts the parts of a daemon together, runs it, and says how it ended.
struct DaemonService {
    private let log: Log
    private let daemon: Daemon
    private let store: SQLiteStore
    private let broker: KafkaBroker
    private let worker = Worker()
    private let notifier = ServiceNotifier(socket: Environment.current["NOTIFY_SOCKET"])

    init(_ configuration: Configuration, _ arguments: Arguments, _ log: Log) throws(Failure) {
        self.log = log
        store = try DaemonService.store(configuration, arguments)
        broker = try DaemonService.broker(configuration, log)
        let settings = try DaemonService.settings(configuration, arguments)
        let publication = Publication(engine: Engine(settings: configuration.engine), settings: configuration.publication)
        let clock = SystemClock()
        daemon = Daemon(
            settings: settings, broker: broker, store: store, clock: clock, publication: publication,
            background: { [worker] in worker.submit($0) }, observer: DaemonService.observer(log, notifier, clock),
            isStopRequested: { StopSignal.isStopRequested })
    }

    private static func store(_ configuration: Configuration, _ arguments: Arguments) throws(Failure) -> SQLiteStore {
        let folder = arguments["state"] ?? configuration.state.path
        do throws(StoreError) {
            return try SQLiteStore(folder: folder, opening: arguments.has("rebuild") ? .anew : .existingOrNew)
        } catch {
            throw Failure(error)
        }
    }

    private static func broker(_ configuration: Configuration, _ log: Log) throws(Failure) -> KafkaBroker {
        do throws(KafkaError) {
            return try configuration.connect(events: sink(log))
        } catch {
            throw Failure(.configuration, error.description)
        }
    }

    private static func settings(_ configuration: Configuration, _ arguments: Arguments) throws(Failure) -> DaemonSettings {
        var settings = DaemonSettings(configuration, nonce: nonce())
        settings.isRebuild = arguments.has("rebuild")
        settings.fromTime = try arguments.time("from-time")?.milliseconds
        return settings
    }

    func run() throws(Failure) -> ExitCode {
        log.info("starting", ["version": .text(Version.text)])
        defer {
            worker.finish()
            broker.close()
            store.close()
        }
        do throws(DaemonError) {
            try daemon.run()
        } catch {
            throw Failure(DaemonService.code(of: error), "freshet run: \(error)")
        }
        notifier.stopping()
        return .done
    }

    private static func observer(_ log: Log, _ notifier: ServiceNotifier, _ clock: SystemClock) -> DaemonObserver {
        var observer = DaemonObserver()
        let figures = FiguresLine(log, clock)
        observer.onBatch = { figures.take($0) }
        observer.onNotice = { notice in
            switch notice {
            case .ready(let batch, let milliseconds):
                log.info("ready", ["batch": .integer(batch), "milliseconds": .integer(milliseconds)])
                notifier.ready()
            case .checkpointSaved: log.debug(notice.description)
            case .stopped:
                figures.close()
                log.info(notice.description)
            case let notice where notice.isWarning: log.warning(notice.description)
            default: log.info(notice.description)
            }
        }
        if let step = KillSwitch(Environment.current["FRESHET_KILL_AT"]) { observer.onStep = { step.pass($0) } }
        return observer
    }

    private static func sink(_ log: Log) -> KafkaEventSink {
        { event in
            switch event {
            case .error(let error): log.warning(error.description)
            case .log(let level, let facility, let text) where level <= 4: log.warning(text, ["facility": .text(facility)])
            case .log, .statistics: return
            }
        }
    }

    private static func nonce() -> String {
        var value: UInt64 = 0
        // Before the kernel's pool is filled it answers nothing: the time and the process still tell two instances apart.
        if getentropy(&value, MemoryLayout<UInt64>.size) != 0 {
            value = UInt64(bitPattern: SystemClock.wallMilliseconds) << 20 ^ UInt64(getpid())
        }
        return String(value, radix: 36)
    }

    private static func code(of error: DaemonError) -> ExitCode {
        switch error {
        case .fenced: .tryAgain
        case .refused: .configuration
        case .brokerUnavailable: .brokerUnavailable
        case .broker, .inconsistent: .tryAgain
        case .store(let error): Failure(error).code
        case .interrupted: .io
        }
    }
}

/// Ends the process with SIGKILL at the N-th time of a step.
final class KillSwitch {
    private let step: DaemonStep
    private var left: Int

    init?(_ text: String?) {
        guard let parts = text?.split(separator: ":"), let name = parts.first, let step = DaemonStep(rawValue: String(name)) else { return nil }
        self.step = step
        left = parts.count > 1 ? Int(parts[1]) ?? 1 : 1
    }

    func pass(_ step: DaemonStep) -> Bool {
        if step == self.step {
            left -= 1
            if left <= 0 { kill(getpid(), SIGKILL) }
        }
        return true
    }
}

/// A line of figures every ten seconds, and one at the end.
final class FiguresLine {
    private static let interval: Int64 = 10_000
    private let log: Log
    private let clock: SystemClock
    private var last: Int64
    private var metrics = DaemonMetrics()

    init(_ log: Log, _ clock: SystemClock) {
        self.log = log
        self.clock = clock
        last = clock.monotonicMilliseconds
    }

    func take(_ metrics: DaemonMetrics) {
        self.metrics = metrics
        let now = clock.monotonicMilliseconds
        guard now - last >= FiguresLine.interval else { return }
        last = now
        write()
    }

    /// Writes what every record of the run became.
    func close() { write() }

    private func write() {
        let counts = metrics.counts
        log.info(
            "figures",
            [
                "batch": .integer(metrics.batch), "applied": .count(counts.applied), "late": .count(counts.late),
                "dead_letters": .count(counts.deadLettered), "duplicates": .count(counts.duplicates), "ignored": .count(counts.ignored),
                "lists": .count(counts.written(.recommendations)), "similar_items": .count(counts.written(.similarItems)),
                "outputs_refused": .count(counts.outputsRefused),
                "lag": .integer(metrics.lag), "pending": .count(metrics.pendingRecords),
            ])
    }
}
