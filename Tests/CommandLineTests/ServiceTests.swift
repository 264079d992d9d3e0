import FreshetCore
import FreshetKafka
import FreshetKernels
import FreshetRuntime
import Synchronization
import Testing

@testable import freshet

/// How the daemon's ends and figures look to scripts and operators.
@Suite struct ServiceTests {
    /// A start that waited in vain, and what the client has told beside.
    private static func unavailable(_ code: Int32, cause: Int32? = nil) -> DaemonError {
        let cause = cause.map { KafkaError.Cause(code: $0, name: "", message: "") }
        return .brokerUnavailable(KafkaError(code: code, name: "", message: "", cause: cause))
    }

    private static func broker(_ code: Int32) -> DaemonError { .broker(KafkaError(code: code, name: "", message: "")) }

    @Test(
        arguments: [
            (.fenced(by: CommitMetadata(batch: 1, nonce: "a")), .tryAgain), (.refused(.noTransactions), .configuration),
            (unavailable(-185), .brokerUnavailable), (unavailable(-195, cause: -187), .brokerUnavailable),
            // A missing right of the transaction, a topic or the group; credentials that are refused.
            (unavailable(53), .configuration), (unavailable(29), .configuration), (unavailable(-185, cause: 30), .configuration),
            (unavailable(-195, cause: -169), .configuration), (unavailable(-187, cause: 58), .configuration),
            // A right on the group, a missing topic, an offset that is no longer kept: another try brings nothing.
            (broker(30), .configuration), (broker(3), .configuration), (broker(1), .configuration), (broker(-140), .configuration),
            (broker(-169), .configuration), (broker(42), .io), (.inconsistent(batch: 5, committed: nil), .internalError),
            (.store(StoreError(.locked, "")), .tryAgain), (.store(StoreError(.io, "")), .io),
            (.store(StoreError(.corrupt, "")), .configuration), (.store(StoreError(.unusable, "")), .configuration),
        ] as [(DaemonError, ExitCode)])
    func anEndHasTheCodeOfItsRemedy(_ error: DaemonError, _ code: ExitCode) {
        #expect(ExitCode(error) == code)
        #expect(Run.specification.exitCodes.contains(code))
    }

    @Test func figuresComeEveryTenSecondsAndAtTheEnd() {
        let lines = Lines()
        let clock = ManualClock()
        let figures = FiguresLine(Log(form: .json, now: { 0 }) { line in lines.append(line.text) }, clock)
        var metrics = DaemonMetrics()
        metrics.counts.rejected[Int(RejectionCode.malformed.rawValue)] = 3
        metrics.counts.keysDiffering = 4
        metrics.counts.bots[Int(BotReason.breadth.rawValue)] = 5
        metrics.counts.trackingAlarms = 6
        for second in 0..<35 {
            metrics.latency.add(second < 21 ? 500 : 7)
            metrics.isReady = second < 20
            figures.take(metrics)
            clock.advance(milliseconds: 1_000)
        }
        #expect(lines.all.count == 3)
        let last = lines.all.last ?? ""
        for part in [
            "\"ready\":false", "\"dead_letters\":3", "\"dead_letters_malformed\":3", "\"keys_differing\":4", "\"outputs_refused\":0",
            "\"bot_events\":5", "\"bot_events_breadth\":5", "\"tracking_alarms\":6",
            "\"dropped\":0", "\"latency_p99_ms\":7", "\"checkpoint_failures\":0", "\"call_failures\":0", "\"lag\":0",
        ] { #expect(last.contains(part), "\(part) in \(last)") }
        figures.close()
        #expect(lines.all.count == 4)
    }

    @Test func aBrokerThatIsAwayIsOneWarningAndOneWordThatItIsBack() {
        let lines = Lines()
        let brokers = BrokerLines(
            Log(form: .text, now: { 0 }) { line in lines.append(String(line.text.dropFirst("1970-01-01T00:00:00.000Z ".count))) })
        let silent = KafkaError(code: KafkaErrorCode.timedOut, name: "_TIMED_OUT", message: "no answer")
        let refused = KafkaError(code: 29, name: "TOPIC_AUTHORIZATION_FAILED", message: "refused")
        brokers.ready()
        for _ in 0..<3 {
            // A call that takes long, and nothing follows.
            brokers.callFailed(silent)
        }
        #expect(lines.all == [])
        for _ in 0..<30 {
            brokers.callFailed(silent)
            brokers.notReady(silent)
        }
        brokers.ready()
        brokers.notReady(refused)
        brokers.ready()
        #expect(
            lines.all == [
                "warning broker away: no answer (_TIMED_OUT)\n", "info broker back\n", "warning not ready: refused (TOPIC_AUTHORIZATION_FAILED)\n",
            ])
    }

    @Test func aBrokerThatWasNeverThereIsTold() {
        let lines = Lines()
        let brokers = BrokerLines(Log(form: .text, now: { 0 }) { line in lines.append(line.text) })
        let silent = KafkaError(code: KafkaErrorCode.transport, name: "_TRANSPORT", message: "nobody listens")
        for _ in 0..<5 { brokers.callFailed(silent) }
        #expect(lines.all.count == 1 && lines.all[0].contains("broker away: nobody listens"), "\(lines.all)")
    }

    @Test func whatTheClientRepeatsIsForWhoLooksForAFault() {
        let lines = Lines()
        let sink = BrokerLines.sink(Log(form: .text, now: { 0 }) { line in lines.append(line.text) })
        sink(.error(KafkaError(code: KafkaErrorCode.allBrokersDown, name: "_ALL_BROKERS_DOWN", message: "down")))
        sink(.error(KafkaError(code: KafkaErrorCode.fatal, name: "_FATAL", message: "fenced")))
        sink(.log(level: 3, facility: "FAIL", text: "Connect to nobody failed"))
        #expect(lines.all == [])
        sink(.error(KafkaError(code: KafkaErrorCode.authentication, name: "_AUTHENTICATION", message: "no such user")))
        sink(.log(level: 4, facility: "CONFWARN", text: "an old name"))
        #expect(lines.all.count == 2)
    }

    @Test func theLogsLevelIsNamed() throws {
        #expect(try Run.level(nil) == .info && Run.level("") == .info && Run.level("debug") == .debug && Run.level("error") == .error)
        #expect(throws: Failure.self) { try Run.level("loud") }
    }
}

/// Lines that a log has written.
private final class Lines: Sendable {
    private let lines = Mutex<[String]>([])

    func append(_ line: String) { lines.withLock { $0.append(line) } }

    var all: [String] { lines.withLock { $0 } }
}
