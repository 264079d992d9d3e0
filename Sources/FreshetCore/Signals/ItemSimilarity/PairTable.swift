import FreshetKernels

/// The neighbours of one item, at most so many: the smallest count leaves first, among equals the last id.
///
/// Count and users stand apart from the links, since most reads want only them. Which pair leaves next is remembered, since most newcomers
/// to a full table are weaker than all that it holds. A handle like `CountTable`.
struct PairTable: BitwiseCopyable {
    /// The part of a cell that similarities are made of.
    struct Support: BitwiseCopyable {
        var count: Int32
        var users: Int32
    }

    private struct Links: BitwiseCopyable {
        var clickToBuy: Int32
        var cartToPurchase: Int32
        var purchaseToPurchase: Int32
        var clickToClick: Int32
    }

    private static let unknown: Int32 = -1

    private var table = CountTable<Support>()
    private var links = FlatList<Links>()
    /// Where the pair that leaves next stands, once that was looked up.
    private var least = unknown

    var count: Int { table.count }

    /// Bytes of memory held.
    var byteCount: Int { table.byteCount + links.byteCount }

    /// Bytes of a table that grew to `count` neighbours.
    static func byteCount(for count: Int) -> Int { CountTable<Support>.byteCount(for: count) + FlatList<Links>.byteCount(for: count) }

    /// The neighbour's number at `index`, counted from 0 in no order.
    func key(_ index: Int) -> UInt32 { table.key(index) }

    /// Count and users of the pair at `index`.
    func support(_ index: Int) -> Support { table[index] }

    /// The cell at `index`.
    subscript(index: Int) -> PairCell {
        get {
            var cell = PairCell()
            (cell.count, cell.users) = (table[index].count, table[index].users)
            let links = links[index]
            (cell.clickToBuy, cell.cartToPurchase) = (links.clickToBuy, links.cartToPurchase)
            (cell.purchaseToPurchase, cell.clickToClick) = (links.purchaseToPurchase, links.clickToClick)
            return cell
        }
        set {
            table[index] = Support(count: newValue.count, users: newValue.users)
            links[index] = Links(
                clickToBuy: newValue.clickToBuy, cartToPurchase: newValue.cartToPurchase, purchaseToPurchase: newValue.purchaseToPurchase,
                clickToClick: newValue.clickToClick)
        }
    }

    /// Where a neighbour stands; −1 where it does not.
    func find(_ neighbour: UInt32) -> Int { table.find(neighbour) }

    /// Asks for the memory that `find` reads.
    @inline(__always) func prefetchKeys() { table.prefetchKeys() }

    /// Asks for the memory of the cell at `index`.
    @inline(__always) func prefetchCell(_ index: Int) {
        table.prefetchCell(index)
        links.prefetch(index)
    }

    /// Adds a neighbour that the table does not hold, whatever the limit.
    mutating func append(_ neighbour: UInt32, _ cell: PairCell) {
        least = PairTable.unknown
        place(neighbour, cell)
    }

    /// Gives the memory back.
    mutating func free() {
        table.free()
        links.free()
        least = PairTable.unknown
    }

    /// Adds `delta` to a neighbour's cell, which comes with its first gain and leaves with its last user; `place` is what `find` answered.
    /// Answers whether the limit evicted one.
    mutating func adjust(_ neighbour: UInt32, at place: Int, by delta: PairCell, limit: Int, _ ids: IDTable) -> Bool {
        if place >= 0 {
            self[place].add(delta)
            if table[place].users == 0 { remove(at: place) } else { follow(place, delta.count, ids) }
            return false
        }
        guard delta.hasGain else { return false }
        let cell = PairCell(gainOf: delta)
        guard table.count >= limit else {
            self.place(neighbour, cell)
            follow(table.count - 1, -1, ids)
            return false
        }
        replaceLeast(by: neighbour, cell, ids)
        return true
    }

    private mutating func place(_ neighbour: UInt32, _ cell: PairCell) {
        let index = table.append(neighbour, Support(count: 0, users: 0))
        links.append(Links(clickToBuy: 0, cartToPurchase: 0, purchaseToPurchase: 0, clickToClick: 0))
        self[index] = cell
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
        links.swapRemove(at: place)
    }

    private mutating func replaceLeast(by neighbour: UInt32, _ cell: PairCell, _ ids: IDTable) {
        guard table.count > 0 else { return }
        if least < 0 { least = Int32(findLeast(ids)) }
        let held = table[Int(least)].count
        guard held != cell.count ? held < cell.count : ids.precedes(neighbour, table.key(Int(least))) else { return }
        remove(at: Int(least))
        place(neighbour, cell)
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
