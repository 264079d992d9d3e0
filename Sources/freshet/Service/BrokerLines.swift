import FreshetKafka
import FreshetRuntime

/// What the log says of the way to the brokers: one line when they are away, one when they are back.
///
/// Calls fail and the client repeats itself all the while; those lines are for who looks for a fault. Called on the engine's thread.
final class BrokerLines {
    private let log: Log
    private var isReady = false
    private var isAway = false

    init(_ log: Log) { self.log = log }

    /// A call failed and is handled. Once ready, a failure that matters is followed by `notReady`.
    func callFailed(_ error: KafkaError) {
        guard error.isUnreachable else { return log.warning(error.description) }
        if isReady || isAway { log.debug(error.description) } else { away(error) }
    }

    /// Nothing is read or committed for now.
    func notReady(_ error: KafkaError) {
        isReady = false
        if isAway { return log.debug("not ready: \(error)") }
        if error.isUnreachable { away(error) } else { log.warning("not ready: \(error)") }
    }

    /// All goes well, at last or again.
    func ready() {
        if isAway { log.info("broker back") }
        (isReady, isAway) = (true, false)
    }

    private func away(_ error: KafkaError) {
        isAway = true
        log.warning("broker away: \(error)")
    }

    /// Where the client tells of what belongs to no call, from threads of its own.
    static func sink(_ log: Log) -> KafkaEventSink {
        { event in
            switch event {
            // Calls fail for these, too, and name them as their cause.
            case .error(let error) where error.isUnreachable || error.isFatal || error.code == KafkaErrorCode.fatal: log.debug(error.description)
            case .error(let error): log.warning(error.description)
            // Errors of the client's log come as errors of the client or of a call as well.
            case .log(let level, let facility, let text) where level == warningLevel && facility != lateAnswers:
                log.warning(text, ["facility": .text(facility)])
            case .log(_, let facility, let text): log.debug(text, ["facility": .text(facility)])
            case .statistics: return
            }
        }
    }

    private static let warningLevel: Int32 = 4
    /// Requests without an answer, line by line while brokers are away: the calls that wait for them say it once.
    private static let lateAnswers = "REQTMOUT"
}
