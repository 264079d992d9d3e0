import FreshetKernels

/// What follows an item within a session: sequential rules with weight 1/distance (SR, session-rec), decaying with a half-life.
///
/// Decayed counts give the same bits for the same applied order only.
final class Next: Signal {
    static let name: StaticString = "next"
    /// How much the item before the last one counts less.
    static let stepDecay = 0.6
    static let queryStepsMax = 5

    let settings: EngineSettings.NextSettings
    let items: Items
    @exclusivity(unchecked) private(set) var rows = FlatList<CountTable<DecayedCount>>()
    /// Followers that the cap of a table evicted.
    var followersEvicted: Int64 = 0

    init(settings: EngineSettings.NextSettings, items: Items) {
        self.settings = settings
        self.items = items
    }

    deinit {
        for index in rows.indices { rows[index].free() }
        rows.free()
    }

    var blend: Int32 { settings.enabled ? settings.blend : 0 }

    func admit(_ item: UInt32) { rows.extend(to: max(rows.count, Int(item) + 1), with: CountTable()) }

    func forget(_ item: UInt32) { rows[Int(item)].free() }

    /// Takes items that leave out of all tables. `leaving` is by number.
    func forgetFollowers(_ leaving: FlatList<Bool>) {
        for index in rows.indices {
            for place in stride(from: rows[index].count - 1, through: 0, by: -1) where leaving[Int(rows[index].key(place))] {
                items.changed.touch(UInt32(index))
                rows[index].swapRemove(at: place)
            }
        }
    }

    /// `item` came in a session after the items in `session`.
    func observe(_ item: UInt32, after session: Session, at time: EventTime) {
        guard settings.enabled else { return }
        for step in 0..<min(Int(session.count), settings.stepsMax) where session.steps[step] != item {
            let weight = DecayedCount.one / Int64(step + 1)
            count(session.steps[step], item, weight, at: time)
        }
    }

    private func count(_ item: UInt32, _ follower: UInt32, _ weight: Int64, at time: EventTime) {
        items.changed.touch(item)
        let place = rows[Int(item)].find(follower)
        if place >= 0 {
            rows[Int(item)][place].add(weight, at: time.milliseconds, halfLife: settings.halfLife)
            return
        }
        var cell = DecayedCount.zero
        cell.add(weight, at: time.milliseconds, halfLife: settings.halfLife)
        if rows[Int(item)].count >= settings.followersMax {
            followersEvicted += 1
            guard let least = leastFollower(of: item), !isLess(cell, follower, than: least, of: item) else { return }
            rows[Int(item)].swapRemove(at: least)
        }
        _ = rows[Int(item)].append(follower, cell)
    }

    private func isLess(_ cell: DecayedCount, _ follower: UInt32, than place: Int, of item: UInt32) -> Bool {
        let other = rows[Int(item)][place]
        if DecayedCount.exceeds(other, cell) { return true }
        return !DecayedCount.exceeds(cell, other) && items.ids.precedes(rows[Int(item)].key(place), follower)
    }

    /// The follower that leaves first: the smallest count, among equals the last id.
    private func leastFollower(of item: UInt32) -> Int? {
        let row = rows[Int(item)]
        guard row.count > 0 else { return nil }
        var least = 0
        for index in 1..<max(row.count, 1) where isLess(row[index], row.key(index), than: least, of: item) { least = index }
        return least
    }

    func encode(_ item: UInt32, into bytes: ByteBuffer) {
        let row = rows[Int(item)]
        bytes.append(littleEndian: UInt32(row.count))
        for place in 0..<row.count {
            bytes.append(littleEndian: row.key(place))
            bytes.append(decayed: row[place])
        }
    }

    func decode(_ item: UInt32, from reader: inout ByteReader) throws(CodecError) {
        admit(item)
        let count = try reader.elementCount(ofAtLeast: 16)
        for _ in 0..<count {
            let follower: UInt32 = try reader.integer()
            _ = rows[Int(item)].append(follower, try reader.decayed())
        }
    }
}
