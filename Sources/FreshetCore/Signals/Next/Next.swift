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
        let isFull = rows[Int(item)].add(
            weight, to: follower, at: time, halfLife: settings.halfLife, limit: settings.followersMax, items.ids)
        if isFull { followersEvicted += 1 }
    }

    func encode(_ item: UInt32, into bytes: ByteBuffer) { rows[Int(item)].encode(into: bytes) }

    func decode(_ item: UInt32, from reader: inout ByteReader) throws(CodecError) {
        admit(item)
        try rows[Int(item)].decode(from: &reader)
    }
}
