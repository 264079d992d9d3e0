import FreshetKernels

/// The neighbours of one item, at most so many: the smallest count leaves first, among equals the last id.
///
/// Which pair leaves next is remembered, since most newcomers to a full table are weaker than all that it holds. A handle like `CountTable`.
struct PairTable: BitwiseCopyable {
    private static let unknown: Int32 = -1

    private var table = CountTable<PairCell>()
    /// Where the pair that leaves next stands, once that was looked up.
    private var least = unknown

    var count: Int { table.count }

    /// Bytes of memory held.
    var byteCount: Int { table.byteCount }

    /// Bytes of a table that grew to `count` neighbours.
    static func byteCount(for count: Int) -> Int { CountTable<PairCell>.byteCount(for: count) }

    /// The neighbour's number at `index`, counted from 0 in no order.
    func key(_ index: Int) -> UInt32 { table.key(index) }

    /// The cell at `index`.
    subscript(index: Int) -> PairCell {
        _read { yield table[index] }
    }

    /// Where a neighbour stands; −1 where it does not.
    func find(_ neighbour: UInt32) -> Int { table.find(neighbour) }

    /// Adds a neighbour that the table does not hold, whatever the limit.
    mutating func append(_ neighbour: UInt32, _ cell: PairCell) {
        least = PairTable.unknown
        _ = table.append(neighbour, cell)
    }

    /// Gives the memory back.
    mutating func free() {
        table.free()
        least = PairTable.unknown
    }

    /// Adds `delta` to a neighbour's cell, which comes with its first gain and leaves with its last user. Answers whether the limit evicted one.
    mutating func adjust(_ neighbour: UInt32, by delta: PairCell, limit: Int, _ ids: IDTable) -> Bool {
        let place = table.find(neighbour)
        if place >= 0 {
            table[place].add(delta)
            if table[place].users == 0 { remove(at: place) } else { follow(place, delta.count, ids) }
            return false
        }
        guard delta.hasGain else { return false }
        let cell = PairCell(gainOf: delta)
        guard table.count >= limit else {
            _ = table.append(neighbour, cell)
            follow(table.count - 1, -1, ids)
            return false
        }
        replaceLeast(by: neighbour, cell, ids)
        return true
    }

    /// Keeps `least` true after the cell at `place` changed by `change`, or came.
    private mutating func follow(_ place: Int, _ change: Int32, _ ids: IDTable) {
        guard least >= 0, change != 0 else { return }
        if place == Int(least) {
            if change > 0 { least = PairTable.unknown }
        } else if change < 0, leaves(place, before: Int(least), ids) {
            least = Int32(place)
        }
    }

    private mutating func remove(at place: Int) {
        if Int(least) == place {
            least = PairTable.unknown
        } else if Int(least) == table.count - 1 {
            least = Int32(place)
        }
        table.swapRemove(at: place)
    }

    private mutating func replaceLeast(by neighbour: UInt32, _ cell: PairCell, _ ids: IDTable) {
        guard table.count > 0 else { return }
        if least < 0 { least = Int32(findLeast(ids)) }
        let held = table[Int(least)].count
        guard held != cell.count ? held < cell.count : ids.precedes(neighbour, table.key(Int(least))) else { return }
        remove(at: Int(least))
        _ = table.append(neighbour, cell)
    }

    private func findLeast(_ ids: IDTable) -> Int {
        var least = 0
        for place in 1..<max(table.count, 1) where leaves(place, before: least, ids) { least = place }
        return least
    }

    private func leaves(_ place: Int, before other: Int, _ ids: IDTable) -> Bool {
        let (count, held) = (table[place].count, table[other].count)
        return count != held ? count < held : ids.precedes(table.key(other), table.key(place))
    }
}
