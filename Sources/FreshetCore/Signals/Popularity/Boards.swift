import FreshetKernels

/// What is looked at now in parts of the shop: by each segment of shoppers, and within each category of the first level.
///
/// A board holds the decayed counts of at most so many items; of more boards than the limit the one with the oldest last event leaves.
final class Boards {
    /// What a board is of: the first byte of its name.
    enum Kind: UInt8 {
        case category = 0x63
        case segment = 0x73
    }

    /// One part of the shop.
    struct Board: BitwiseCopyable {
        /// The largest time of an event that counted here.
        var lastEvent = EventTime.never
        /// What is looked at.
        var counts = CountTable<DecayedCount>()
    }

    let names = IDTable()
    let changed = ChangedRows()
    @exclusivity(unchecked) private(set) var boards = FlatList<Board>()
    private let settings: EngineSettings.PopularitySettings
    private let items: Items
    private let order: EvictionOrder
    private let name = ByteBuffer()

    init(settings: EngineSettings.PopularitySettings, items: Items) {
        self.settings = settings
        self.items = items
        order = EvictionOrder(ids: names)
    }

    deinit {
        for index in boards.indices { boards[index].counts.free() }
        boards.free()
    }

    /// Bytes of memory held.
    var byteCount: Int {
        boards.indices.reduce(names.byteCount + changed.byteCount + boards.byteCount + order.byteCount) { $0 + boards[$1].counts.byteCount }
    }

    /// The most that so many boards hold.
    static func byteCount(for settings: EngineSettings.PopularitySettings, idBytes: Int) -> Int {
        let boardBytes =
            IDTable.byteCount(for: 1, idBytes: idBytes + 1) + MemoryLayout<Board>.stride + ChangedRows.byteCount(for: 1)
            + IndexedHeap.byteCount(for: 1)
        return settings.boardsMax * (2 * boardBytes + CountTable<DecayedCount>.byteCount(for: settings.boardItemsMax))
    }

    /// What counts of somebody's actions on an item changed, in the segment of shoppers that it belongs to; an empty name is none.
    ///
    /// Of an item that the limit of a board took off it only what comes later is known. Whose actions counted before is not: what somebody did while
    /// the item was off is taken back all the same once it is replaced or withdrawn, so that who looks again counts by the difference only. A count
    /// is never above the true sum, and equal to it as long as nothing left.
    func change(_ item: UInt32, _ change: ShareChange, segment: ByteView) {
        guard settings.enabled, let number = board(.segment, segment, grownAt: change.growth) else { return }
        let place = boards[Int(number)].counts.find(item)
        var count = DecayedCount.zero
        if place >= 0 {
            count = boards[Int(number)].counts[place]
            count.apply(change, halfLife: settings.halfLife)
        } else {
            count.apply(ShareChange(old: .none, new: change.new, weights: change.weights), halfLife: settings.halfLife)
        }
        put(count, of: item, at: place, on: number, mayEnter: change.growth != nil)
    }

    /// Shows the count that an item has in the whole shop in its category, too; an empty name is none. `time` is that of the newest action where the
    /// count grew, `nil` where it fell.
    func put(_ count: DecayedCount, of item: UInt32, category: ByteView, grownAt time: EventTime?) {
        guard settings.enabled, let number = board(.category, category, grownAt: time) else { return }
        put(count, of: item, at: boards[Int(number)].counts.find(item), on: number, mayEnter: time != nil)
    }

    /// `place` is where the item stands on the board, −1 nowhere. A board that nothing stands on any more leaves.
    private func put(_ count: DecayedCount, of item: UInt32, at place: Int, on number: UInt32, mayEnter: Bool) {
        guard place >= 0 || mayEnter else { return }
        changed.touch(number)
        if count.mantissa == 0 {
            if place >= 0 { boards[Int(number)].counts.swapRemove(at: place) }
        } else if place >= 0 {
            boards[Int(number)].counts[place] = count
        } else {
            _ = boards[Int(number)].counts.enter(item, count, limit: settings.boardItemsMax, items.ids)
        }
        if boards[Int(number)].counts.count == 0 { remove(number) }
    }

    /// The board of a part of the shop, taken up for what grew at a time; `nil` where there is none.
    private func board(_ kind: Kind, _ part: ByteView, grownAt time: EventTime?) -> UInt32? {
        guard !part.isEmpty else { return nil }
        guard let time else { return find(kind, part) }
        let number = takeUp(kind, part)
        changed.touch(number)
        boards[Int(number)].lastEvent = max(boards[Int(number)].lastEvent, time)
        return number
    }

    private func takeUp(_ kind: Kind, _ part: ByteView) -> UInt32 {
        if let number = find(kind, part) { return number }
        if names.count >= settings.boardsMax, let oldest = order.oldest(lastEvent: { boards[Int($0)].lastEvent }) { remove(oldest) }
        // `find` has written the name.
        changed.touch(names.nextNumber)
        let number = names.intern(name.view).number
        boards.extend(to: max(boards.count, Int(number) + 1), with: Board())
        order.add(number, at: .never)
        return number
    }

    private func find(_ kind: Kind, _ part: ByteView) -> UInt32? {
        name.removeAll()
        name.append(kind.rawValue)
        name.append(part)
        return names.find(name.view)
    }

    private func remove(_ number: UInt32) {
        changed.touch(number)
        order.remove(number)
        boards[Int(number)].counts.free()
        boards[Int(number)] = Board()
        names.remove(number)
    }

    /// Takes items that leave out of all boards; one that nothing stands on any more leaves, too. `leaving` is by number.
    func forgetItems(_ leaving: FlatList<Bool>) {
        for index in boards.indices where boards[index].counts.count > 0 {
            for place in stride(from: boards[index].counts.count - 1, through: 0, by: -1) where leaving[Int(boards[index].counts.key(place))] {
                changed.touch(UInt32(index))
                boards[index].counts.swapRemove(at: place)
            }
            if boards[index].counts.count == 0 { remove(UInt32(index)) }
        }
    }

    /// Scores the items of a part's board by their counts, those with which nothing happened within the window left out.
    func propose(_ kind: Kind, _ part: ByteView, _ query: Query, on scores: ScoreBoard) {
        guard !part.isEmpty, let number = find(kind, part) else { return }
        let counts = boards[Int(number)].counts
        let block = DecayedCount.place(query.now.milliseconds, settings.halfLife).block
        for place in 0..<counts.count where items.lastEvent(counts.key(place)) > query.windowEnd {
            let count = counts[place].value(inBlock: max(block, counts[place].block))
            if count > 0 { scores.add(counts.key(place), Double(count), because: ScoreBoard.noItem) }
        }
    }

    // MARK: State

    /// Appends a board's row.
    func encode(_ number: UInt32, into bytes: ByteBuffer) {
        bytes.append(id: names[number])
        bytes.append(time: boards[Int(number)].lastEvent)
        boards[Int(number)].counts.encode(into: bytes)
    }

    /// Takes a board's stored row, whose items must exist.
    func decode(_ number: UInt32, from reader: inout ByteReader) throws(CodecError) {
        guard names.restore(try reader.id(), as: number) else { throw CodecError(message: "its name stands in another row too") }
        boards.extend(to: max(boards.count, Int(number) + 1), with: Board())
        boards[Int(number)].lastEvent = try reader.time()
        try boards[Int(number)].counts.decode(from: &reader)
        let counts = boards[Int(number)].counts
        for place in 0..<counts.count where !items.ids.contains(number: counts.key(place)) {
            throw CodecError(message: "it counts an item that does not exist")
        }
    }

    /// Makes what is derived after the last row.
    func finishRestore() {
        names.finishRestore()
        for index in boards.indices where names.contains(number: UInt32(index)) { order.add(UInt32(index), at: boards[index].lastEvent) }
    }
}
