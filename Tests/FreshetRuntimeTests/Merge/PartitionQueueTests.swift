import FreshetCore
import FreshetKernels
import FreshetRuntime
import Testing

@Suite struct PartitionQueueTests {
    private func record(_ offset: Int64) -> PendingRecord { PendingRecord(offset: offset, content: .ignored) }

    /// Against an array, also beyond the size at which applied records are given back.
    @Test func aQueueGivesRecordsInTheirOrderAndKnowsWhereItStands() {
        for seed in UInt64(0)..<20 {
            var random = SplitMix64(seed: seed)
            var queue = PartitionQueue(start: 100)
            var reference: [Int64] = []
            var next: Int64 = 100
            var consumed: Int64 = 100
            for _ in 0..<8000 {
                // It fills up, and is emptied, in turns.
                let isFilling = random.next(below: 10) < (seed % 2 == 0 ? 6 : 4)
                if isFilling {
                    // Offsets have gaps where markers stand.
                    next += Int64(random.next(below: 3))
                    queue.append(record(next))
                    reference.append(next)
                    next += 1
                } else if !reference.isEmpty {
                    consumed = reference.removeFirst() + 1
                    #expect(queue.removeFirst().offset == consumed - 1)
                }
                if queue.count != reference.count || queue.firstOffset != reference.first || queue.next != next || queue.consumed != consumed {
                    Issue.record("seed \(seed): \(queue.count) records from \(String(describing: queue.firstOffset)), next \(queue.next)")
                    return
                }
            }
        }
    }

    @Test func anEndHoldsUntilTheNextRecord() {
        var queue = PartitionQueue(start: 5)
        #expect(!queue.isAtEnd, "nothing was said yet")
        queue.end(at: 5)
        #expect(queue.isAtEnd && queue.next == 5)
        queue.append(record(5))
        #expect(!queue.isAtEnd)
        queue.end(at: 5)
        #expect(!queue.isAtEnd, "an end older than the last record says nothing")
        queue.end(at: 8)
        #expect(queue.isAtEnd && queue.next == 8, "behind markers")
        #expect(queue.consumed == 5)
    }

    @Test func bytesStayUntilTheirRecordsAreApplied() {
        var queue = PartitionQueue(start: 0)
        var kept: [ByteView] = []
        for offset in Int64(0)..<200 {
            var record = record(offset)
            record.mark = queue.arena.mark
            let text = [UInt8](repeating: UInt8(truncatingIfNeeded: offset), count: 10_000)
            kept.append(text.withUnsafeBytes { queue.arena.copy(ByteView($0)) })
            queue.append(record)
        }
        let held = queue.arena.capacity
        for offset in 0..<200 {
            _ = queue.removeFirst()
            queue.releaseConsumed()
            for later in stride(from: offset + 1, to: 200, by: 37) { #expect(kept[later][9_999] == UInt8(truncatingIfNeeded: later)) }
        }
        #expect(queue.arena.capacity < held / 4)
    }
}
