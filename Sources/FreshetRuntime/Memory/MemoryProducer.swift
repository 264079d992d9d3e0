import FreshetKafka

/// What a `MemoryBroker` knows of its producer, as a transactional client does.
struct MemoryProducer {
    /// Which calls are in order.
    enum Phase {
        /// No producer is open, or it is lost.
        case lost
        /// No transaction is open.
        case ready
        /// A transaction is open.
        case open
        /// The transaction must be aborted; with `isDoomed` that fails.
        case broken(isDoomed: Bool)
        /// A commit or an abort has not answered in time: the same call, and no other, may be made.
        case ending(MemoryCall)
    }

    var phase = Phase.lost
    var epoch = 0
    var transaction: Int?
    /// The last transaction has ended, though its end may not have been answered.
    var isOver = true
    var topics: Set<String> = []
    var offsets: [(TopicPartition, CommittedOffset)] = []
    /// Records that could not be delivered and were not told of yet.
    var failures: [(tag: Int, error: KafkaError)] = []
    /// Why this transaction cannot commit, whether or not it was told.
    private(set) var undelivered: KafkaError?
    var journalOffset: Int64?

    mutating func begin(_ transaction: Int?) {
        self.transaction = transaction
        phase = .open
        isOver = false
        topics = []
        offsets = []
        failures = []
        undelivered = nil
        journalOffset = nil
    }

    mutating func fail(_ tag: Int, _ error: KafkaError) {
        failures.append((tag, error))
        undelivered = undelivered ?? error
    }

    mutating func end() {
        transaction = nil
        isOver = true
        phase = .ready
        failures = []
    }

    /// Throws where `call` is not in order now.
    func check(_ call: MemoryCall) throws(KafkaError) {
        switch (phase, call) {
        case (.ready, .begin), (.open, .produce), (.open, .sendOffsets), (.open, .commit), (.open, .abort): return
        case (.broken(let isDoomed), .abort):
            if isDoomed { throw KafkaError(code: 48, name: "INVALID_TXN_STATE", message: "the abort is refused", isFatal: true) }
        case (.broken, _): throw KafkaError(code: -150, name: "_STATE", message: "the transaction must be aborted", isAbortable: true)
        case (.ending(let pending), _) where pending == call: return
        case (.ending, _): throw KafkaError(code: -173, name: "_CONFLICT", message: "another call has not answered yet")
        case (.lost, _): throw KafkaError(code: KafkaErrorCode.fenced, name: "_FENCED", message: "the producer is lost", isFatal: true)
        default: throw KafkaError(code: -172, name: "_STATE", message: "\(call.rawValue) is out of order")
        }
    }

    /// What `fault` of `call` leaves behind.
    mutating func suffer(_ fault: MemoryFault, of call: MemoryCall) {
        switch fault {
        case .unknown, .fatal, .unfinished: phase = .lost
        case .abortable: breakTransaction(isDoomed: false)
        case .forbidden: breakTransaction(isDoomed: true)
        case .timedOut where call == .commit || call == .abort: phase = .ending(call)
        case .timedOut, .retriable, .unreachable, .undelivered, .offsetLost: break
        }
    }

    /// The abort of a transaction that has ended already is refused.
    mutating func breakTransaction(isDoomed: Bool) {
        switch phase {
        case .open, .broken, .ending: phase = .broken(isDoomed: isDoomed || isOver)
        case .lost, .ready: break
        }
    }
}
