import FreshetRuntime

/// What the log and the service manager are told of a daemon's notices. Called on the engine's thread.
final class NoticeLines {
    private let log: Log
    private let notifier: ServiceNotifier
    private let figures: FiguresLine
    private let brokers: BrokerLines
    /// Batches of the journal that this start has applied again.
    private var replayed: Int64 = 0

    init(_ log: Log, _ notifier: ServiceNotifier, _ figures: FiguresLine) {
        self.log = log
        self.notifier = notifier
        self.figures = figures
        brokers = BrokerLines(log)
    }

    func take(_ notice: DaemonNotice) {
        switch notice {
        case .callFailed(let error): brokers.callFailed(error)
        case .checkpointFailed, .outputDropped: log.error(notice.description)
        case .caughtUp(let batches, _):
            replayed = batches
            log.info(notice.description)
        case .checkpointSaved: log.debug(notice.description)
        case .ready, .notReady, .paused, .stopping, .stopped: tellService(notice)
        case let notice where notice.isWarning: log.warning(notice.description)
        default: log.info(notice.description)
        }
    }

    /// What changes for who waits for the service.
    private func tellService(_ notice: DaemonNotice) {
        switch notice {
        case .ready(let batch, let milliseconds):
            brokers.ready()
            log.info("ready", ["batch": .integer(batch), "milliseconds": .integer(milliseconds), "replayed": .integer(replayed)])
            notifier.ready()
            notifier.status("ready")
        case .notReady(let error):
            brokers.notReady(error)
            notifier.status(notice.description)
        case .paused:
            log.error(notice.description)
            notifier.status(notice.description)
        case .stopping:
            log.info(notice.description)
            notifier.stopping()
        case .stopped:
            figures.close()
            log.info(notice.description)
        default: log.info(notice.description)
        }
    }
}
