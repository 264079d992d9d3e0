import FreshetKernels

/// Names that several items share, as brands: each is held, under a number, while an item names it.
final class GroupTable {
    /// Stands for "no name".
    static let none = UInt32.max

    let ids = IDTable()
    @exclusivity(unchecked) private var members = FlatList<UInt32>()

    deinit { members.free() }

    /// Bytes of memory held.
    var byteCount: Int { ids.byteCount + members.byteCount }

    /// The number of a name that one more item has; `none` for an empty one.
    func join(_ name: ByteView) -> UInt32 {
        guard !name.isEmpty else { return GroupTable.none }
        let number = ids.intern(name).number
        members.extend(to: max(members.count, Int(number) + 1), with: 0)
        members[Int(number)] += 1
        return number
    }

    /// One item less has the name.
    func leave(_ number: UInt32) {
        guard number != GroupTable.none else { return }
        members[Int(number)] -= 1
        if members[Int(number)] == 0 { ids.remove(number) }
    }
}
