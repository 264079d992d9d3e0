import FreshetCore
import FreshetRuntime

/// A line of all figures every ten seconds, whatever the daemon does meanwhile, and one at the end.
final class FiguresLine {
    private static let interval: Int64 = 10_000
    private let log: Log
    private let clock: any Clock
    private var last: Int64
    private var metrics = DaemonMetrics()
    private var latency = LatencyHistogram()

    init(_ log: Log, _ clock: any Clock) {
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
        log.log(.info, "figures", FiguresLine.fields(metrics, latency: metrics.latency.since(latency)))
        latency = metrics.latency
    }

    /// The catalogue: counts since the start; `latency` of the time since the last line.
    static func fields(_ metrics: DaemonMetrics, latency: LatencyHistogram) -> [(key: String, value: LogValue)] {
        let counts = metrics.counts
        var fields: [(key: String, value: LogValue)] = [
            ("ready", .flag(metrics.isReady)), ("batch", .integer(metrics.batch)), ("batches", .count(metrics.batches)),
            ("applied", .count(counts.applied)), ("late", .count(counts.late)), ("duplicates", .count(counts.duplicates)),
            ("ignored", .count(counts.ignored)), ("side_records", .count(counts.sides)), ("keys_differing", .count(counts.keysDiffering)),
            ("bot_events", .count(counts.botEvents)), ("tracking_alarms", .count(counts.trackingAlarms)),
            ("dead_letters", .count(counts.deadLettered)),
        ]
        for reason in BotReason.allCases where counts.bots[Int(reason.rawValue)] > 0 {
            fields.append(("bot_events_\(reason.name)", .count(counts.bots[Int(reason.rawValue)])))
        }
        for code in RejectionCode.allCases where counts.rejected[Int(code.rawValue)] > 0 {
            fields.append(("dead_letters_\(code.name)", .count(counts.rejected[Int(code.rawValue)])))
        }
        fields += [
            ("lists", .count(counts.written(.recommendations))), ("similar_items", .count(counts.written(.similarItems))),
            ("outputs_refused", .count(counts.outputsRefused)), ("outputs_dropped", .count(counts.outputsDropped)),
            // With those that stand for refused outputs.
            ("dead_letters_written", .count(counts.written(.deadLetters))),
            ("lag", .integer(metrics.lag)), ("pending", .count(metrics.pendingRecords)), ("dropped", .count(metrics.droppedRecords)),
            ("latency_p50_ms", .integer(latency.value(at: 0.5))), ("latency_p99_ms", .integer(latency.value(at: 0.99))),
            ("checkpoint_batch", .integer(metrics.checkpointBatch)), ("checkpoint_failures", .count(metrics.checkpointFailures)),
            ("call_failures", .count(metrics.callFailures)),
        ]
        return fields
    }
}
