import FreshetKafka
import FreshetKernels

extension Daemon {
    /// Sends a transaction until it stands, as `CommitProtocol` decides.
    func send(_ purpose: CommitProtocol.Purpose, _ contents: TransactionSender.Contents) throws(DaemonInterruption) {
        try finish(Sending(purpose, contents, by: sender, clock: clock, onStep: observer.onStep))
    }

    /// Goes on with a transaction until it stands.
    private func finish(_ sending: Sending) throws(DaemonInterruption) {
        while true {
            if let step = sending.interruption { throw .failed(.interrupted(step)) }
            if let failure = sending.takeFailure() { note(failure.error, of: failure.call, sending) }
            switch sending.decision {
            case .call(let call, let wait):
                try waitBeforeCall(wait, sending)
                sending.make(call)
            case .substitute(let tags): sending.substitute(tags)
            case .done:
                heardAt = clock.monotonicMilliseconds
                if sending.purpose == .batch { becomeReady() }
                return
            case .fenced(let by): throw .failed(.fenced(by: by))
            case .notKept: throw .failed(.refused(settings.delivery == .exactlyOnce ? .noTransactions : .noOffsets))
            case .inconsistent(let found): throw .failed(.inconsistent(batch: sending.contents.metadata.batch, committed: found))
            }
        }
    }

    /// Sends `next` while the batch behind it is collected and applied.
    func sendNext() {
        swap(&sent, &next)
        let metadata = CommitMetadata(batch: sent.number, nonce: settings.nonce)
        let contents = TransactionSender.Contents(outputs: sent.outputs, journal: sent.journal, offsets: sent.offsets, metadata: metadata)
        let sending = Sending(.batch, contents, by: sender, clock: clock, onStep: observer.onStep)
        self.sending = sending
        sending.goOn(sendInBackground)
    }

    /// Takes what came of the batch on its way, where that is known.
    func settle() throws(DaemonInterruption) {
        if let sending, sending.isBack { try finishSending() }
    }

    /// Waits until the batch on its way stands.
    func finishSending() throws(DaemonInterruption) {
        guard let sending else { return }
        while !sending.isBack { clock.sleep(milliseconds: 1) }
        try finish(sending)
        pace.sending = clock.monotonicMilliseconds - sending.since
        self.sending = nil
        noteCommitted(sent, at: sending.stoodAt ?? clock.wallMilliseconds)
    }

    /// Waits, and gives up where there is reason to: a stop that is asked for leaves the batch to the next start.
    private func waitBeforeCall(_ milliseconds: Int, _ sending: Sending) throws(DaemonInterruption) {
        if sending.isAway || milliseconds > 0 {
            try checkStop()
            if sending.purpose != .batch { try checkTimeout(sending.since, sending.missing) }
        }
        guard milliseconds > 0 else { return }
        sending.hasWaited = true
        clock.sleep(milliseconds: milliseconds)
        if hasMissedTopic, isServing { try checkOffsetsKept() }
    }

    /// The topic that a commit has waited for in vain: clients only say that the time is up. Brokers that do not say at once where the inputs end
    /// are not asked: they are away, and no topic is.
    private func missingTopic(behind error: KafkaError) -> KafkaError? {
        guard error.isTimeout, (try? input.ends()) != nil, let missing = try? broker.partitions(of: sender.topics).missing else { return nil }
        return KafkaError(
            code: KafkaErrorCode.unknownTopicOrPartition, name: "UNKNOWN_TOPIC_OR_PART", message: "there is no topic \(missing) any more",
            hint: "make it anew (freshet topics create); the batch is kept meanwhile, and sent when the topic is there")
    }

    private func note(_ failure: KafkaError, of call: CommitProtocol.Call, _ sending: Sending) {
        let error = call == .commit ? missingTopic(behind: failure) ?? failure : failure
        noteFailure(error)
        if error.wantsOperator { sending.missing = error }
        sending.isAway = error.isUnreachable || error.wantsOperator
        if sending.isAway || sending.hasWaited { becomeUnready(error) }
    }

    /// Makes a call that the start, or a new assignment, cannot do without: for so long as a start waits for the broker.
    func retrying<Result>(_ call: () throws(KafkaError) -> Result) throws(DaemonInterruption) -> Result {
        let since = clock.monotonicMilliseconds
        let judge = { (error: KafkaError) throws(DaemonInterruption) in
            self.noteFailure(error)
            guard error.isPassing else { throw .failed(.broker(error)) }
            try self.checkStop()
            try self.checkTimeout(since)
        }
        return try clock.retrying(judge, call)
    }

    private func checkTimeout(_ since: Int64, _ missing: KafkaError? = nil) throws(DaemonInterruption) {
        guard clock.monotonicMilliseconds - since >= settings.startTimeout, let error = missing ?? lastFailure else { return }
        throw .failed(.brokerUnavailable(error))
    }

    /// From one word about a lasting failure to the next.
    private static let failureInterval: Int64 = 10_000

    func noteFailure(_ error: KafkaError) {
        metrics.callFailures += 1
        if error.isMissingTopic { hasMissedTopic = true }
        let now = clock.monotonicMilliseconds
        // One cause fails again and again, and each partition in words of its own.
        let isTold = lastFailure?.code == error.code && now - failureToldAt < Daemon.failureInterval
        lastFailure = error
        if !isTold {
            failureToldAt = now
            observer.onNotice(.callFailed(error))
        }
        observer.onProgress(metrics)
    }

    func becomeReady() {
        guard isServing, !metrics.isReady, !poisonPause.isPaused else { return }
        metrics.isReady = true
        hasToldOperator = false
        observer.onNotice(.ready(batch: batch, milliseconds: clock.monotonicMilliseconds - startedAt))
    }

    /// What an operator has to mend is told even where another failure came first.
    func becomeUnready(_ error: KafkaError) {
        let isNews = isServing && error.wantsOperator && !hasToldOperator
        guard metrics.isReady || isNews else { return }
        metrics.isReady = false
        hasToldOperator = error.wantsOperator
        observer.onNotice(.notReady(error))
    }
}
