import FreshetKafka

/// The calls of a `MemoryBroker` that can be made to fail.
public enum MemoryCall: String, CaseIterable, Sendable {
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
public enum MemoryFault: Hashable, Sendable {
    /// It did nothing, and may be made again.
    case retriable
    /// The transaction must be aborted.
    case abortable
    /// The producer is lost; an open transaction is aborted when the next one opens.
    case fatal
    /// The answer is lost, and so is the producer. `isApplied`: whether the call had its effect.
    case unknown(isApplied: Bool)
    /// No answer in time; the same call may be made again, and no other one. `isApplied`: whether the call had its effect.
    case timedOut(isApplied: Bool)
    /// Of a commit: it is decided, and so is the producer's end; its markers and offsets come when the next producer opens. Other calls do nothing.
    case unfinished
    /// It is not allowed; the transaction must be aborted, which fails, too.
    case forbidden
    /// The broker cannot be reached.
    case unreachable
    /// What is read next is not kept any more.
    case offsetLost
    /// Of `produce`: the record is queued, and cannot be delivered: the commit says so.
    case undelivered

    var error: KafkaError {
        switch self {
        case .retriable: KafkaError(code: 14, name: "COORDINATOR_LOAD_IN_PROGRESS", message: "injected", isRetriable: true)
        case .abortable: KafkaError(code: 47, name: "INVALID_PRODUCER_EPOCH", message: "injected", isAbortable: true)
        case .fatal: KafkaError(code: KafkaErrorCode.fenced, name: "_FENCED", message: "injected", isFatal: true)
        case .unknown, .unfinished: KafkaError(code: -149, name: "_INCONSISTENT", message: "injected")
        case .timedOut: KafkaError(code: KafkaErrorCode.timedOut, name: "_TIMED_OUT", message: "injected", isRetriable: true)
        case .forbidden: KafkaError(code: 29, name: "TOPIC_AUTHORIZATION_FAILED", message: "injected", isAbortable: true)
        case .unreachable: KafkaError(code: KafkaErrorCode.transport, name: "_TRANSPORT", message: "injected", isRetriable: true)
        case .undelivered: KafkaError(code: KafkaErrorCode.messageTimedOut, name: "_MSG_TIMED_OUT", message: "injected", isAbortable: true)
        case .offsetLost: KafkaError(code: KafkaErrorCode.autoOffsetReset, name: "_AUTO_OFFSET_RESET", message: "the log does not hold it")
        }
    }
}

/// What one poll of a `MemoryBroker` brings of what stands in the logs.
public struct MemoryPoll: Sendable {
    /// The records it brings at most.
    public var recordsMax = Int.max
    /// The place from which partitions are asked in turn; `nil` goes on behind the last poll's.
    public var first: Int?
    /// Places of partitions that bring nothing, a bit each: their leader is away, or its answer is still on its way.
    public var silent: UInt64 = 0
    /// Places of partitions whose end is not told yet, a bit each.
    public var withheldEnds: UInt64 = 0
    /// Records that every partition brings once more.
    public var repeated: Int64 = 0

    /// A poll that brings all there is.
    public init() {}
}
