import FreshetKernels
import Testing

@testable import FreshetCore

@Suite struct ChangedRowsTests {
    /// A table of numbers that says when it changes, and what its checkpoints held.
    private final class Table {
        var values: [UInt32: Int] = [:]
        let changed = ChangedRows()
        var encoded: [UInt32: Int] = [:]
        var encodings = 0

        func write(_ row: UInt32, _ value: Int) {
            changed.touch(row)
            values[row] = value
        }

        func begin() {
            encoded = [:]
            changed.freeze()
            changed.encode = { [unowned self] row in
                encodings += 1
                encoded[row] = values[row]
            }
        }

        func isComplete(after rows: Int) -> Bool {
            var budget = rows
            guard changed.encodeSlice(&budget) else { return false }
            changed.encode = nil
            return true
        }
    }

    /// However rows change while a checkpoint is being encoded: it holds those of its boundary, each once, and none else.
    @Test func aCheckpointHoldsTheRowsAsTheyWereAtItsBoundary() {
        for seed in UInt64(0)..<200 {
            var random = SplitMix64(seed: seed)
            let table = Table()
            var changedSince: Set<UInt32> = []
            for round in 0..<12 {
                for _ in 0..<random.next(below: 20) {
                    let row = UInt32(random.next(below: 25))
                    table.write(row, round * 1000 + random.next(below: 1000))
                    changedSince.insert(row)
                }
                let boundary = table.values.filter { changedSince.contains($0.key) }
                changedSince = []
                table.encodings = 0
                table.begin()
                while !table.isComplete(after: 1 + random.next(below: 4)) {
                    for _ in 0..<random.next(below: 4) {
                        let row = UInt32(random.next(below: 25))
                        table.write(row, -random.next(below: 1000))
                        changedSince.insert(row)
                    }
                }
                #expect(table.encoded == boundary, "seed \(seed), checkpoint \(round)")
                #expect(table.encodings == boundary.count)
            }
        }
    }

    @Test func nothingChangedIsAnEmptyCheckpoint() {
        let table = Table()
        table.begin()
        #expect(table.isComplete(after: 1) && table.encodings == 0)
        table.write(3, 1)
        table.begin()
        #expect(table.isComplete(after: 5) && table.encoded == [3: 1])
        table.begin()
        #expect(table.isComplete(after: 5) && table.encoded.isEmpty, "a row that was saved and did not change again is not saved again")
    }

    @Test func aSliceEncodesNoMoreThanItsBudget() {
        let table = Table()
        for row in UInt32(0)..<10 { table.write(row, 1) }
        table.begin()
        for expected in [3, 6, 9] {
            #expect(!table.isComplete(after: 3))
            #expect(table.encodings == expected)
        }
        #expect(table.isComplete(after: 3) && table.encodings == 10)
    }
}
