import FreshetKernels

/// The rows of a table by (last event time, id), oldest first: the order in which they leave when there are too many.
///
/// Keys are brought up to date only when a row reaches the top: last event times only grow, so the key in the heap is never too late.
final class EvictionOrder {
    private let ids: IDTable
    @exclusivity(unchecked) private var heap = IndexedHeap()

    /// An order without rows; ties are broken by `ids`, which must hold the ids of all rows in it.
    init(ids: IDTable) { self.ids = ids }

    deinit { heap.free() }

    /// Bytes of memory held.
    var byteCount: Int { heap.byteCount }

    /// Adds a row.
    func add(_ number: UInt32, at time: EventTime) { heap.set(number, to: time.milliseconds) { ids.precedes($0, $1) } }

    /// Takes a row out, whose id must still be held. Nothing happens where it is not in the order.
    func remove(_ number: UInt32) { heap.remove(number) { ids.precedes($0, $1) } }

    /// The oldest row, by the present last event times.
    func oldest(lastEvent: (UInt32) -> EventTime) -> UInt32? {
        while let top = heap.top {
            let actual = lastEvent(top.number).milliseconds
            guard actual != top.key else { return top.number }
            heap.set(top.number, to: actual) { ids.precedes($0, $1) }
        }
        return nil
    }
}
