public import CKernels

/// Interned ids: each text stands for a number, the smallest that is free, for as long as it is held.
///
/// Open addressing over numbers; the bytes of an id have an address of their own, so a view of one is valid until that id is removed.
/// Which number an id gets is a function of the numbers in use only, so it survives a restart. Not thread safe: one owner.
///
/// Strangers choose ids, so each table hashes under a key of its own (`KeyedHash`).
public final class IDTable {
    @usableFromInline struct Entry: BitwiseCopyable {
        @usableFromInline var start: UnsafeMutablePointer<UInt8>?
        @usableFromInline var prefix: UInt64
        @usableFromInline var print: UInt64
        @usableFromInline var hash: UInt32
        @usableFromInline var count: Int32
    }

    static let vacant: UInt32 = 0
    private static var unused: Entry { Entry(start: nil, prefix: 0, print: 0, hash: 0, count: 0) }

    private let keyed: KeyedHash
    @exclusivity(unchecked) @usableFromInline var entries = FlatList<Entry>()
    @exclusivity(unchecked) @usableFromInline var slots = FlatList<UInt32>()
    @exclusivity(unchecked) private var free = FlatHeap<UInt32>()
    /// The number of ids held.
    @exclusivity(unchecked) public private(set) var count = 0

    /// A table without ids, under a random key.
    public convenience init() { self.init(KeyedHash()) }

    /// A table without ids, under a given key.
    init(_ keyed: KeyedHash) {
        self.keyed = keyed
        slots.extend(to: 64, with: IDTable.vacant)
    }

    deinit {
        for index in entries.indices { entries[index].start?.deallocate() }
        entries.free()
        slots.free()
        free.free()
    }

    /// One more than the largest number ever in use: the size of arrays by number.
    public var numbersEnd: Int { entries.count }

    /// The number that the next new id will get.
    public var nextNumber: UInt32 { free.top ?? UInt32(entries.count) }

    /// Whether `number` stands for an id now.
    public func contains(number: UInt32) -> Bool { Int(number) < entries.count && entries[Int(number)].start != nil }

    /// The id that `number` stands for.
    @inlinable public subscript(number: UInt32) -> ByteView {
        let entry = entries[Int(number)]
        return ByteView(start: UnsafePointer(entry.start), count: Int(entry.count))
    }

    /// Asks for the bytes of the id that `number` stands for, so that they are near when they are needed.
    @inlinable @inline(__always) public func prefetch(_ number: UInt32) {
        if let start = entries[Int(number)].start { freshet_prefetch(start) }
    }

    /// Whether the id of one number comes before that of another, by bytes.
    @inlinable public func precedes(_ left: UInt32, _ right: UInt32) -> Bool {
        let a = entries[Int(left)].prefix
        let b = entries[Int(right)].prefix
        return a != b ? a < b : self[left] < self[right]
    }

    /// 64 bits that stand for a list of ids in their order, the same in every process: another list shares them by chance only.
    ///
    /// - Parameter number: The number at each place, counted from 0.
    @inlinable public func fingerprint(count: Int, _ number: (Int) -> UInt32) -> UInt64 {
        var state = SplitMix64.mix(UInt64(count) &+ 1)
        for place in 0..<count { state = SplitMix64.mix(state ^ entries[Int(number(place))].print) }
        return state
    }

    /// The number of `id`; `nil` where it is not held.
    public func find(_ id: ByteView) -> UInt32? {
        let hash = hash(id)
        let mask = slots.count - 1
        var slot = Int(hash) & mask
        while slots[slot] != IDTable.vacant {
            let number = slots[slot] - 1
            if entries[Int(number)].hash == hash, self[number] == id { return number }
            slot = (slot + 1) & mask
        }
        return nil
    }

    /// The number of `id`, which is taken up where it is not held.
    public func intern(_ id: ByteView) -> (number: UInt32, isNew: Bool) {
        if let number = find(id) { return (number, false) }
        let number: UInt32
        if let reused = free.top {
            free.pop(by: <)
            number = reused
        } else {
            number = UInt32(entries.count)
            entries.append(IDTable.unused)
        }
        fill(number, id)
        return (number, true)
    }

    /// Takes up `id` under a given number: restores what `intern` did in an earlier run. Answers `false` where id or number is taken.
    ///
    /// Call `finishRestore` after the last one.
    public func restore(_ id: ByteView, as number: UInt32) -> Bool {
        entries.extend(to: max(entries.count, Int(number) + 1), with: IDTable.unused)
        guard entries[Int(number)].start == nil, find(id) == nil else { return false }
        fill(number, id)
        return true
    }

    /// Finds the free numbers after `restore`.
    public func finishRestore() {
        free.removeAll()
        for number in entries.indices where entries[number].start == nil { free.push(UInt32(number), by: <) }
    }

    /// Forgets an id; its number is free.
    public func remove(_ number: UInt32) {
        unlink(number)
        entries[Int(number)].start?.deallocate()
        entries[Int(number)] = IDTable.unused
        free.push(number, by: <)
        count -= 1
    }

    /// Forgets all ids.
    public func removeAll() {
        for index in entries.indices { entries[index].start?.deallocate() }
        entries.removeAll()
        free.removeAll()
        let size = slots.count
        slots.removeAll()
        slots.extend(to: size, with: IDTable.vacant)
        count = 0
    }

    /// All numbers in use, by the bytes of their ids. The caller frees the list.
    public func sortedNumbers() -> FlatList<UInt32> {
        var numbers = FlatList<UInt32>()
        for number in entries.indices where entries[number].start != nil { numbers.append(UInt32(number)) }
        numbers.sort(by: precedes)
        return numbers
    }

    /// Bytes of memory held.
    public var byteCount: Int {
        var total = entries.byteCount + slots.byteCount
        for index in entries.indices where entries[index].start != nil { total += IDTable.allocatedBytes(Int(entries[index].count)) }
        return total
    }

    /// Bytes of a table of `count` ids of `idBytes` bytes, at most, without room for more entries.
    public static func byteCount(for count: Int, idBytes: Int) -> Int {
        // Slots double when half of them are taken.
        count * (MemoryLayout<Entry>.stride + 4 * MemoryLayout<UInt32>.stride + allocatedBytes(idBytes))
    }

    /// What the allocator takes for so many bytes.
    private static func allocatedBytes(_ count: Int) -> Int { max(32, count + 16) }

    private func fill(_ number: UInt32, _ id: ByteView) {
        if (count + 1) * 2 > slots.count { rehash() }
        let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: max(id.count, 1))
        if let start = id.start { copy.update(from: start, count: id.count) }
        entries[Int(number)] = Entry(
            start: copy, prefix: id.prefix, print: Fingerprint(of: id).low, hash: hash(id), count: Int32(id.count))
        link(number)
        count += 1
    }

    private func link(_ number: UInt32) {
        let mask = slots.count - 1
        var slot = Int(entries[Int(number)].hash) & mask
        while slots[slot] != IDTable.vacant { slot = (slot + 1) & mask }
        slots[slot] = number + 1
    }

    /// Linear probing without tombstones: those behind the gap that may fill it move up.
    private func unlink(_ number: UInt32) {
        let mask = slots.count - 1
        var gap = Int(entries[Int(number)].hash) & mask
        while slots[gap] != number + 1 { gap = (gap + 1) & mask }
        var slot = (gap + 1) & mask
        while slots[slot] != IDTable.vacant {
            let home = Int(entries[Int(slots[slot] - 1)].hash) & mask
            if (slot - home) & mask >= (slot - gap) & mask {
                slots[gap] = slots[slot]
                gap = slot
            }
            slot = (slot + 1) & mask
        }
        slots[gap] = IDTable.vacant
    }

    private func rehash() {
        let size = slots.count * 2
        slots.removeAll()
        slots.extend(to: size, with: IDTable.vacant)
        for number in entries.indices where entries[number].start != nil { link(UInt32(number)) }
    }

    func hash(_ id: ByteView) -> UInt32 { UInt32(truncatingIfNeeded: keyed.hash(id)) }
}
