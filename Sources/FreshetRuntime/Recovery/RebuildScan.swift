package import FreshetKafka

/// Finds the oldest journalled batch from which on all ranges exist: where a rebuild begins. Pure.
package struct RebuildScan: Sendable {
    /// The batch before the first that can be applied; `nil` while no batch can.
    package private(set) var batchBefore: Int64?
    /// Where the journal's first record that can be applied stands.
    package private(set) var journalOffset: Int64?
    /// The settings under which the batches that can be applied were applied at first.
    package private(set) var settingsDigests: Set<String> = []
    /// A side topic was first read by one of those batches: what is read of it now need not be what their lists were made of.
    package private(set) var hasLoaded = false
    private let logStarts: [TopicPartition: Int64]
    private var first: [TopicPartition: Int64] = [:]
    private var firstSides: [TopicPartition: Int64] = [:]
    private var needed: [TopicPartition: Int64] = [:]
    private var last: Int64?

    /// A scan for inputs that are kept from `logStarts` on.
    package init(logStarts: [TopicPartition: Int64]) { self.logStarts = logStarts }

    /// Takes the next record of the journal, which stands at `offset`.
    package mutating func push(_ record: JournalRecord, at offset: Int64) {
        let isReadable = record.taken.allSatisfy { taken in logStarts[taken.partition].map { taken.range.lowerBound >= $0 } ?? false }
        let isNext = last.map { record.batch == $0 || record.batch == $0 + 1 } ?? true
        last = record.batch
        if !isReadable || !isNext {
            first = [:]
            firstSides = [:]
            settingsDigests = []
            hasLoaded = false
            needed = [:]
            batchBefore = nil
            journalOffset = nil
            guard isReadable else { return }
        }
        if batchBefore == nil {
            batchBefore = record.batch - 1
            journalOffset = offset
        }
        settingsDigests.insert(record.settingsDigest)
        hasLoaded = hasLoaded || record.loaded != nil
        for taken in record.taken where first[taken.partition] == nil { first[taken.partition] = taken.range.lowerBound }
        for taken in record.takenSides where firstSides[taken.partition] == nil { firstSides[taken.partition] = taken.range.lowerBound }
        for taken in record.taken { needed[taken.partition] = taken.range.upperBound }
    }

    /// Refuses a rebuild up to `committedBatch` that this journal and these inputs cannot give: of a topic that was made anew, what the journal needs
    /// may never come, or is not what was read.
    package func check(_ inputs: [Recovery.Input], committedBatch: Int64) throws(RecoveryRefusal) {
        guard let last else { throw .journalEmpty(committedBatch: committedBatch) }
        guard last >= committedBatch else { throw .journalShort(batch: last + 1, committedBatch: committedBatch) }
        for input in inputs {
            guard let offset = needed[input.partition], input.committed == nil || offset > input.log.upperBound else { continue }
            throw .topicAnew(input.partition, needed: offset, logEnd: input.log.upperBound)
        }
    }

    /// Where each partition is read from; those that no batch took stand at their `ends`.
    package func offsets(of partitions: [TopicPartition], ends: [Int64]) -> [Int64] {
        zip(partitions, ends).map { first[$0] ?? firstSides[$0] ?? $1 }
    }
}
