import FreshetCore
import FreshetRuntime

/// What a demo shows once a second.
public struct DemoFigures: Sendable {
    /// Seconds since the daemon began.
    public internal(set) var seconds = 0
    /// Events that were applied or refused, a second.
    public internal(set) var eventsPerSecond = 0
    /// Lists published, a second.
    public internal(set) var listsPerSecond = 0
    /// Records that stand behind the ones applied.
    public internal(set) var lag: Int64 = 0
    /// Half of the lists are out after so many milliseconds from their event.
    public internal(set) var latencyMedian: Int64 = 0
    /// 99 of 100 lists are out after so many milliseconds from their event.
    public internal(set) var latency99: Int64 = 0
    /// Records that were not acceptable, with the reason.
    public internal(set) var deadLetters: [(reason: String, count: Int)] = []
    /// One shopper's events, each with the list that followed.
    public internal(set) var session: [String] = []

    /// What happened from one look at the daemon's figures to the next, `milliseconds` later.
    init(_ metrics: DaemonMetrics, since last: DaemonMetrics, milliseconds: Int64) {
        func rate(_ count: Int) -> Int { Int((Double(count) * 1000 / Double(max(milliseconds, 1))).rounded()) }
        eventsPerSecond = rate(metrics.counts.records - last.counts.records)
        listsPerSecond = rate(metrics.counts.written(.recommendations) - last.counts.written(.recommendations))
        lag = metrics.lag
        latencyMedian = metrics.latency.value(at: 0.5)
        latency99 = metrics.latency.value(at: 0.99)
        deadLetters = RejectionCode.allCases.compactMap { code in
            let count = metrics.counts.rejected[Int(code.rawValue)]
            return count > 0 ? ("\(code.name)", count) : nil
        }
    }

    /// The figures as text.
    public var lines: [String] {
        let reasons = deadLetters.map { "\($0.reason) \($0.count)" }.joined(separator: ", ")
        return [
            "\(seconds) s: \(eventsPerSecond) events/s, \(listsPerSecond) lists/s, lag \(lag), event to list p50 \(latencyMedian) ms, "
                + "p99 \(latency99) ms",
            "dead letters: \(reasons.isEmpty ? "none" : reasons)",
        ] + session
    }
}
