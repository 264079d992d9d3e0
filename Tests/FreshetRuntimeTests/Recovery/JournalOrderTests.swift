import FreshetKafka
import FreshetKernels
import FreshetRuntime
import Testing

/// Which journalled batches stand, and from which one on a state can be made anew: against looking at the whole journal at once.
@Suite struct JournalOrderTests {
    private static let clicks = TopicPartition("clicks", 0)
    private static let carts = TopicPartition("carts", 0)

    private func record(_ batch: Int64, _ nonce: String = "n", _ taken: [JournalRecord.Taken] = []) -> JournalRecord {
        JournalRecord(batch: batch, nonce: nonce, settingsDigest: "d", taken: taken)
    }

    /// All records that a sequence gives out, and what ended it.
    private func sequence(_ records: [JournalRecord], after start: Int64, through end: Int64) -> (given: [JournalRecord], refusal: RecoveryRefusal?) {
        var sequence = JournalSequence(after: start, through: end)
        var given: [JournalRecord] = []
        do throws(RecoveryRefusal) {
            for record in records {
                if let next = try sequence.push(record) { given.append(next) }
            }
            if let last = try sequence.finish() { given.append(last) }
            return (given, nil)
        } catch {
            return (given, error)
        }
    }

    @Test func ofABatchThatStandsSeveralTimesTheLastOneIsGivenOut() {
        var random = SplitMix64(seed: 1)
        for _ in 0..<500 {
            let start = Int64(random.next(below: 5))
            let end = start + Int64(random.next(below: 8))
            var records: [JournalRecord] = []
            var expected: [JournalRecord] = []
            // What lies before the state, and what a later owner wrote, is passed over.
            for batch in max(start - 2, 0)...end + 2 where batch > 0 {
                let times = 1 + random.next(below: 3)
                for time in 0..<times { records.append(record(batch, "n\(batch).\(time)")) }
                if batch > start, batch <= end, let last = records.last { expected.append(last) }
            }
            let (given, refusal) = sequence(records, after: start, through: end)
            #expect(given == expected && refusal == nil)
        }
    }

    @Test func aBatchThatIsMissingIsNamed() {
        let whole = (1...6).map { record(Int64($0)) }
        for missing in Int64(3)...6 {
            let records = whole.filter { $0.batch != missing }
            let refusal = missing == 6 ? RecoveryRefusal.journalShort(batch: 6, committedBatch: 6) : .journalGap(batch: missing)
            #expect(sequence(records, after: 2, through: 6).refusal == refusal, "without \(missing)")
        }
        #expect(sequence([], after: 2, through: 3).refusal == .journalShort(batch: 3, committedBatch: 3))
        #expect(sequence([], after: 3, through: 3).refusal == nil)
    }

    @Test func aBatchThatComesAfterALaterOneIsPassedOver() {
        let records = [record(1), record(2), record(1, "old"), record(3)]
        #expect(sequence(records, after: 0, through: 3).given.map(\.nonce) == ["n", "n", "n"])
    }

    // MARK: Where a rebuild begins

    private func scan(_ records: [JournalRecord], _ starts: [TopicPartition: Int64]) -> RebuildScan {
        var scan = RebuildScan(logStarts: starts)
        for (offset, record) in records.enumerated() { scan.push(record, at: Int64(offset) * 2) }
        return scan
    }

    @Test func aRebuildBeginsAtTheOldestBatchFromWhichOnAllIsThere() {
        var random = SplitMix64(seed: 2)
        for _ in 0..<2000 {
            let starts = [JournalOrderTests.clicks: Int64(random.next(below: 30)), JournalOrderTests.carts: Int64(random.next(below: 30))]
            var next = [JournalOrderTests.clicks: Int64(0), JournalOrderTests.carts: 0]
            var batch = Int64(random.next(below: 3))
            var records: [JournalRecord] = []
            for _ in 0..<random.next(below: 12) {
                batch += random.next(below: 15) == 0 ? 2 : random.next(below: 8) == 0 && !records.isEmpty ? 0 : 1
                var taken: [JournalRecord.Taken] = []
                for partition in [JournalOrderTests.carts, JournalOrderTests.clicks] where random.next(below: 2) == 0 {
                    let from = next[partition] ?? 0
                    let to = from + 1 + Int64(random.next(below: 6))
                    taken.append(JournalRecord.Taken(partition, from..<to))
                    next[partition] = to
                }
                records.append(record(batch, "n", taken))
            }
            let scan = scan(records, starts)
            let first = records.indices.first { start in
                let rest = records[start...]
                let isThere = rest.allSatisfy { $0.taken.allSatisfy { $0.range.lowerBound >= starts[$0.partition] ?? .max } }
                return isThere && zip(rest, rest.dropFirst()).allSatisfy { $1.batch == $0.batch || $1.batch == $0.batch + 1 }
            }
            #expect(scan.batchBefore == first.map { records[$0].batch - 1 })
            #expect(scan.journalOffset == first.map { Int64($0) * 2 })
            guard let first else { continue }
            let partitions = [JournalOrderTests.carts, JournalOrderTests.clicks]
            let expected = partitions.map { partition in
                records[first...].compactMap { $0.taken.first { $0.partition == partition }?.range.lowerBound }.first ?? 999
            }
            #expect(scan.offsets(of: partitions, ends: [999, 999]) == expected)
        }
    }

    @Test func aPartitionThatIsGoneMakesItsBatchesUnreadable() {
        let taken = [JournalRecord.Taken(TopicPartition("gone", 0), 0..<5)]
        #expect(scan([record(1, "n", taken)], [JournalOrderTests.clicks: 0]).batchBefore == nil)
        #expect(scan([record(1, "n", taken), record(2)], [JournalOrderTests.clicks: 0]).batchBefore == 1)
    }
}
