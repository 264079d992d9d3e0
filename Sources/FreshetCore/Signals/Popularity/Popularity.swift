import FreshetKernels

/// What the shop's visitors look at and buy now: decayed counts over two half-lives, and a leader board of the short one.
///
/// People count, not events: a user counts for an item with its last click, cart and purchase, as long as its live history holds them. So one
/// who reloads a page counts once, and all that a user counts for can be taken back. Who leaves no profile counts with each event.
///
/// Forward decay keeps the order of untouched items, so the board is kept up by the item that an event names, without a scan. A leader whose count
/// is taken back sinks; which item off the board is better than it then, that item's next event tells.
final class Popularity: Signal {
    static let name: StaticString = "popularity"

    /// What is known of one item.
    struct Row: BitwiseCopyable {
        /// The count by `half_life`.
        var short = DecayedCount.zero
        /// The count by `long_half_life`.
        var long = DecayedCount.zero
        /// Whether the item stands on the board.
        var isLeader = false
    }

    let settings: EngineSettings.PopularitySettings
    let items: Items
    /// The same of parts of the shop.
    let boards: Boards
    @exclusivity(unchecked) private(set) var rows = FlatList<Row>()
    /// Items with the largest short counts, largest first, ties by id.
    @exclusivity(unchecked) private(set) var leaders = FlatList<UInt32>()

    init(settings: EngineSettings.PopularitySettings, items: Items) {
        self.settings = settings
        self.items = items
        boards = Boards(settings: settings, items: items)
    }

    deinit {
        rows.free()
        leaders.free()
    }

    var blend: Int32 { settings.enabled ? settings.blend : 0 }

    func admit(_ item: UInt32) { rows.extend(to: max(rows.count, Int(item) + 1), with: Row()) }

    func forget(_ item: UInt32) {
        if let place = standing(of: item) { leaders.remove(at: place) }
        rows[Int(item)] = Row()
    }

    /// What counts of somebody's actions on the item changed. `segment` is the one that it belongs to, `category` the item's; either may be empty.
    func change(_ item: UInt32, _ change: ShareChange, segment: ByteView, category: ByteView) {
        guard settings.enabled else { return }
        items.changed.touch(item)
        rows[Int(item)].short.apply(change, halfLife: settings.halfLife)
        rows[Int(item)].long.apply(change, halfLife: settings.longHalfLife)
        rank(item, mayEnter: change.growth != nil)
        boards.change(item, change, segment: segment)
        boards.put(rows[Int(item)].short, of: item, category: category, grownAt: change.growth)
    }

    /// The shop moved an item from one category to another; either may be empty.
    func move(_ item: UInt32, from old: ByteView, to new: ByteView) {
        let count = rows[Int(item)].short
        guard count.mantissa > 0 else { return }
        boards.put(.zero, of: item, category: old, grownAt: nil)
        boards.put(count, of: item, category: new, grownAt: items.lastEvent(item))
    }

    /// Puts an item where its count belongs on the board; `mayEnter`: also one that does not stand on it.
    private func rank(_ item: UInt32, mayEnter: Bool) {
        guard var place = standing(of: item) ?? (mayEnter ? enter(item) : nil) else { return }
        guard rows[Int(item)].short.mantissa > 0 else {
            rows[Int(item)].isLeader = false
            return leaders.remove(at: place)
        }
        while place > 0, leads(item, leaders[place - 1]) {
            leaders[place] = leaders[place - 1]
            place -= 1
        }
        while place + 1 < leaders.count, leads(leaders[place + 1], item) {
            leaders[place] = leaders[place + 1]
            place += 1
        }
        leaders[place] = item
    }

    /// Where an item stands on the board.
    private func standing(of item: UInt32) -> Int? { rows[Int(item)].isLeader ? leaders.indices.first { leaders[$0] == item } : nil }

    /// Puts a newcomer at the end of the board, in the place of the last leader where that is full. `nil`: it is not better than that.
    private func enter(_ item: UInt32) -> Int? {
        if leaders.count < settings.leadersMax {
            leaders.append(item)
        } else if let last = leaders.indices.last, leads(item, leaders[last]) {
            rows[Int(leaders[last])].isLeader = false
            leaders[last] = item
        } else {
            return nil
        }
        rows[Int(item)].isLeader = true
        return leaders.count - 1
    }

    private func leads(_ item: UInt32, _ other: UInt32) -> Bool {
        let left = rows[Int(item)].short
        let right = rows[Int(other)].short
        if DecayedCount.exceeds(left, right) { return true }
        return !DecayedCount.exceeds(right, left) && items.ids.precedes(item, other)
    }

    /// An item's short and long counts now, in units of one click.
    func counts(_ item: UInt32, at now: EventTime) -> (short: Double, long: Double) {
        let row = rows[Int(item)]
        return (
            row.short.value(at: now.milliseconds, halfLife: settings.halfLife), row.long.value(at: now.milliseconds, halfLife: settings.longHalfLife)
        )
    }

    /// Whether anything happened with a leader within the window: a board that is not full keeps what nobody looks at any more.
    func isPopular(_ leader: UInt32, _ query: Query) -> Bool { items.lastEvent(leader) > query.windowEnd }

    func propose(_ query: Query, on board: ScoreBoard) {
        for index in leaders.indices where isPopular(leaders[index], query) {
            // The position, not the count: counts of leaders differ by orders of magnitude, and may have decayed to nothing.
            board.add(leaders[index], Double(leaders.count - index), because: ScoreBoard.noItem)
        }
    }

    func encode(_ item: UInt32, into bytes: ByteBuffer) {
        bytes.append(decayed: rows[Int(item)].short)
        bytes.append(decayed: rows[Int(item)].long)
    }

    func decode(_ item: UInt32, from reader: inout ByteReader) throws(CodecError) {
        admit(item)
        rows[Int(item)].short = try reader.decayed()
        rows[Int(item)].long = try reader.decayed()
    }

    /// Takes the stored leader board, best first; all items must have been decoded. Answers `false` where it names no item.
    func restore(leaders stored: FlatList<UInt32>) -> Bool {
        leaders.removeAll()
        for index in stored.indices {
            guard Int(stored[index]) < rows.count, items.ids.contains(number: stored[index]) else { return false }
            leaders.append(stored[index])
            rows[Int(stored[index])].isLeader = true
        }
        return true
    }
}
