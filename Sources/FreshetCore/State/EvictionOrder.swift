import FreshetKernels

/// The rows of a table by (last event time, id), oldest first: the order in which they leave when there are too many.
///
/// A binary heap with each row's position in it, so that a row can leave at any time. Keys are brought up to date only when a row
/// reaches the top: last event times only grow, so the key in the heap is never too late.
final class EvictionOrder {
    private let ids: IDTable
    @exclusivity(unchecked) private var heap = FlatList<Due>()
    @exclusivity(unchecked) private var positions = FlatList<Int32>()

    /// An order without rows; ties are broken by `ids`, which must hold the ids of all rows in it.
    init(ids: IDTable) { self.ids = ids }

    deinit {
        heap.free()
        positions.free()
    }

    /// Adds a row.
    func add(_ number: UInt32, at time: EventTime) {
        positions.extend(to: max(positions.count, Int(number) + 1), with: -1)
        heap.append(Due(time: time, number: number))
        rise(from: heap.count - 1)
    }

    /// Takes a row out, whose id must still be held. Nothing happens where it is not in the order.
    func remove(_ number: UInt32) {
        guard Int(number) < positions.count, positions[Int(number)] >= 0 else { return }
        let place = Int(positions[Int(number)])
        positions[Int(number)] = -1
        let last = heap[heap.count - 1]
        heap.removeLast()
        guard place < heap.count else { return }
        set(place, last)
        sink(from: place)
        rise(from: Int(positions[Int(last.number)]))
    }

    /// The oldest row, by the present last event times.
    func oldest(lastEvent: (UInt32) -> EventTime) -> UInt32? {
        while !heap.isEmpty {
            let top = heap[0]
            let actual = lastEvent(top.number)
            guard actual != top.time else { return top.number }
            heap[0].time = actual
            sink(from: 0)
        }
        return nil
    }

    private func set(_ place: Int, _ due: Due) {
        heap[place] = due
        positions[Int(due.number)] = Int32(place)
    }

    private func rise(from start: Int) {
        let due = heap[start]
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard precedes(due, heap[parent]) else { break }
            set(child, heap[parent])
            child = parent
        }
        set(child, due)
    }

    private func sink(from start: Int) {
        let due = heap[start]
        var parent = start
        while true {
            var child = 2 * parent + 1
            guard child < heap.count else { break }
            if child + 1 < heap.count, precedes(heap[child + 1], heap[child]) { child += 1 }
            guard precedes(heap[child], due) else { break }
            set(parent, heap[child])
            parent = child
        }
        set(parent, due)
    }

    private func precedes(_ left: Due, _ right: Due) -> Bool {
        left.time != right.time ? left.time < right.time : ids.precedes(left.number, right.number)
    }
}
