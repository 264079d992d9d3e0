import FreshetKernels

/// All items by interned number, and the order in which they leave when there are too many.
///
/// What signals know of an item they keep by the same number, in arrays of their own.
final class Items {
    let ids = IDTable()
    let changed = ChangedRows()
    @exclusivity(unchecked) private var lastEvents = FlatList<EventTime>()
    private let order: EvictionOrder

    init() { order = EvictionOrder(ids: ids) }

    deinit { lastEvents.free() }

    /// Bytes held by the times and the order of leaving.
    var byteCount: Int { lastEvents.byteCount + order.byteCount }

    /// The same of one item.
    static var bytesPerItem: Int { MemoryLayout<EventTime>.stride + IndexedHeap.byteCount(for: 1) }

    /// The largest time of an event that named the item.
    func lastEvent(_ number: UInt32) -> EventTime { lastEvents[Int(number)] }

    /// Notes an event that names the item.
    func note(_ number: UInt32, at time: EventTime) {
        guard time > lastEvents[Int(number)] else { return }
        changed.touch(number)
        lastEvents[Int(number)] = time
    }

    /// Takes up a new item.
    func add(_ id: ByteView, at time: EventTime) -> UInt32 {
        changed.touch(ids.nextNumber)
        let number = ids.intern(id).number
        lastEvents.extend(to: max(lastEvents.count, Int(number) + 1), with: .never)
        lastEvents[Int(number)] = time
        order.add(number, at: time)
        return number
    }

    /// Forgets an item; nothing may refer to it any more.
    func remove(_ number: UInt32) {
        changed.touch(number)
        order.remove(number)
        lastEvents[Int(number)] = .never
        ids.remove(number)
    }

    /// The item with the oldest last event, ties by id.
    func oldest() -> UInt32? { order.oldest { lastEvents[Int($0)] } }

    /// Takes an item that is about to be removed out of the order, so that `oldest` names the next one.
    func passOver(_ number: UInt32) { order.remove(number) }

    /// Takes a stored row. Answers `false` where id or number is taken.
    func restore(_ id: ByteView, as number: UInt32, lastEvent: EventTime) -> Bool {
        guard ids.restore(id, as: number) else { return false }
        lastEvents.extend(to: max(lastEvents.count, Int(number) + 1), with: .never)
        lastEvents[Int(number)] = lastEvent
        return true
    }

    /// Makes what is derived after the last row.
    func finishRestore() {
        ids.finishRestore()
        for index in lastEvents.indices where ids.contains(number: UInt32(index)) {
            order.add(UInt32(index), at: lastEvents[index])
        }
    }
}
