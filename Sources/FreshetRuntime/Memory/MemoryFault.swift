import FreshetKafka

/// The calls of a `MemoryBroker` that can be made to fail.
public enum MemoryCall: CaseIterable, Sendable {
    /// `openProducer`.
    case openProducer
    /// `begin`.
    case begin
    /// `produce` of a record.
    case produce
    /// `send(offsets:metadata:)`.
    case sendOffsets
    /// `commit`.
    case commit
    /// `abort`.
    case abort
    /// `committed`.
    case committed
    /// `poll`.
    case poll
    /// `read`.
    case read
    /// Questions about topics and offsets.
    case metadata
}

/// How a call of a `MemoryBroker` fails.
public enum MemoryFault: Equatable, Sendable {
    /// It did nothing, and may be made again.
    case retriable
    /// The transaction must be aborted.
    case abortable
    /// The producer is lost; an open transaction is aborted when the next one opens.
    case fatal
    /// The answer is lost, and so is the producer. `isApplied`: whether the call had its effect.
    case unknown(isApplied: Bool)
    /// It is not allowed; the transaction must be aborted.
    case forbidden
    /// The broker cannot be reached.
    case unreachable
    /// What is read next is not kept any more.
    case offsetLost

    var error: KafkaError {
        switch self {
        case .retriable: KafkaError(code: 14, name: "COORDINATOR_LOAD_IN_PROGRESS", message: "injected", isRetriable: true)
        case .abortable: KafkaError(code: 47, name: "INVALID_PRODUCER_EPOCH", message: "injected", isAbortable: true)
        case .fatal: KafkaError(code: -144, name: "_FENCED", message: "injected", isFatal: true)
        case .unknown: KafkaError(code: -149, name: "_INCONSISTENT", message: "injected")
        case .forbidden: KafkaError(code: 29, name: "TOPIC_AUTHORIZATION_FAILED", message: "injected", isAbortable: true)
        case .unreachable: KafkaError(code: -195, name: "_TRANSPORT", message: "injected", isRetriable: true)
        case .offsetLost: KafkaError(code: KafkaErrorCode.autoOffsetReset, name: "_AUTO_OFFSET_RESET", message: "the log begins behind it")
        }
    }
}
