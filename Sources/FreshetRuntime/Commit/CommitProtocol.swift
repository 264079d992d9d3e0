package import FreshetKafka

/// Decides, from what was observed, what is done next until one batch stands at the broker exactly once (DESIGN section 6).
///
/// Pure: it knows no broker and no clock. The shell makes the call that a decision names and tells what came of it.
package struct CommitProtocol: Sendable {
    /// A call to the broker.
    package enum Call: Equatable, Sendable {
        /// Begin a transaction.
        case begin
        /// Queue the outputs and the journal record; made again, it goes on behind the last record that was queued.
        case produce
        /// Add the offsets of all partitions, with batch and nonce, to the transaction.
        case sendOffsets
        /// The same with another nonce, to be aborted.
        case sendTrialOffsets
        /// Commit.
        case commit
        /// Abort. The kept bytes are sent again in a new transaction; state stands.
        case abort
        /// Read what is committed so far: whether another instance owns the transactional id, whom a new producer would fence.
        case findOwner
        /// Make a new producer in place of the old one, and wait for the end of the old one's transaction.
        case openProducer
        /// Read the committed batch and nonce.
        case readCommitted
    }

    /// What the shell does next.
    package enum Decision: Equatable, Sendable {
        /// Make the call. A wait of more than 0 ms comes first where it may take longer: not ready meanwhile.
        case call(Call, afterMilliseconds: Int)
        /// Put a dead letter by reference in the place of these outputs (by tag), then begin again.
        case substitute([Int])
        /// The batch stands.
        case done
        /// Another instance owns the transactional id: drop the state, exit 75.
        case fenced(by: CommitMetadata)
        /// Our committed text was not there, or an aborted one was: the broker keeps no transactions, or no offsets.
        case notKept
        /// The committed batch is neither this one nor the one before it.
        case inconsistent(CommitMetadata?)
    }

    /// What came of a call.
    package enum Fact: Equatable, Sendable {
        /// It succeeded. For `findOwner` and `readCommitted` see `committed`.
        case succeeded
        /// It failed, or records that were queued could not be delivered; the tags are those of outputs refused for their size.
        case failed(KafkaError, oversize: [Int] = [])
        /// What `findOwner` or `readCommitted` found: the largest batch, `nil` where nothing is committed.
        case committed(CommitMetadata?)
        /// The brokers answer, and `findOwner` did not: a transaction that changes the offsets is open.
        case unsettled
    }

    /// What the transaction is for.
    package enum Purpose: Equatable, Sendable {
        /// The effects of a batch.
        case batch
        /// The start: it puts our nonce there, warms up, and shows that the broker keeps what was committed and drops what was aborted.
        /// `before` is what was committed when the start read the offsets.
        case probe(before: CommitMetadata?)
    }

    /// How far a probe has come.
    private enum Stage {
        /// Our text is to be committed.
        case first
        /// It stands, and another one is to be aborted.
        case trial
        /// That one was added to a transaction, which is aborted or lost.
        case tried
    }

    /// Retries of the same call, before its answer counts as unknown.
    static let retriesMax = 3
    /// The same of a call whose time was up, which the next one goes on with.
    static let timeoutsMax = 30
    /// How long those calls may take together, in milliseconds: one waits two seconds, that of the offsets five.
    static let timeoutsTimeMax: Int64 = 60_000
    /// The longest wait between two attempts.
    static let waitMax = 5_000
    /// The wait while a permission or a topic is missing.
    static let permissionWait = 1_000
    /// The wait of who is fenced, before it looks for another owner: one that starts commits its own text within this time.
    static let takeoverWait = 1_000
    /// Looks for an owner while offsets are in an open transaction, each of about half a second. One that serves commits meanwhile; else it is
    /// the transaction of our own lost producer, which only a new one ends.
    static let looksMax = 4

    private let purpose: Purpose
    private let own: CommitMetadata
    private var call = Call.begin
    private var retries = 0
    private var timeoutsTime: Int64 = 0
    private var rounds = 0
    private var looks = 0
    private var waitMin = 0
    private var oversize: [Int] = []
    private var isCommitAnswered = false
    private var stage = Stage.first

    /// The protocol for a batch of this number by this instance; for a probe, the number of the committed batch.
    package init(_ purpose: Purpose, _ own: CommitMetadata) {
        self.purpose = purpose
        self.own = own
    }

    /// The first decision.
    package var start: Decision { .call(.begin, afterMilliseconds: 0) }

    /// What follows from what came of the last call, which took so many milliseconds.
    package mutating func observe(_ fact: Fact, after milliseconds: Int64 = 0) -> Decision {
        switch fact {
        case .succeeded: followSuccess()
        case .failed(let error, let oversize): followFailure(error, oversize, milliseconds)
        case .committed(let found): call == .findOwner ? followOwner(found) : followCommitted(found)
        case .unsettled: followUnsettled()
        }
    }

    private mutating func followSuccess() -> Decision {
        switch call {
        case .begin: return proceed(to: stage == .first ? .produce : .sendTrialOffsets)
        case .produce: return proceed(to: .sendOffsets)
        case .sendOffsets: return proceed(to: .commit)
        case .sendTrialOffsets:
            stage = .tried
            return proceed(to: .abort)
        case .commit:
            guard case .probe = purpose else { return .done }
            isCommitAnswered = true
            return proceed(to: .readCommitted)
        case .abort:
            if stage == .tried { return proceed(to: .readCommitted) }
            guard oversize.isEmpty else { return substitute() }
            return beginAgain()
        case .openProducer: return proceed(to: .readCommitted)
        case .findOwner, .readCommitted: return .inconsistent(nil)
        }
    }

    private mutating func followFailure(_ error: KafkaError, _ refused: [Int], _ milliseconds: Int64) -> Decision {
        oversize += refused
        waitMin = error.wantsOperator ? CommitProtocol.permissionWait : 0
        switch call {
        case .findOwner, .openProducer, .readCommitted:
            // The broker is away, or does not let us in: the batch is kept, however long it takes.
            return reopen(afterAtLeast: 100)
        default: break
        }
        if error.isFatal { return reopen(afterAtLeast: error.isFenced ? CommitProtocol.takeoverWait : 0) }
        if !refused.isEmpty || error.isAbortable { return call == .abort ? reopen(afterAtLeast: 0) : proceed(to: .abort) }
        guard error.isRetriable || error.isTimeout else { return reopen(afterAtLeast: 0) }
        if error.isTimeout { timeoutsTime += milliseconds }
        guard retries < (error.isTimeout ? CommitProtocol.timeoutsMax : CommitProtocol.retriesMax), timeoutsTime < CommitProtocol.timeoutsTimeMax
        else { return reopen(afterAtLeast: 0) }
        retries += 1
        return .call(call, afterMilliseconds: 0)
    }

    private mutating func followOwner(_ found: CommitMetadata?) -> Decision {
        if let found, isForeign(found) { return .fenced(by: found) }
        return proceed(to: .openProducer)
    }

    private mutating func followUnsettled() -> Decision {
        looks += 1
        return looks < CommitProtocol.looksMax ? .call(.findOwner, afterMilliseconds: 0) : proceed(to: .openProducer)
    }

    /// Whether another instance has committed since this one began.
    private func isForeign(_ found: CommitMetadata) -> Bool {
        switch purpose {
        case .batch: found.nonce != own.nonce
        case .probe(let before): found != own && found != own.trial && (found != before || found.batch != own.batch)
        }
    }

    private mutating func followCommitted(_ found: CommitMetadata?) -> Decision {
        switch purpose {
        case .probe: return followProbe(found)
        case .batch:
            guard let found else { return .inconsistent(nil) }
            if isForeign(found) { return .fenced(by: found) }
            if found.batch == own.batch { return .done }
            guard found.batch == own.batch - 1 else { return .inconsistent(found) }
            return oversize.isEmpty ? beginAgain() : substitute()
        }
    }

    private mutating func followProbe(_ found: CommitMetadata?) -> Decision {
        if found == own {
            switch stage {
            case .tried: return .done
            case .trial: return beginAgain()
            case .first:
                stage = .trial
                return proceed(to: .begin)
            }
        }
        if found == own.trial { return .notKept }
        if let found, isForeign(found) { return .fenced(by: found) }
        // Nothing is committed yet, or our predecessor's text stands: where a commit was answered, it was not kept.
        return isCommitAnswered || stage != .first ? .notKept : beginAgain()
    }

    private mutating func proceed(to next: Call, afterMilliseconds wait: Int = 0) -> Decision {
        call = next
        retries = 0
        timeoutsTime = 0
        return .call(next, afterMilliseconds: wait)
    }

    private mutating func substitute() -> Decision {
        defer { oversize = [] }
        call = .begin
        retries = 0
        timeoutsTime = 0
        return .substitute(oversize)
    }

    /// On the way to a new producer: whom it would fence is found out first.
    private mutating func reopen(afterAtLeast least: Int) -> Decision {
        looks = 0
        return proceed(to: .findOwner, afterMilliseconds: max(least, nextWait()))
    }

    private mutating func beginAgain() -> Decision {
        proceed(to: .begin, afterMilliseconds: nextWait())
    }

    /// 0 at first, then from 100 ms on doubled up to the longest wait.
    private mutating func nextWait() -> Int {
        defer { rounds += 1 }
        let grown = rounds < 2 ? 0 : min(CommitProtocol.waitMax, 100 << min(rounds - 2, 6))
        return max(waitMin, grown)
    }
}
