import FreshetKernels

/// What the shop's visitors look at and buy now: decayed counts over two half-lives, and a leader board of the short one.
///
/// Forward decay keeps the order of untouched items, so the board is kept up by the item that an event names, without a scan.
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
        if rows[Int(item)].isLeader, let place = leaders.indices.first(where: { leaders[$0] == item }) { leaders.remove(at: place) }
        rows[Int(item)] = Row()
    }

    /// An action of this weight fell on the item.
    func observe(_ item: UInt32, weight: Int32, at time: EventTime) {
        guard settings.enabled else { return }
        items.changed.touch(item)
        let units = Int64(weight) * DecayedCount.one
        rows[Int(item)].short.add(units, at: time.milliseconds, halfLife: settings.halfLife)
        rows[Int(item)].long.add(units, at: time.milliseconds, halfLife: settings.longHalfLife)
        rank(item)
    }

    /// An action that `observe` counted never was. What has decayed since rounds to the unit.
    func withdraw(_ item: UInt32, weight: Int32, at time: EventTime) {
        guard settings.enabled, time != .never else { return }
        items.changed.touch(item)
        let units = Int64(weight) * DecayedCount.one
        rows[Int(item)].short.subtract(units, at: time.milliseconds, halfLife: settings.halfLife)
        rows[Int(item)].long.subtract(units, at: time.milliseconds, halfLife: settings.longHalfLife)
        guard rows[Int(item)].isLeader, var place = leaders.indices.first(where: { leaders[$0] == item }) else { return }
        while place + 1 < leaders.count, leads(leaders[place + 1], item) {
            leaders[place] = leaders[place + 1]
            place += 1
        }
        leaders[place] = item
    }

    private func rank(_ item: UInt32) {
        var place: Int
        if rows[Int(item)].isLeader {
            place = leaders.indices.first { leaders[$0] == item } ?? 0
        } else if leaders.count < settings.leadersMax {
            leaders.append(item)
            place = leaders.count - 1
        } else if let last = leaders.indices.last, leads(item, leaders[last]) {
            rows[Int(leaders[last])].isLeader = false
            leaders[last] = item
            place = last
        } else {
            return
        }
        rows[Int(item)].isLeader = true
        while place > 0, leads(item, leaders[place - 1]) {
            leaders[place] = leaders[place - 1]
            place -= 1
        }
        leaders[place] = item
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
