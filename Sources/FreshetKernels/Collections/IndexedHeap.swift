/// Numbers in the order of their keys, each at most once: a binary heap that knows where each number stands, so that any can move or leave.
///
/// A handle like `FlatList`: its holder calls `free()`. Among equal keys the order of numbers decides that is given at each call, always the
/// same total one.
@frozen
public struct IndexedHeap {
    @usableFromInline struct Entry: BitwiseCopyable {
        @usableFromInline var key: Int64
        @usableFromInline var number: UInt32

        @inlinable init(key: Int64, number: UInt32) {
            self.key = key
            self.number = number
        }
    }

    @usableFromInline var entries = FlatList<Entry>()
    /// By number: its place in `entries`, or −1.
    @usableFromInline var places = FlatList<Int32>()

    /// An empty heap.
    @inlinable public init() {}

    /// The number with the least key; `nil` where there is none.
    @inlinable public var top: (number: UInt32, key: Int64)? { entries.isEmpty ? nil : (number: entries[0].number, key: entries[0].key) }

    /// The number of numbers.
    @inlinable public var count: Int { entries.count }

    /// Bytes of memory held.
    @inlinable public var byteCount: Int { entries.byteCount + places.byteCount }

    /// Bytes of a heap of any of `count` numbers, without room to grow.
    @inlinable public static func byteCount(for count: Int) -> Int { count * (MemoryLayout<Entry>.stride + MemoryLayout<Int32>.stride) }

    /// Gives a number its key, whether it is in the heap or not.
    @inlinable public mutating func set(_ number: UInt32, to key: Int64, ties: (UInt32, UInt32) -> Bool) {
        places.extend(to: max(places.count, Int(number) + 1), with: -1)
        let entry = Entry(key: key, number: number)
        if places[Int(number)] < 0 {
            entries.append(entry)
            rise(entry, from: entries.count - 1, ties)
        } else {
            place(entry, at: Int(places[Int(number)]), ties)
        }
    }

    /// Takes a number out. Nothing happens where it is not in the heap.
    @inlinable public mutating func remove(_ number: UInt32, ties: (UInt32, UInt32) -> Bool) {
        guard Int(number) < places.count, places[Int(number)] >= 0 else { return }
        let gap = Int(places[Int(number)])
        let last = entries[entries.count - 1]
        places[Int(number)] = -1
        entries.removeLast()
        if gap < entries.count { place(last, at: gap, ties) }
    }

    /// Gives the memory back.
    @inlinable public mutating func free() {
        entries.free()
        places.free()
    }

    /// Puts an entry where another one stood, and where its key belongs from there.
    @inlinable mutating func place(_ entry: Entry, at start: Int, _ ties: (UInt32, UInt32) -> Bool) {
        if start > 0, IndexedHeap.precedes(entry, entries[(start - 1) / 2], ties) {
            rise(entry, from: start, ties)
        } else {
            sink(entry, from: start, ties)
        }
    }

    @inlinable mutating func rise(_ entry: Entry, from start: Int, _ ties: (UInt32, UInt32) -> Bool) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard IndexedHeap.precedes(entry, entries[parent], ties) else { break }
            move(entries[parent], to: child)
            child = parent
        }
        move(entry, to: child)
    }

    @inlinable mutating func sink(_ entry: Entry, from start: Int, _ ties: (UInt32, UInt32) -> Bool) {
        var parent = start
        while true {
            var child = 2 * parent + 1
            guard child < entries.count else { break }
            if child + 1 < entries.count, IndexedHeap.precedes(entries[child + 1], entries[child], ties) { child += 1 }
            guard IndexedHeap.precedes(entries[child], entry, ties) else { break }
            move(entries[child], to: parent)
            parent = child
        }
        move(entry, to: parent)
    }

    @inlinable mutating func move(_ entry: Entry, to place: Int) {
        entries[place] = entry
        places[Int(entry.number)] = Int32(place)
    }

    @inlinable static func precedes(_ left: Entry, _ right: Entry, _ ties: (UInt32, UInt32) -> Bool) -> Bool {
        left.key != right.key ? left.key < right.key : ties(left.number, right.number)
    }
}
