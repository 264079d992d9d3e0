import FreshetKafka

/// A transaction on its way: the protocol, and what the shell must know beside it.
private struct Sending {
    let purpose: CommitProtocol.Purpose
    let contents: TransactionSender.Contents
    /// When it began.
    let since: Int64
    var machine: CommitProtocol
    /// The last call found the brokers away, or something missing.
    var isAway = false
    /// It has waited before a call: it takes longer than usual.
    var hasWaited = false
    /// What an operator has to grant or to make: the calls that follow its refusal fail for other reasons.
    var missing: KafkaError?

    init(_ purpose: CommitProtocol.Purpose, _ contents: TransactionSender.Contents, since: Int64) {
        self.purpose = purpose
        self.contents = contents
        self.since = since
        machine = CommitProtocol(purpose, contents.metadata)
    }
}

extension Daemon {
    /// Sends a transaction until it stands, as `CommitProtocol` decides.
    func send(_ purpose: CommitProtocol.Purpose, _ contents: TransactionSender.Contents) throws(DaemonInterruption) {
        var sending = Sending(purpose, contents, since: clock.monotonicMilliseconds)
        var decision = sending.machine.start
        sender.prepare(contents)
        while true {
            switch decision {
            case .call(let call, let wait):
                try waitBeforeCall(wait, &sending)
                decision = try make(call, &sending)
            case .substitute(let tags):
                if let outputs = contents.outputs { sender.substitute(tags, in: outputs) }
                decision = sending.machine.start
            case .done:
                heardAt = clock.monotonicMilliseconds
                if purpose == .batch { becomeReady() }
                return
            case .fenced(let by): throw .failed(.fenced(by: by))
            case .notKept: throw .failed(.refused(settings.delivery == .exactlyOnce ? .noTransactions : .noOffsets))
            case .inconsistent(let found): throw .failed(.inconsistent(batch: contents.metadata.batch, committed: found))
            }
        }
    }

    /// Waits, and gives up where there is reason to: a stop that is asked for leaves the batch to the next start.
    private func waitBeforeCall(_ milliseconds: Int, _ sending: inout Sending) throws(DaemonInterruption) {
        if sending.isAway || milliseconds > 0 {
            try checkStop()
            if sending.purpose != .batch { try checkTimeout(sending.since, sending.missing) }
        }
        guard milliseconds > 0 else { return }
        sending.hasWaited = true
        clock.sleep(milliseconds: milliseconds)
        if hasMissedTopic, isServing { try checkOffsetsKept() }
    }

    /// Makes a call, and asks the protocol what follows.
    private func make(_ call: CommitProtocol.Call, _ sending: inout Sending) throws(DaemonInterruption) -> CommitProtocol.Decision {
        let calledAt = clock.monotonicMilliseconds
        let fact = sender.make(call, sending.contents)
        let elapsed = clock.monotonicMilliseconds - calledAt
        if case .failed(let error, _) = fact {
            note(call == .commit ? missingTopic(behind: error) ?? error : error, &sending)
        } else {
            sending.isAway = false
            if sending.purpose == .batch { try tell(call) }
        }
        return sending.machine.observe(fact, after: elapsed)
    }

    /// The topic that a commit has waited for in vain: clients only say that the time is up. Brokers that do not say at once where the inputs end
    /// are not asked: they are away, and no topic is.
    private func missingTopic(behind error: KafkaError) -> KafkaError? {
        guard error.isTimeout, (try? input.ends()) != nil, let missing = try? broker.partitions(of: sender.topics).missing else { return nil }
        return KafkaError(
            code: KafkaErrorCode.unknownTopicOrPartition, name: "UNKNOWN_TOPIC_OR_PART", message: "there is no topic \(missing) any more",
            hint: "make it anew (freshet topics create); the batch is kept meanwhile, and sent when the topic is there")
    }

    private func note(_ error: KafkaError, _ sending: inout Sending) {
        noteFailure(error)
        let isMissing = error.isMissingPermission || error.isMissingTopic
        if isMissing { sending.missing = error }
        sending.isAway = error.isUnreachable || isMissing
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

    private func tell(_ call: CommitProtocol.Call) throws(DaemonInterruption) {
        switch call {
        case .begin: try step(.begun)
        case .produce: try step(.produced)
        case .sendOffsets: try step(.offsetsSent)
        case .commit: try step(.committed)
        case .sendTrialOffsets, .abort, .findOwner, .openProducer, .readCommitted: break
        }
    }

    func becomeReady() {
        guard isServing, !metrics.isReady, !poisonPause.isPaused else { return }
        metrics.isReady = true
        observer.onNotice(.ready(batch: batch, milliseconds: clock.monotonicMilliseconds - startedAt))
    }

    func becomeUnready(_ error: KafkaError) {
        guard metrics.isReady else { return }
        metrics.isReady = false
        observer.onNotice(.notReady(error))
    }
}
