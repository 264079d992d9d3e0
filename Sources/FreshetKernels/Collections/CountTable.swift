public import CKernels

/// A bounded table from numbers to cells: the neighbours of one item. Looked up by a linear scan of packed numbers, eight at a time,
/// which beats hashing at the sizes of a neighbour table (up to a few hundred).
///
/// A handle like `FlatList`: its holder calls `free()`.
@frozen
public struct CountTable<Cell: BitwiseCopyable> {
    @usableFromInline var keys: UnsafeMutablePointer<UInt32>?
    @usableFromInline var cells: UnsafeMutablePointer<Cell>?
    @usableFromInline var stored: Int32 = 0
    @usableFromInline var room: Int32 = 0

    /// A table without entries or memory.
    @inlinable public init() {}

    /// The number of entries.
    @inlinable public var count: Int { Int(stored) }

    /// Bytes of memory held.
    @inlinable public var byteCount: Int { Int(room) * (4 + MemoryLayout<Cell>.stride) }

    /// Bytes of a table that grew to `count` entries.
    public static func byteCount(for count: Int) -> Int {
        var room = 0
        while room < count { room = CountTable.room(after: room) }
        return room * (4 + MemoryLayout<Cell>.stride)
    }

    /// The number at `index`, counted from 0 in no order.
    @inlinable public func key(_ index: Int) -> UInt32 {
        precondition(index >= 0 && index < Int(stored), "index out of range")
        return keys.unsafelyUnwrapped[index]
    }

    /// The cell at `index`, in place.
    @inlinable public subscript(index: Int) -> Cell {
        unsafeAddress {
            precondition(index >= 0 && index < Int(stored), "index out of range")
            return UnsafePointer(cells.unsafelyUnwrapped + index)
        }
        unsafeMutableAddress {
            precondition(index >= 0 && index < Int(stored), "index out of range")
            return cells.unsafelyUnwrapped + index
        }
    }

    /// Asks for the memory that `find` reads, so that it is near when it is needed.
    @inlinable @inline(__always) public func prefetchKeys() {
        guard let keys else { return }
        let bytes = UnsafeRawPointer(keys)
        for line in stride(from: 0, to: Int(stored) * 4, by: 64) { freshet_prefetch(bytes + line) }
    }

    /// Asks for the memory of the cell at `index`.
    @inlinable @inline(__always) public func prefetchCell(_ index: Int) {
        if let cells { freshet_prefetch(cells + index) }
    }

    /// Where `key` stands; −1 where it does not.
    @inlinable public func find(_ key: UInt32) -> Int {
        guard let keys else { return -1 }
        let wanted = SIMD8<UInt32>(repeating: key)
        var index = 0
        while index < Int(stored) {
            // Rooms are multiples of eight, so the load stays inside the allocation.
            let match = UnsafeRawPointer(keys + index).loadUnaligned(as: SIMD8<UInt32>.self) .== wanted
            if any(match) {
                for lane in 0..<8 where match[lane] { return index + lane < Int(stored) ? index + lane : -1 }
            }
            index += 8
        }
        return -1
    }

    /// Adds an entry, whose number must not be in the table, and answers its place.
    @inlinable public mutating func append(_ key: UInt32, _ cell: Cell) -> Int {
        if stored == room { grow() }
        keys.unsafelyUnwrapped[Int(stored)] = key
        (cells.unsafelyUnwrapped + Int(stored)).initialize(to: cell)
        stored += 1
        return Int(stored) - 1
    }

    /// Takes out the entry at `index` and puts the last one in its place.
    @inlinable public mutating func swapRemove(at index: Int) {
        precondition(index >= 0 && index < Int(stored), "index out of range")
        stored -= 1
        keys.unsafelyUnwrapped[index] = keys.unsafelyUnwrapped[Int(stored)]
        cells.unsafelyUnwrapped[index] = cells.unsafelyUnwrapped[Int(stored)]
    }

    /// Gives the memory back; the table is empty afterwards.
    @inlinable public mutating func free() {
        keys?.deallocate()
        cells?.deallocate()
        self = CountTable()
    }

    static func room(after room: Int) -> Int { max(8, (room + room / 2 + 7) & ~7) }

    @usableFromInline mutating func grow() {
        let next = CountTable.room(after: Int(room))
        let movedKeys = UnsafeMutablePointer<UInt32>.allocate(capacity: next)
        movedKeys.initialize(repeating: .max, count: next)
        let movedCells = UnsafeMutablePointer<Cell>.allocate(capacity: next)
        if let keys, let cells {
            movedKeys.update(from: keys, count: Int(stored))
            movedCells.update(from: cells, count: Int(stored))
            keys.deallocate()
            cells.deallocate()
        }
        keys = movedKeys
        cells = movedCells
        room = Int32(next)
    }
}
