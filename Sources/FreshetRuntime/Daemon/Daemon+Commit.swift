import FreshetKafka

extension Daemon {
    /// Sends a transaction until it stands, as `CommitProtocol` decides.
    func send(_ purpose: CommitProtocol.Purpose, _ contents: TransactionSender.Contents) throws(DaemonInterruption) {
        var machine = CommitProtocol(purpose, contents.metadata)
        var decision = machine.start
        var isAway = false
        var hasWaited = false
        // What an operator has to grant or to make: the calls that follow its refusal fail for other reasons.
        var missing: KafkaError?
        let since = clock.monotonicMilliseconds
        sender.prepare(contents)
        while true {
            switch decision {
            case .call(let call, let wait):
                if isAway || wait > 0 {
                    // A stop that is asked for meanwhile leaves the batch to the next start.
                    try checkStop()
                    if purpose != .batch { try checkTimeout(since, missing) }
                }
                if wait > 0 {
                    hasWaited = true
                    clock.sleep(milliseconds: wait)
                }
                let calledAt = clock.monotonicMilliseconds
                let fact = sender.make(call, contents)
                isAway = false
                if case .failed(let error, _) = fact {
                    noteFailure(error)
                    let isMissing = error.isMissingPermission || error.isMissingTopic
                    if isMissing { missing = error }
                    isAway = error.isUnreachable || isMissing
                    if isAway || hasWaited { becomeUnready(error) }
                } else if purpose == .batch {
                    try tell(call)
                }
                decision = machine.observe(fact, after: clock.monotonicMilliseconds - calledAt)
            case .substitute(let tags):
                if let outputs = contents.outputs { sender.substitute(tags, in: outputs) }
                decision = machine.start
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
        case .sendTrialOffsets, .abort, .openProducer, .readCommitted: break
        }
    }

    func becomeReady() {
        guard isServing, !metrics.isReady else { return }
        metrics.isReady = true
        observer.onNotice(.ready(batch: batch, milliseconds: clock.monotonicMilliseconds - startedAt))
    }

    func becomeUnready(_ error: KafkaError) {
        guard metrics.isReady else { return }
        metrics.isReady = false
        observer.onNotice(.notReady(error))
    }
}
