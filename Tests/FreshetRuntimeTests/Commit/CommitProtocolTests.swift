import FreshetKafka
import FreshetRuntime
import Testing

private let retriable = KafkaError(code: 14, name: "COORDINATOR_LOAD_IN_PROGRESS", message: "", isRetriable: true)
private let timeout = KafkaError(code: -185, name: "_TIMED_OUT", message: "")
private let queueFull = KafkaError(code: -184, name: "_QUEUE_FULL", message: "", isRetriable: true)
private let abortable = KafkaError(code: 48, name: "INVALID_TXN_STATE", message: "", isAbortable: true)
private let fenced = KafkaError(code: -144, name: "_FENCED", message: "", isFatal: true)
private let fatal = KafkaError(code: 45, name: "OUT_OF_ORDER_SEQUENCE_NUMBER", message: "", isFatal: true)
private let unknown = KafkaError(code: -149, name: "_INCONSISTENT", message: "")
private let forbidden = KafkaError(code: 29, name: "TOPIC_AUTHORIZATION_FAILED", message: "", isAbortable: true)
private let oversize = KafkaError(code: 10, name: "MSG_SIZE_TOO_LARGE", message: "", isAbortable: true)
private let ours = CommitMetadata(batch: 7, nonce: "me")
private let previous = CommitMetadata(batch: 6, nonce: "me")

/// Feeds facts and gives the decisions, the first one included.
private func decisions(_ purpose: CommitProtocol.Purpose = .batch, _ facts: [CommitProtocol.Fact]) -> [CommitProtocol.Decision] {
    var protocolState = CommitProtocol(purpose, ours)
    return [protocolState.start] + facts.map { protocolState.observe($0) }
}

private func call(_ call: CommitProtocol.Call, _ wait: Int = 0) -> CommitProtocol.Decision { .call(call, afterMilliseconds: wait) }

private let upToCommit: [CommitProtocol.Fact] = [.succeeded, .succeeded, .succeeded]
/// No other owner is found, and the new producer is open.
private let reopened: [CommitProtocol.Fact] = [.committed(previous), .succeeded]
private let callsToReopen = [call(.findOwner), call(.openProducer), call(.readCommitted)]
private let callsToCommit = [call(.begin), call(.produce), call(.sendOffsets), call(.commit)]

@Suite struct CommitProtocolTests {
    @Test func aBatchGoesThrough() {
        #expect(decisions(upToCommit + [.succeeded]) == callsToCommit + [.done])
    }

    private func decisions(_ facts: [CommitProtocol.Fact]) -> [CommitProtocol.Decision] { FreshetRuntimeTests.decisions(.batch, facts) }

    @Test func timeOutsEndAfterAMinuteHoweverLongEachTakes() {
        var machine = CommitProtocol(.batch, ours)
        for fact in upToCommit { _ = machine.observe(fact, after: 50_000) }
        for _ in 1..<12 { #expect(machine.observe(.failed(timeout), after: 5_000) == call(.commit)) }
        #expect(machine.observe(.failed(timeout), after: 5_000) == call(.findOwner))
    }

    /// Three times, or thirty of calls whose time was up.
    @Test(arguments: [(retriable, 3), (timeout, 30), (queueFull, 30)]) func aRetriableOrLateAnswerIsTheSameCallAgain(error: KafkaError, count: Int) {
        let failures = Array(repeating: CommitProtocol.Fact.failed(error), count: count)
        #expect(decisions(upToCommit + failures + [.succeeded]).suffix(count + 1) == Array(repeating: call(.commit), count: count) + [.done])
        let given = decisions(upToCommit + failures + [.failed(error)] + reopened)
        #expect(given.suffix(3) == callsToReopen)
        // Each call has retries of its own.
        #expect(decisions([.failed(error), .failed(error), .succeeded, .failed(error), .failed(error)]).last == call(.produce))
    }

    @Test func anAbortableErrorAbortsAndSendsTheKeptBytesAgain() {
        let given = decisions(upToCommit + [.failed(abortable), .succeeded] + upToCommit + [.succeeded])
        #expect(given == callsToCommit + [call(.abort)] + callsToCommit + [.done])
    }

    @Test func repeatedAbortsWaitLongerAndLonger() {
        var facts: [CommitProtocol.Fact] = []
        for _ in 0..<12 { facts += upToCommit + [.failed(abortable), .succeeded] }
        let waits = decisions(facts).compactMap { decision in
            if case .call(.begin, let wait) = decision { wait } else { nil }
        }
        #expect(waits == [0, 0, 0, 100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000, 5000])
    }

    @Test func anOutputTooLargeBecomesADeadLetterAndIsSentAgain() {
        let atCommit = decisions(upToCommit + [.failed(oversize, oversize: [3, 5]), .succeeded])
        #expect(atCommit.suffix(2) == [call(.abort), .substitute([3, 5])])
        let atProduce = decisions([.succeeded, .failed(oversize, oversize: [4]), .succeeded] + upToCommit + [.succeeded])
        #expect(atProduce.suffix(5) == [.substitute([4]), call(.produce), call(.sendOffsets), call(.commit), .done])
        // The abort after an over-size record may fail: the new producer still substitutes.
        let afterNewProducer = decisions(
            upToCommit + [.failed(oversize, oversize: [3]), .failed(fatal)] + reopened + [.committed(previous)])
        #expect(afterNewProducer.suffix(4) == callsToReopen + [.substitute([3])])
    }

    @Test func aMissingPermissionKeepsTheBatchAndBacksOff() {
        let given = decisions(upToCommit + [.failed(forbidden), .succeeded] + upToCommit + [.succeeded])
        #expect(given[5] == call(.begin, 1_000))
        #expect(given.last == .done)
        // Measured: the abort after it is fatal.
        let withNewProducer = decisions(
            upToCommit + [.failed(forbidden), .failed(fatal), .failed(forbidden)] + reopened + [.committed(previous)])
        #expect(
            withNewProducer.suffix(5)
                == [call(.findOwner), call(.findOwner, 1_000), call(.openProducer), call(.readCommitted), call(.begin, 1_000)])
    }

    @Test(arguments: [fatal, unknown]) func anUnknownAnswerIsDecidedByTheCommittedText(error: KafkaError) {
        let lost = upToCommit + [.failed(error)] + reopened
        #expect(decisions(lost).suffix(3) == callsToReopen)
        #expect(decisions(lost + [.committed(ours)]).last == .done)
        #expect(decisions(lost + [.committed(previous)]).last == call(.begin))
        let foreign = CommitMetadata(batch: 7, nonce: "other")
        #expect(decisions(lost + [.committed(foreign)]).last == .fenced(by: foreign))
        #expect(decisions(lost + [.committed(nil)]).last == .inconsistent(nil))
        let far = CommitMetadata(batch: 4, nonce: "me")
        #expect(decisions(lost + [.committed(far)]).last == .inconsistent(far))
    }

    /// A new producer would fence it.
    @Test func anOwnerThatIsFoundIsLeftAlone() {
        let given = decisions(upToCommit + [.failed(fenced), .committed(CommitMetadata(batch: 8, nonce: "other"))])
        // One that starts has a second to commit its text.
        #expect(given.suffix(2) == [call(.findOwner, 1_000), .fenced(by: CommitMetadata(batch: 8, nonce: "other"))])
        let inProbe = probe(upToCommit + [.failed(fenced), .committed(CommitMetadata(batch: 7, nonce: "rival"))])
        #expect(inProbe.last == .fenced(by: CommitMetadata(batch: 7, nonce: "rival")))
        for found in [nil, before, ours, CommitMetadata(batch: 7, nonce: "metrial")] {
            #expect(probe(upToCommit + [.failed(fenced), .committed(found)]).last == call(.openProducer))
        }
    }

    /// An owner commits meanwhile; what stays open is our own.
    @Test func offsetsInAnOpenTransactionAreWaitedForTwoSeconds() {
        let given = decisions(upToCommit + [.failed(fatal), .unsettled, .unsettled, .unsettled, .unsettled])
        #expect(given.suffix(5) == Array(repeating: call(.findOwner), count: 4) + [call(.openProducer)])
        let settled = decisions(upToCommit + [.failed(fatal), .unsettled, .committed(CommitMetadata(batch: 7, nonce: "other"))])
        #expect(settled.last == .fenced(by: CommitMetadata(batch: 7, nonce: "other")))
    }

    @Test func aFailedAbortMakesANewProducer() {
        for error in [abortable, fatal, unknown] {
            #expect(decisions(upToCommit + [.failed(abortable), .failed(error)]).last == call(.findOwner))
        }
        #expect(decisions(upToCommit + [.failed(abortable), .failed(retriable)]).last == call(.abort))
    }

    @Test func aBrokerThatIsAwayIsWaitedForWithoutEnd() {
        let given = decisions(upToCommit + [.failed(fatal)] + Array(repeating: .failed(timeout), count: 50))
        for decision in given.suffix(50) {
            guard case .call(.findOwner, let wait) = decision else {
                Issue.record("\(decision)")
                return
            }
            #expect((100...5_000).contains(wait))
        }
    }

    private let before = CommitMetadata(batch: 7, nonce: "old")

    private func probe(_ facts: [CommitProtocol.Fact]) -> [CommitProtocol.Decision] {
        FreshetRuntimeTests.decisions(.probe(before: before), facts)
    }

    private let lost: [CommitProtocol.Fact] = [.failed(fatal), .committed(nil), .succeeded]
    private let committed: [CommitProtocol.Fact] = upToCommit + [.succeeded, .committed(ours)]

    @Test func aProbeProvesThatCommitsStandAndAbortsDoNot() {
        let given = probe(committed + [.succeeded, .succeeded, .succeeded, .committed(ours)])
        #expect(given == callsToCommit + [call(.readCommitted), call(.begin), call(.sendTrialOffsets), call(.abort), call(.readCommitted), .done])
        let aborted = CommitMetadata(batch: 7, nonce: "metrial")
        #expect(probe(committed + [.succeeded, .succeeded, .succeeded, .committed(aborted)]).last == .notKept)
        #expect(probe(committed + [.succeeded, .succeeded, .succeeded, .committed(nil)]).last == .notKept)
    }

    @Test func aCommitWithoutEffectIsNotKept() {
        let sent = upToCommit + [.succeeded]
        #expect(probe(sent + [.committed(nil)]).last == .notKept)
        #expect(probe(sent + [.committed(before)]).last == .notKept)
    }

    @Test func anotherInstanceThatStartsMeanwhileIsTold() {
        let rival = CommitMetadata(batch: 7, nonce: "rival")
        #expect(probe(upToCommit + [.succeeded, .committed(rival)]).last == .fenced(by: rival))
        #expect(probe(upToCommit + lost + [.committed(rival)]).last == .fenced(by: rival))
        #expect(probe(committed + [.succeeded, .succeeded] + lost + [.committed(rival)]).last == .fenced(by: rival))
        let living = CommitMetadata(batch: 8, nonce: "old")
        #expect(probe(upToCommit + lost + [.committed(living)]).last == .fenced(by: living))
    }

    @Test func aProbeThatWasLostIsSentAgain() {
        #expect(probe(upToCommit + lost + [.committed(before)]).last == call(.begin))
        #expect(probe(upToCommit + lost + [.committed(nil)]).last == call(.begin))
        #expect(probe(upToCommit + lost + [.committed(ours), .succeeded]).suffix(2) == [call(.begin), call(.sendTrialOffsets)])
        // The trial is made again until it was in a transaction; how that one ended is all the same.
        #expect(probe(committed + [.succeeded] + lost + [.committed(ours)]).last == call(.begin))
        #expect(probe(committed + [.succeeded, .failed(abortable), .succeeded]).suffix(2) == [call(.abort), call(.begin)])
        #expect(probe(committed + [.succeeded, .succeeded] + lost + [.committed(ours)]).last == .done)
    }
}
