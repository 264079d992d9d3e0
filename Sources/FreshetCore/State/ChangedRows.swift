import FreshetKernels

/// Which rows of a table changed since the last checkpoint, and which still wait to be encoded by the one that is running.
///
/// A checkpoint holds rows as they were at its boundary, yet is encoded in slices between later batches. So whoever changes a row calls
/// `touch` *first*: a row that waits is encoded before it changes (copy on write).
final class ChangedRows {
    private static let changed: UInt8 = 1
    private static let waiting: UInt8 = 2
    /// Rows that do not wait which may be passed for each row that is encoded: a look takes a nanosecond, a row microseconds.
    private static let looksPerRow = 200

    @exclusivity(unchecked) private var states = FlatList<UInt8>()
    @exclusivity(unchecked) private var changedNumbers = FlatList<UInt32>()
    @exclusivity(unchecked) private var frozenNumbers = FlatList<UInt32>()
    /// The rows below it do not wait any more.
    @exclusivity(unchecked) private var frozenNext = 0
    /// Encodes a row of the running checkpoint as it is now; set while one runs.
    var encode: ((UInt32) -> Void)?

    deinit {
        states.free()
        changedNumbers.free()
        frozenNumbers.free()
    }

    /// Bytes of memory held.
    var byteCount: Int { states.byteCount + changedNumbers.byteCount + frozenNumbers.byteCount }

    /// Bytes of a table of any of `count` rows all of which changed, without room to grow.
    static func byteCount(for count: Int) -> Int { count * (MemoryLayout<UInt8>.stride + 2 * MemoryLayout<UInt32>.stride) }

    /// Notes that row `number` is about to change, come or go.
    @inline(__always) func touch(_ number: UInt32) {
        if Int(number) >= states.count { states.extend(to: Int(number) + 1, with: 0) }
        if states[Int(number)] != ChangedRows.changed { note(number) }
    }

    private func note(_ number: UInt32) {
        if states[Int(number)] & ChangedRows.waiting != 0 { encode?(number) }
        if states[Int(number)] & ChangedRows.changed == 0 { changedNumbers.append(number) }
        states[Int(number)] = ChangedRows.changed
    }

    /// Freezes what changed so far as the set of a new checkpoint. The one before must have ended.
    func freeze() {
        swap(&changedNumbers, &frozenNumbers)
        changedNumbers.removeAll()
        frozenNext = 0
        for index in frozenNumbers.indices { states[Int(frozenNumbers[index])] = ChangedRows.waiting }
    }

    /// Takes back the last `freeze`: its rows are changed ones again.
    func thaw() {
        for index in frozenNumbers.indices {
            let number = frozenNumbers[index]
            if states[Int(number)] & ChangedRows.changed == 0 { changedNumbers.append(number) }
            states[Int(number)] = ChangedRows.changed
        }
        frozenNumbers.removeAll()
        frozenNext = 0
    }

    /// Encodes at most `budget` waiting rows, by rising number as the store likes them, and takes them off it. Answers whether none waits any more.
    func encodeSlice(_ budget: inout Int) -> Bool {
        guard !frozenNumbers.isEmpty else { return true }
        var looks = min(budget, Int.max / ChangedRows.looksPerRow) * ChangedRows.looksPerRow
        while frozenNext < states.count, budget > 0, looks > 0 {
            looks -= 1
            let number = frozenNext
            frozenNext += 1
            guard states[number] & ChangedRows.waiting != 0 else { continue }
            encode?(UInt32(number))
            states[number] &= ~ChangedRows.waiting
            budget -= 1
        }
        return frozenNext >= states.count
    }
}
