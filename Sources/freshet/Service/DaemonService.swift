import FreshetCore
import FreshetKafka
import FreshetRuntime
import Glibc

/// Puts the parts of a daemon together, runs it, and says how it ended.
struct DaemonService {
    private let log: Log
    private let brokers: String
    private let daemon: Daemon
    private let store: any StateStore
    private let broker: KafkaBroker
    private let saver = Worker()
    private let courier = Worker()

    init(_ configuration: Configuration, _ arguments: Arguments, fromTime: Int64?, _ log: Log) throws(Failure) {
        self.log = log
        brokers = configuration.kafka.brokers
        store = try DaemonService.store(configuration, arguments)
        broker = try DaemonService.broker(configuration, log)
        var settings = DaemonSettings(configuration, nonce: DaemonService.nonce())
        settings.isRebuild = arguments.has("rebuild")
        settings.fromTime = fromTime
        daemon = Daemon(
            settings: settings, broker: broker, store: store, clock: SystemClock(),
            publication: Publication(engine: configuration.makeEngine(), settings: configuration.publication),
            saveInBackground: { [saver] in saver.submit($0) },
            sendInBackground: { [courier] in courier.submit($0) },
            observer: DaemonService.observer(log, ServiceNotifier(socket: Environment.current["NOTIFY_SOCKET"])),
            isStopRequested: { StopSignal.isStopRequested })
    }

    /// What the embedded broker holds ends with the process, so that a state of it is no use to the next one.
    private static func store(_ configuration: Configuration, _ arguments: Arguments) throws(Failure) -> any StateStore {
        if configuration.kafka.isEmbedded { return MemoryStore() }
        let folder = arguments["state"] ?? configuration.state.path
        do throws(StoreError) {
            let opening: SQLiteStore.Opening = arguments.has("rebuild") ? .anew : .existingOrNew
            return try SQLiteStore(folder: folder, opening: opening, key: configuration.state.keyFile)
        } catch {
            throw Failure(error)
        }
    }

    private static func broker(_ configuration: Configuration, _ log: Log) throws(Failure) -> KafkaBroker {
        do throws(KafkaError) {
            guard configuration.kafka.isEmbedded else { return try configuration.connect(events: BrokerLines.sink(log)) }
            let embedded = try EmbeddedBroker()
            for topic in configuration.topics.events { try embedded.createTopic(topic.name, partitions: embeddedPartitions) }
            log.warning(
                "the embedded broker keeps no transactions, and its topics and the state end with this process",
                ["brokers": .text(embedded.bootstrap)])
            return try configuration.connect(to: embedded, events: BrokerLines.sink(log))
        } catch {
            throw Failure(.configuration, error.description)
        }
    }

    /// Partitions of each input on the embedded broker.
    private static let embeddedPartitions = 4

    func run() throws(Failure) -> ExitCode {
        log.info("starting", ["version": .text(Version.text)])
        defer {
            courier.finish()
            saver.finish()
            broker.close()
            store.close()
        }
        do throws(DaemonError) {
            try daemon.run()
        } catch {
            throw Failure(ExitCode(error), error.description + place(of: error))
        }
        return .done
    }

    /// Where something was looked for that is not there.
    private func place(of error: DaemonError) -> String {
        switch error {
        case .refused(.stateLost): (store as? SQLiteStore).map { " (looked for \($0.path))" } ?? ""
        case .brokerUnavailable: " (kafka.brokers: \(brokers))"
        default: ""
        }
    }

    private static func observer(_ log: Log, _ notifier: ServiceNotifier) -> DaemonObserver {
        var observer = DaemonObserver()
        let figures = FiguresLine(log, SystemClock())
        let lines = NoticeLines(log, notifier, figures)
        observer.onProgress = { figures.take($0) }
        observer.onNotice = { lines.take($0) }
        if let step = KillSwitch(Environment.current["FRESHET_KILL_AT"]) { observer.onStep = { step.pass($0) } }
        return observer
    }

    private static func nonce() -> String {
        var value: UInt64 = 0
        // Before the kernel's pool is filled it answers nothing: the time and the process still tell two instances apart.
        if getentropy(&value, MemoryLayout<UInt64>.size) != 0 {
            value = UInt64(bitPattern: SystemClock.wallMilliseconds) << 20 ^ UInt64(getpid())
        }
        return String(value, radix: 36)
    }
}
