package import FreshetKafka

/// Decides, from what is stored and what is committed, how a start goes on (DESIGN section 6, "Start"). Pure.
package struct Recovery: Sendable {
    /// What is known of one input partition.
    package struct Input: Equatable, Sendable {
        /// The partition.
        package var partition: TopicPartition
        /// What the group has committed.
        package var committed: CommittedOffset?
        /// The offsets that exist.
        package var log: Range<Int64>
        /// It is of a side topic: it may come and go, and what of it is not kept any more is not needed.
        package var isSide = false

        /// What is known from its parts.
        package init(_ partition: TopicPartition, committed: CommittedOffset?, log: Range<Int64>) {
            self.partition = partition
            self.committed = committed
            self.log = log
        }
    }

    /// How the start goes on. Offsets stand in the order of the inputs.
    package enum Decision: Equatable, Sendable {
        /// Nothing was done before: begin at the logs' starts, as batch 0, and save the empty state.
        case fresh(offsets: [Int64])
        /// State and group agree.
        case resume(offsets: [Int64])
        /// The group is ahead of the state: apply the batches in between from the journal, then go on at `ends`.
        case catchUp(to: Int64, ends: [Int64])
        /// The state is to be made anew from the oldest journalled batch on whose ranges exist, up to this batch.
        case rebuild(to: Int64, ends: [Int64])
        /// A replayed state meets a group without history: begin by time, and save the state as live.
        case adoptByTime
        /// A replayed state meets a group without history, or its own first commit: begin here, and save the state as live.
        case adopt(offsets: [Int64])
        /// Stop, with the remedy named.
        case refuse(RecoveryRefusal)
    }

    /// What the store holds.
    package var stored: StateBoundary?
    /// What is known of the inputs, in the order of the partitions.
    package var inputs: [Input]
    /// The digest of the configured settings that shape a state of the stored one's origin.
    package var settingsDigest: String
    /// The operator's word that the state is to be made anew.
    package var isRebuild: Bool

    /// The facts of one start.
    package init(stored: StateBoundary?, inputs: [Input], settingsDigest: String, isRebuild: Bool = false) {
        self.stored = stored
        self.inputs = inputs
        self.settingsDigest = settingsDigest
        self.isRebuild = isRebuild
    }

    /// The text of the newest commit; `nil` where nothing is committed.
    package var newestCommit: CommitMetadata? { inputs.map(\.committed).newestCommit }

    /// The largest committed batch; 0 where nothing is committed.
    package var committedBatch: Int64 { newestCommit?.batch ?? 0 }

    /// How the start goes on.
    package func decide() -> Decision {
        do throws(RecoveryRefusal) {
            try checkForm()
            guard let stored, !isRebuild else { return try decideWithoutState() }
            guard stored.settingsDigest == settingsDigest else {
                throw .otherSettings(stored: stored.settingsDigest, configured: settingsDigest)
            }
            return stored.origin == .live ? try decideLive(stored) : try decideReplayed(stored)
        } catch {
            return .refuse(error)
        }
    }

    /// Why the start stops already now that an older instance is not fenced yet, and `committed` is only what it has committed so far.
    ///
    /// What it commits later cannot lift a refusal: batches and log starts only grow, and a state is saved behind its commit. Offsets of
    /// another program are the exception: the next commit replaces them.
    package var refusalBeforeFencing: RecoveryRefusal? {
        guard case .refuse(let refusal) = decide() else { return nil }
        if case .foreignOffsets = refusal { return nil }
        return refusal
    }

    private func decideWithoutState() throws(RecoveryRefusal) -> Decision {
        let batch = committedBatch
        guard batch > 0 else { return .fresh(offsets: inputs.map(\.log.lowerBound)) }
        guard isRebuild else { throw .stateLost(committedBatch: batch) }
        // What was never read and is not kept any more is lost: the log's start is as near as a rebuild comes.
        let ends = inputs.map { input in
            let end = max(input.committed?.offset ?? input.log.lowerBound, input.log.lowerBound)
            return input.isSide ? min(end, input.log.upperBound) : end
        }
        try checkLogs(wanted: nil, ends)
        return .rebuild(to: batch, ends: ends)
    }

    private func decideLive(_ stored: StateBoundary) throws(RecoveryRefusal) -> Decision {
        let offsets = try storedOffsets(stored)
        let gone = inputs.filter { $0.committed == nil && !$0.isSide }.map(\.partition)
        guard gone.isEmpty else { throw .offsetsGone(gone) }
        let ends = inputs.map { $0.isSide ? sideEnd($0, stored) : $0.committed?.offset ?? 0 }
        let batch = committedBatch
        guard batch >= stored.batch else { throw .stateAhead(storedBatch: stored.batch, committedBatch: batch) }
        if batch == stored.batch {
            for (index, input) in inputs.enumerated() where offsets[index] != ends[index] && !input.isSide {
                throw .offsetsMoved(input.partition, stored: offsets[index], committed: ends[index])
            }
        }
        try checkLogs(wanted: offsets, ends)
        return batch == stored.batch ? .resume(offsets: offsets) : .catchUp(to: batch, ends: ends)
    }

    private func decideReplayed(_ stored: StateBoundary) throws(RecoveryRefusal) -> Decision {
        if inputs.allSatisfy({ $0.committed == nil || $0.isSide }) {
            guard stored.origin == .range else { return .adoptByTime }
            let offsets = try storedOffsets(stored)
            try checkLogs(wanted: offsets, offsets)
            return .adopt(offsets: offsets)
        }
        let ends = inputs.map { $0.isSide ? sideStart($0, stored) : $0.committed?.offset ?? 0 }
        guard inputs.allSatisfy({ $0.committed != nil || $0.isSide }), committedBatch == stored.batch else {
            throw .groupHasHistory(storedBatch: stored.batch, committedBatch: committedBatch)
        }
        try checkLogs(wanted: ends, ends)
        return .adopt(offsets: ends)
    }

    private func checkForm() throws(RecoveryRefusal) {
        for input in inputs {
            guard let committed = input.committed, CommitMetadata(committed.metadata) == nil else { continue }
            if committed.metadata == CommitMetadata.replacedTopic { throw .topicReplaced(input.partition) }
            throw .foreignOffsets(input.partition, metadata: committed.metadata)
        }
    }

    /// Where each input is read on from a state that fits them.
    package func starts(of stored: StateBoundary) -> [Int64] {
        inputs.map { $0.isSide ? sideStart($0, stored) : stored.offsets[$0.partition] ?? 0 }
    }

    private func storedOffsets(_ stored: StateBoundary) throws(RecoveryRefusal) -> [Int64] {
        let present = inputs.filter { !$0.isSide }.map(\.partition)
        guard Set(present) == Set(stored.offsets.keys) else {
            throw .partitionsChanged(stored: stored.offsets.keys.sorted(), present: present)
        }
        return starts(of: stored)
    }

    /// Where a side partition is read on from the state: from the start of a log that is new to it, or that was made anew.
    private func sideStart(_ input: Input, _ stored: StateBoundary) -> Int64 {
        guard let offset = stored.sideOffsets[input.partition], offset <= input.log.upperBound else { return input.log.lowerBound }
        return max(offset, input.log.lowerBound)
    }

    /// Where a side partition stands at the committed batch, as far as the group tells.
    private func sideEnd(_ input: Input, _ stored: StateBoundary) -> Int64 {
        guard let offset = input.committed?.offset, offset <= input.log.upperBound else { return sideStart(input, stored) }
        return max(offset, sideStart(input, stored))
    }

    /// What is wanted from the logs must still be there, and what was committed must have been there.
    private func checkLogs(wanted: [Int64]?, _ ends: [Int64]) throws(RecoveryRefusal) {
        for (index, input) in inputs.enumerated() where !input.isSide {
            if ends[index] > input.log.upperBound { throw .aboveLogEnd(input.partition, offset: ends[index], logEnd: input.log.upperBound) }
            guard let wanted, wanted[index] < input.log.lowerBound else { continue }
            throw .belowLogStart(input.partition, offset: wanted[index], logStart: input.log.lowerBound)
        }
    }
}
