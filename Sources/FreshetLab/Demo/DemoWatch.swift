import FreshetRuntime

/// Looks at the daemon from its own thread: makes the figures of each second, and knows when all is applied.
final class DemoWatch {
    /// How long the daemon may take to apply what is left when the shop has closed, in milliseconds.
    private static let patience: Int64 = 15_000

    private(set) var metrics = DaemonMetrics()
    private let traffic: ShopTraffic
    private let session: ShopperSession
    private let show: (DemoFigures) -> Void
    private let warn: (String) -> Void
    private let clock = SystemClock()
    private let began: Int64
    private var shown: (metrics: DaemonMetrics, at: Int64)
    private var closedAt: Int64?

    init(_ traffic: ShopTraffic, _ session: ShopperSession, show: @escaping (DemoFigures) -> Void, warn: @escaping (String) -> Void) {
        self.traffic = traffic
        self.session = session
        self.show = show
        self.warn = warn
        began = clock.monotonicMilliseconds
        shown = (DaemonMetrics(), began)
    }

    var observer: DaemonObserver {
        var observer = DaemonObserver()
        observer.onBatch = { [self] in metrics = $0 }
        observer.onPause = { [self] in showIfDue() }
        observer.onNotice = { [self] notice in
            // The shop sends records on purpose that are not acceptable; the figures count them.
            if case .deadLetters = notice { return }
            if notice.isWarning { warn(notice.description) }
        }
        return observer
    }

    /// The shop has closed, and all of its records are applied, or will not be.
    var isOver: Bool {
        guard traffic.isOver else { return false }
        let now = clock.monotonicMilliseconds
        let closed = closedAt ?? now
        closedAt = closed
        return metrics.counts.records >= traffic.sent || now - closed > DemoWatch.patience
    }

    private func showIfDue() {
        let now = clock.monotonicMilliseconds
        guard now - shown.at >= 1000 else { return }
        var figures = DemoFigures(metrics, since: shown.metrics, milliseconds: now - shown.at)
        figures.seconds = Int((now - began) / 1000)
        figures.session = session.lines
        shown = (metrics, now)
        show(figures)
    }
}
