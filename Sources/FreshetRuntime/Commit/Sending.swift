import FreshetKafka
import Synchronization

/// A transaction on its way: the protocol, and what the shell must know beside it.
///
/// Unchecked because the compiler cannot see the hand-over: the engine's thread gives it, and with it the sender, away when it submits `goOn`,
/// and touches both again only after `isBack` says so, which the other thread sets last, under a lock.
final class Sending: @unchecked Sendable {
    let purpose: CommitProtocol.Purpose
    let contents: TransactionSender.Contents
    /// When it began.
    let since: Int64
    /// What is to be done next.
    private(set) var decision: CommitProtocol.Decision
    /// The last call, where it failed and nobody has taken note of it.
    private(set) var failure: (call: CommitProtocol.Call, error: KafkaError)?
    /// When it stood, by the wall clock.
    private(set) var stoodAt: Int64?
    /// The step at which the run is to end.
    private(set) var interruption: DaemonStep?
    /// The last call found the brokers away, or something missing.
    var isAway = false
    /// It has waited before a call: it takes longer than usual.
    var hasWaited = false
    /// What an operator has to grant or to make: the calls that follow its refusal fail for other reasons.
    var missing: KafkaError?

    private let sender: TransactionSender
    private let clock: any Clock
    private let onStep: (DaemonStep) -> Bool
    private var machine: CommitProtocol
    private var background: Daemon.Background?
    /// A job was submitted for the next call.
    private var isJob = false
    private let isOver = Mutex(false)

    init(
        _ purpose: CommitProtocol.Purpose, _ contents: TransactionSender.Contents, by sender: TransactionSender, clock: any Clock,
        onStep: @escaping (DaemonStep) -> Bool
    ) {
        self.purpose = purpose
        self.contents = contents
        self.sender = sender
        self.clock = clock
        self.onStep = onStep
        since = clock.monotonicMilliseconds
        machine = CommitProtocol(purpose, contents.metadata)
        decision = machine.start
        sender.prepare(contents)
    }

    /// The other thread has done what it can.
    var isBack: Bool { isOver.withLock { $0 } }

    /// The way where nothing is amiss: until the batch stands, a call fails, or something has to be decided. Each call is a job of its own for
    /// `background`, so that a simulator may let anything happen in between; without it they are made at once.
    func goOn(_ background: Daemon.Background?) {
        self.background = background
        goOn()
    }

    private func goOn() {
        while case .call(let call, afterMilliseconds: 0) = decision, failure == nil, interruption == nil {
            if let background, !isJob {
                isJob = true
                return background { self.goOn() }
            }
            isJob = false
            make(call)
        }
        isOver.withLock { $0 = true }
    }

    /// Makes a call, and asks the protocol what follows.
    func make(_ call: CommitProtocol.Call) {
        let calledAt = clock.monotonicMilliseconds
        let fact = sender.make(call, contents)
        let elapsed = clock.monotonicMilliseconds - calledAt
        if case .failed(let error, _) = fact {
            failure = (call, error)
        } else {
            isAway = false
            if purpose == .batch, let step = call.step, !onStep(step) { interruption = step }
        }
        decision = machine.observe(fact, after: elapsed)
        if decision == .done { stoodAt = clock.wallMilliseconds }
    }

    /// Takes note of a failure.
    func takeFailure() -> (call: CommitProtocol.Call, error: KafkaError)? {
        defer { failure = nil }
        return failure
    }

    /// Puts dead letters in the place of these outputs, and begins again.
    func substitute(_ tags: [Int]) {
        if let outputs = contents.outputs { sender.substitute(tags, in: outputs) }
        decision = machine.start
    }
}

extension CommitProtocol.Call {
    /// The step that a batch has come to where the call went well.
    fileprivate var step: DaemonStep? {
        switch self {
        case .begin: .begun
        case .produce: .produced
        case .sendOffsets: .offsetsSent
        case .commit: .committed
        case .sendTrialOffsets, .abort, .findOwner, .openProducer, .readCommitted: nil
        }
    }
}
