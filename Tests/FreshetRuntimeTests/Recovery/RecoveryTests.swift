import FreshetKafka
import FreshetRuntime
import Testing

private let clicks = TopicPartition("clicks", 0)
private let carts = TopicPartition("carts", 0)

private func boundary(_ batch: Int64, _ offsets: [Int64] = [10, 20], origin: StateBoundary.Origin = .live) -> StateBoundary {
    StateBoundary(
        batch: batch, offsets: [carts: offsets[0], clicks: offsets[1]], origin: origin, journalOffset: 0, settingsDigest: "d", watermark: 0)
}

/// A start with both partitions committed at batch `committed`.
private func start(
    _ stored: StateBoundary?, committed: Int64?, _ offsets: [Int64] = [10, 20], logs: [Range<Int64>] = [0..<50, 0..<50], rebuild: Bool = false
) -> Recovery {
    let texts = committed.map { CommitMetadata(batch: $0, nonce: "old").text }
    let inputs = [carts, clicks].enumerated().map { index, partition in
        Recovery.Input(partition, committed: texts.map { CommittedOffset(offset: offsets[index], metadata: $0) }, log: logs[index])
    }
    return Recovery(stored: stored, inputs: inputs, settingsDigest: "d", isRebuild: rebuild)
}

@Suite struct RecoveryTests {
    @Test func nothingStoredAndNothingCommittedIsFresh() {
        #expect(start(nil, committed: nil, logs: [3..<50, 7..<9]).decide() == .fresh(offsets: [3, 7]))
        #expect(start(nil, committed: 0, logs: [3..<50, 7..<9]).decide() == .fresh(offsets: [3, 7]))
        #expect(start(nil, committed: nil, rebuild: true).decide() == .fresh(offsets: [0, 0]))
    }

    @Test func stateAndGroupAgree() {
        #expect(start(boundary(5), committed: 5).decide() == .resume(offsets: [10, 20]))
        #expect(start(boundary(0), committed: 0).decide() == .resume(offsets: [10, 20]))
    }

    @Test func aGroupAheadIsCaughtUpWith() {
        #expect(start(boundary(5), committed: 9, [15, 20]).decide() == .catchUp(to: 9, ends: [15, 20]))
        #expect(start(boundary(0, [0, 0]), committed: 9, [15, 20]).decide() == .catchUp(to: 9, ends: [15, 20]))
    }

    @Test func lostStateIsRebuiltOnTheOperatorsWordOnly() {
        #expect(start(nil, committed: 9).decide() == .refuse(.stateLost(committedBatch: 9)))
        #expect(start(nil, committed: 9, rebuild: true).decide() == .rebuild(to: 9, ends: [10, 20]))
        #expect(start(boundary(5), committed: 9, rebuild: true).decide() == .rebuild(to: 9, ends: [10, 20]))
        // What is not kept any more cannot be read: the rebuild goes on at the log's start.
        #expect(start(boundary(9), committed: 9, logs: [12..<50, 20..<50], rebuild: true).decide() == .rebuild(to: 9, ends: [12, 20]))
        #expect(RecoveryRefusal.stateLost(committedBatch: 9).description.contains("--rebuild"))
    }

    @Test func stateWithoutCommittedOffsetsIsRefused() {
        #expect(start(boundary(5), committed: nil).decide() == .refuse(.offsetsGone([carts, clicks])))
        var partly = start(boundary(5), committed: 5)
        partly.inputs[1].committed = nil
        #expect(partly.decide() == .refuse(.offsetsGone([clicks])))
    }

    @Test func stateAheadOfTheGroupIsRefused() {
        #expect(start(boundary(5), committed: 4).decide() == .refuse(.stateAhead(storedBatch: 5, committedBatch: 4)))
    }

    @Test func offsetsOfAnotherProgramAreRefused() {
        var foreign = start(nil, committed: 3)
        foreign.inputs[1].committed?.metadata = ""
        #expect(foreign.decide() == .refuse(.foreignOffsets(clicks, metadata: "")))
    }

    @Test func anOlderInstanceIsNotFencedForAStartThatIsRefused() {
        #expect(start(nil, committed: 9).refusalBeforeFencing == .stateLost(committedBatch: 9))
        #expect(start(boundary(5), committed: 4).refusalBeforeFencing == .stateAhead(storedBatch: 5, committedBatch: 4))
        #expect(start(boundary(5), committed: 9, [15, 20]).refusalBeforeFencing == nil)
        #expect(start(nil, committed: 9, rebuild: true).refusalBeforeFencing == nil)
        // The older instance's next commit replaces what another program committed.
        var foreign = start(boundary(5), committed: 5)
        foreign.inputs[1].committed?.metadata = ""
        #expect(foreign.refusalBeforeFencing == nil)
    }

    @Test func movedOffsetsAreRefused() {
        #expect(start(boundary(5), committed: 5, [10, 25]).decide() == .refuse(.offsetsMoved(clicks, stored: 20, committed: 25)))
    }

    @Test func logsThatDoNotReachAreRefused() {
        let late = start(boundary(5), committed: 9, [15, 25], logs: [0..<50, 21..<50]).decide()
        #expect(late == .refuse(.belowLogStart(clicks, offset: 20, logStart: 21)))
        #expect(start(boundary(5), committed: 5, logs: [0..<50, 20..<20]).decide() == .resume(offsets: [10, 20]))
        let short = start(boundary(5), committed: 9, [15, 25], logs: [0..<50, 0..<24]).decide()
        #expect(short == .refuse(.aboveLogEnd(clicks, offset: 25, logEnd: 24)))
    }

    @Test func otherPartitionsAreRefused() {
        var more = start(boundary(5), committed: 5)
        more.inputs.append(Recovery.Input(TopicPartition("clicks", 1), committed: nil, log: 0..<0))
        let present = [carts, clicks, TopicPartition("clicks", 1)]
        #expect(more.decide() == .refuse(.partitionsChanged(stored: [carts, clicks], present: present)))
        more.isRebuild = true
        #expect(more.decide() == .rebuild(to: 5, ends: [10, 20, 0]))
    }

    @Test("FAULTS 37: other settings are refused, and both remedies named")
    func otherSettingsAreRefusedAndBothRemediesNamed() {
        var other = start(boundary(5), committed: 5)
        other.settingsDigest = "e"
        #expect(other.decide() == .refuse(.otherSettings(stored: "d", configured: "e")))
        let text = RecoveryRefusal.otherSettings(stored: "d", configured: "e").description
        #expect(text.contains("kafka.group") && text.contains("--state") && text.contains("--rebuild"))
    }

    @Test func aReplayedStateBecomesLiveOnce() {
        #expect(start(boundary(5, origin: .files), committed: nil).decide() == .adoptByTime)
        #expect(start(boundary(5, origin: .range), committed: nil).decide() == .adopt(offsets: [10, 20]))
        // It died between its first commit and the checkpoint.
        #expect(start(boundary(5, origin: .files), committed: 5, [11, 22]).decide() == .adopt(offsets: [11, 22]))
        for batch: Int64 in [0, 4, 6] {
            let decision = start(boundary(5, origin: .files), committed: batch).decide()
            #expect(decision == .refuse(.groupHasHistory(storedBatch: 5, committedBatch: batch)))
        }
        let late = start(boundary(5, origin: .range), committed: nil, logs: [11..<50, 0..<50]).decide()
        #expect(late == .refuse(.belowLogStart(carts, offset: 10, logStart: 11)))
    }
}

@Suite struct JournalSequenceTests {
    private func record(_ batch: Int64, _ nonce: String = "a") -> JournalRecord {
        JournalRecord(batch: batch, nonce: nonce, settingsDigest: "d", taken: [])
    }

    private func order(_ records: [JournalRecord], after batch: Int64, through end: Int64) throws(RecoveryRefusal) -> [String] {
        var sequence = JournalSequence(after: batch, through: end)
        var given: [JournalRecord] = []
        for record in records {
            if let next = try sequence.push(record) { given.append(next) }
        }
        if let next = try sequence.finish() { given.append(next) }
        return given.map { "\($0.batch)\($0.nonce)" }
    }

    @Test func eachBatchComesOnceAndTheLastOfARepeatedOneStands() throws {
        let records = [record(1), record(2), record(3), record(3, "b"), record(4, "b"), record(5, "b")]
        #expect(try order(records, after: 1, through: 4) == ["2a", "3b", "4b"])
        #expect(try order([], after: 4, through: 4) == [])
        // An orphan behind the committed batch is not applied.
        #expect(try order([record(4), record(5)], after: 3, through: 4) == ["4a"])
    }

    @Test func aMissingBatchIsNamed() {
        #expect(throws: RecoveryRefusal.journalGap(batch: 2)) { try order([record(3)], after: 1, through: 3) }
        #expect(throws: RecoveryRefusal.journalGap(batch: 3)) { try order([record(2), record(4)], after: 1, through: 4) }
        #expect(throws: RecoveryRefusal.journalShort(batch: 4, committedBatch: 4)) { try order([record(2), record(3)], after: 1, through: 4) }
        #expect(throws: RecoveryRefusal.journalShort(batch: 2, committedBatch: 2)) { try order([], after: 1, through: 2) }
    }

    @Test func aRebuildBeginsBehindTheLastRangeThatIsGone() {
        var scan = RebuildScan(logStarts: [clicks: 10, carts: 0])
        func taken(_ batch: Int64, _ parts: [(TopicPartition, Range<Int64>)]) -> JournalRecord {
            JournalRecord(batch: batch, nonce: "a", settingsDigest: "d", taken: parts.map { .init($0.0, $0.1) })
        }
        #expect(scan.batchBefore == nil)
        scan.push(taken(3, [(carts, 0..<5)]), at: 30)
        #expect(scan.batchBefore == 2)
        scan.push(taken(4, [(clicks, 8..<12)]), at: 31)
        #expect(scan.batchBefore == nil)
        scan.push(taken(5, [(clicks, 12..<13)]), at: 32)
        scan.push(taken(6, [(clicks, 13..<14)]), at: 33)
        #expect(scan.batchBefore == 4)
        #expect(scan.journalOffset == 32)
        #expect(scan.offsets(of: [carts, clicks], ends: [5, 14]) == [5, 12])
        // A hole in the journal: only what stands behind it can be applied.
        scan.push(taken(8, [(carts, 5..<6)]), at: 35)
        #expect(scan.batchBefore == 7)
        #expect(scan.offsets(of: [carts, clicks], ends: [6, 14]) == [5, 14])
    }
}
