import FreshetKernels

/// A user's profile, or the alias of a visitor who turned out to be one.
struct UserRow: BitwiseCopyable {
    /// Stands in `master` of a profile.
    static let noMaster = UInt32.max

    /// The largest event time; a visitor's own events count until it is identified, and each identification does.
    var lastEvent = EventTime.never
    /// Accepted events, counted with those of the user's visitors.
    var events: UInt32 = 0
    /// For a visitor: the user it belongs to.
    var master = noMaster
    /// What tells whether it is a bot. It stands here for it is looked at with each action, as is what stands before it.
    var watch = Watch()
    /// Visitors that belong to this user.
    var visitors = FlatList<UInt32>()
    /// What was done with which item, in no order.
    var history = FlatList<HistoryEntry>()
    /// The segment of shoppers that the newest event named; empty where none did.
    var segment = FlatList<UInt8>()
    /// What was searched for last, in no order.
    var searches = FlatList<Search>()
    /// Open sessions, in no order.
    var sessions = FlatList<Session>()
    /// What it did up to this time is forgotten. Not stored: `Erasures` says it.
    var erasedUntil = EventTime.never
    /// When the first live action leaves the window; the timer that is due then.
    var nextExpiry = EventTime(milliseconds: .max)

    /// Whether the user is taken for a bot: nothing of it counts in what others are shown.
    var isBot: Bool { watch.isBot }

    /// Whether this is the alias of a visitor.
    var isAlias: Bool { master != UserRow.noMaster }

    /// Whether anything that the user did is still inside the window.
    var isLive: Bool {
        for index in history.indices where history[index].isLive { return true }
        return false
    }

    /// Where an item stands in the history.
    func historyIndex(of item: UInt32) -> Int? {
        for index in history.indices where history[index].item == item { return index }
        return nil
    }

    /// Takes the name of a segment in the place of an earlier one.
    mutating func setSegment(_ name: ByteView) {
        segment.free()
        for index in 0..<name.count { segment.append(name[index], limit: name.count) }
    }

    /// Gives the memory of the lists back.
    mutating func free() {
        visitors.free()
        history.free()
        sessions.free()
        segment.free()
        for index in searches.indices { searches[index].words.free() }
        searches.free()
    }
}

/// All profiles by interned number, and the order in which they leave when there are too many.
final class Users {
    let ids = IDTable()
    let changed = ChangedRows()
    @exclusivity(unchecked) private(set) var rows = FlatList<UserRow>()
    private let order: EvictionOrder

    init() { order = EvictionOrder(ids: ids) }

    deinit {
        for index in rows.indices { rows[index].free() }
        rows.free()
    }

    /// Bytes that the order of leaving holds.
    var orderByteCount: Int { order.byteCount }

    /// The row of a number in use. Call `changed.touch` before changing it.
    subscript(number: UInt32) -> UserRow {
        _read { yield rows[Int(number)] }
        _modify { yield &rows[Int(number)] }
    }

    /// Takes up a new id.
    func add(_ id: ByteView, at time: EventTime) -> UInt32 {
        changed.touch(ids.nextNumber)
        let number = ids.intern(id).number
        rows.extend(to: max(rows.count, Int(number) + 1), with: UserRow())
        rows[Int(number)].lastEvent = time
        order.add(number, at: time)
        return number
    }

    /// Removes a row; its history must have been taken out of all counts.
    func remove(_ number: UInt32) {
        changed.touch(number)
        order.remove(number)
        rows[Int(number)].free()
        rows[Int(number)] = UserRow()
        ids.remove(number)
    }

    /// Makes a profile the alias of `master`: it leaves with its user from now on.
    func makeAlias(_ number: UInt32, of master: UInt32) {
        order.remove(number)
        rows[Int(number)].master = master
        rows[Int(master)].visitors.append(number)
    }

    /// Notes that a visitor was identified.
    func noteIdentified(_ visitor: UInt32, at time: EventTime) {
        guard rows[Int(visitor)].lastEvent < time else { return }
        changed.touch(visitor)
        rows[Int(visitor)].lastEvent = time
    }

    /// Takes the visitor that was identified longest ago, ties by id, out of its user's; `nil` where the user has none.
    func takeOldestVisitor(of user: UInt32) -> UInt32? {
        let visitors = rows[Int(user)].visitors
        guard !visitors.isEmpty else { return nil }
        var oldest = 0
        for index in visitors.indices {
            let (time, held) = (rows[Int(visitors[index])].lastEvent, rows[Int(visitors[oldest])].lastEvent)
            if time < held || time == held && ids.precedes(visitors[index], visitors[oldest]) { oldest = index }
        }
        let visitor = visitors[oldest]
        rows[Int(user)].visitors.swapRemove(at: oldest)
        return visitor
    }

    /// The profile with the oldest last event, ties by id, other than `kept`.
    func oldestProfile(except kept: UInt32?) -> UInt32? {
        if let kept { order.remove(kept) }
        defer { if let kept, !rows[Int(kept)].isAlias { order.add(kept, at: rows[Int(kept)].lastEvent) } }
        return order.oldest { rows[Int($0)].lastEvent }
    }

    /// Takes a stored row. Answers `false` where id or number is taken.
    func restore(_ id: ByteView, as number: UInt32, _ row: UserRow) -> Bool {
        guard ids.restore(id, as: number) else { return false }
        rows.extend(to: max(rows.count, Int(number) + 1), with: UserRow())
        rows[Int(number)] = row
        return true
    }

    /// Makes what is derived after the last row.
    func finishRestore() {
        ids.finishRestore()
        for index in rows.indices where ids.contains(number: UInt32(index)) && !rows[index].isAlias {
            order.add(UInt32(index), at: rows[index].lastEvent)
        }
    }
}
