import FreshetKernels

/// Incremental item-item collaborative filtering in a sliding window, with typed links (TencentRec, SIGMOD 2015; ALGORITHMS section 1).
///
/// **Invariant**: item and pair counts are always the sum over the live histories. co(u;p,q) = min(r(u,p), r(u,q)), itemCount(p) = Σ r(u,p),
/// pairCount(p,q) = Σ co(u;p,q). Every change of a history (an event, the window's end, the cap, a removal, a return, an identity, an
/// erasure) is a call of `change`. Each item's table holds its own copy of a pair's count and is bounded: a copy is never above the true sum,
/// and equal to it as long as nothing was evicted.
final class ItemSimilarity: Signal {
    static let name: StaticString = "item_similarity"

    /// What is known of one item.
    struct Row: BitwiseCopyable {
        /// itemCount: the sum of ratings over live histories.
        var count: Int64 = 0
        /// Users whose live history holds the item.
        var users: Int32 = 0
        /// Its neighbours.
        var pairs = PairTable()
    }

    let settings: EngineSettings.ItemSimilaritySettings
    let items: Items
    private let changed: ChangedRows
    private let ids: IDTable
    // One owner, no re-entrance: checked once here by reading, not at every access.
    @exclusivity(unchecked) private(set) var rows = FlatList<Row>()
    /// By item: 1 / √itemCount, 0 without a count. On its own, since lists read it of thousands of items.
    @exclusivity(unchecked) private(set) var inverseRoots = FlatList<Double>()
    /// Pairs that the cap of a table evicted.
    var pairsEvicted: Int64 = 0
    /// Items whose counts changed since `beginBatch`, each once, in the order of their first change.
    @exclusivity(unchecked) private(set) var batchChanges = FlatList<UInt32>()
    @exclusivity(unchecked) private var batchStamps = FlatList<UInt32>()
    private var batchStamp: UInt32 = 0
    @exclusivity(unchecked) private var shrinkages = FlatList<Double>()
    // Scratch memory.
    @exclusivity(unchecked) private var changes = FlatList<PairChange>()
    @exclusivity(unchecked) private var latest = FlatList<EventTime>()
    @exclusivity(unchecked) var selection = TopSelection(limit: 0)
    @exclusivity(unchecked) var best = FlatList<Scored>()
    @exclusivity(unchecked) var similar = FlatList<Similar>()

    init(settings: EngineSettings.ItemSimilaritySettings, items: Items) {
        self.settings = settings
        self.items = items
        changed = items.changed
        ids = items.ids
        for users in 0..<1024 { shrinkages.append(shrinkage(users: Int32(users), uncached: true)) }
    }

    deinit {
        for index in rows.indices { rows[index].pairs.free() }
        rows.free()
        inverseRoots.free()
        changes.free()
        latest.free()
        selection.free()
        best.free()
        similar.free()
        batchChanges.free()
        batchStamps.free()
        shrinkages.free()
    }

    var blend: Int32 { settings.enabled ? settings.blend : 0 }

    /// Bytes held by item, neighbours left out.
    var rowsByteCount: Int { rows.byteCount + inverseRoots.byteCount + batchStamps.byteCount + batchChanges.byteCount }

    /// The same of one item.
    static var bytesPerItem: Int { MemoryLayout<Row>.stride + MemoryLayout<Double>.stride + 2 * MemoryLayout<UInt32>.stride }

    /// w(a) of the settings.
    var weights: ActionWeights {
        ActionWeights(click: settings.clickWeight, cart: settings.cartWeight, purchase: settings.purchaseWeight)
    }

    /// Takes up an item that was just interned.
    func admit(_ item: UInt32) {
        rows.extend(to: max(rows.count, Int(item) + 1), with: Row())
        inverseRoots.extend(to: rows.count, with: 0)
        batchStamps.extend(to: rows.count, with: 0)
    }

    /// Whether an item is similar to any.
    func hasNeighbours(_ item: UInt32) -> Bool { Int(item) < rows.count && rows[Int(item)].pairs.count > 0 }

    /// Forgets an item that no live history holds any more.
    func forget(_ item: UInt32) {
        rows[Int(item)].pairs.free()
        rows[Int(item)] = Row()
        inverseRoots[Int(item)] = 0
    }

    /// Starts the list of changed items anew.
    func beginBatch() {
        batchChanges.removeAll()
        batchStamp &+= 1
    }

    /// n / (n + λ).
    func shrinkage(users: Int32, uncached: Bool = false) -> Double {
        if !uncached, users < 1024 { return shrinkages[Int(users)] }
        let support = Double(users)
        return support == 0 ? 0 : support / (support + Double(settings.shrinkage))
    }

    /// The similarity of `item` and a neighbour, in [0, 1].
    @inline(__always) func similarity(_ item: UInt32, _ neighbour: UInt32, _ pair: PairTable.Support) -> Double {
        inverseRoots[Int(item)] * Double(pair.count) * inverseRoots[Int(neighbour)] * shrinkage(users: pair.users)
    }

    // MARK: The delta

    /// What one change of a share does to the pairs of two items.
    private struct PairChange: BitwiseCopyable {
        var other: UInt32
        /// Where the changed item stands among the other's neighbours; −1: nowhere.
        var place: Int32 = -1
        /// From the changed item to the other.
        var there: PairCell
        /// From the other to the changed item.
        var back: PairCell
    }

    /// The share of `history[index]` went from `old` to what stands there now.
    func change(_ history: FlatList<HistoryEntry>, at index: Int, from old: HistoryShare) {
        let item = history[index].item
        let new = history[index].share
        guard new != old, settings.enabled else { return }
        note(item)
        count(item, from: old, to: new)
        findChanges(history, index, old, new)
        findPlaces(of: item)
        for number in changes.indices {
            let change = changes[number]
            let other = change.other
            if !change.there.isZero { adjust(item, other, at: rows[Int(item)].pairs.find(other), change.there) }
            guard !change.back.isZero else { continue }
            note(other)
            adjust(other, item, at: Int(change.place), change.back)
        }
    }

    private func count(_ number: UInt32, from old: HistoryShare, to new: HistoryShare) {
        let item = Int(number)
        rows[item].count += Int64(new.rating - old.rating)
        rows[item].users += (new.isLive ? 1 : 0) - (old.isLive ? 1 : 0)
        inverseRoots[item] = rows[item].count > 0 ? 1 / Double(rows[item].count).squareRoot() : 0
    }

    /// Lists what changes in pairs with the items of a history.
    private func findChanges(_ history: FlatList<HistoryEntry>, _ index: Int, _ old: HistoryShare, _ new: HistoryShare) {
        changes.removeAll()
        let recent = new.rating > old.rating ? recentEnd(history, index) : nil
        for other in history.indices where other != index && history[other].isLive {
            if let recent, history[other].lastAction < recent { continue }
            let share = history[other].share
            var there = PairCell.links(from: new, to: share) - PairCell.links(from: old, to: share)
            var back = PairCell.links(from: share, to: new) - PairCell.links(from: share, to: old)
            there.count = min(new.rating, share.rating) - min(old.rating, share.rating)
            there.users = (new.isLive ? 1 : 0) - (old.isLive ? 1 : 0)
            back.count = there.count
            back.users = there.users
            guard !there.isZero || !back.isZero else { continue }
            changes.append(PairChange(other: history[other].item, there: there, back: back))
            rows.prefetch(Int(history[other].item))
        }
    }

    /// Looks the item up among the neighbours of each other one. Their tables lie far apart in memory, so all are asked for before one is read.
    private func findPlaces(of item: UInt32) {
        for number in changes.indices { rows[Int(changes[number].other)].pairs.prefetchKeys() }
        for number in changes.indices {
            let place = rows[Int(changes[number].other)].pairs.find(item)
            changes[number].place = Int32(place)
            if place >= 0 { rows[Int(changes[number].other)].pairs.prefetchCell(place) }
        }
    }

    @inline(__always) private func adjust(_ item: UInt32, _ neighbour: UInt32, at place: Int, _ delta: PairCell) {
        if rows[Int(item)].pairs.adjust(neighbour, at: place, by: delta, limit: settings.pairsMax, ids) { pairsEvicted += 1 }
    }

    /// Notes that an item's row is about to change.
    private func note(_ item: UInt32) {
        changed.touch(item)
        guard batchStamps[Int(item)] != batchStamp else { return }
        batchStamps[Int(item)] = batchStamp
        batchChanges.append(item)
    }

    /// With `pairs_recent`, the time from which on entries are paired; `nil` pairs all.
    private func recentEnd(_ history: FlatList<HistoryEntry>, _ changed: Int) -> EventTime? {
        guard let limit = settings.pairsRecent, history.count > limit + 1 else { return nil }
        guard limit > 0 else { return EventTime(milliseconds: .max) }
        latest.removeAll()
        // Histories grow at their end, so the newest come first and few have to move.
        for index in history.indices.reversed() where index != changed { keepLatest(history[index].lastAction, limit) }
        return latest[limit - 1]
    }

    /// Puts a time into `latest`, the `limit` latest seen, latest first.
    private func keepLatest(_ time: EventTime, _ limit: Int) {
        if latest.count == limit {
            guard time > latest[limit - 1] else { return }
            latest.removeLast()
        }
        latest.append(time)
        var place = latest.count - 1
        while place > 0, latest[place - 1] < time {
            latest[place] = latest[place - 1]
            place -= 1
        }
        latest[place] = time
    }

    // MARK: State

    /// Appends what is stored of an item.
    func encode(_ item: UInt32, into bytes: ByteBuffer) {
        let row = rows[Int(item)]
        bytes.append(littleEndian: row.count)
        bytes.append(littleEndian: row.users)
        bytes.append(littleEndian: UInt32(row.pairs.count))
        for index in 0..<row.pairs.count {
            bytes.append(littleEndian: row.pairs.key(index))
            row.pairs[index].encode(into: bytes)
        }
    }

    /// Takes what is stored of an item.
    func decode(_ item: UInt32, from reader: inout ByteReader) throws(CodecError) {
        admit(item)
        var row = Row()
        row.count = try reader.integer()
        row.users = try reader.integer()
        let count = try reader.elementCount(ofAtLeast: 28)
        for _ in 0..<count {
            let neighbour: UInt32 = try reader.integer()
            let cell = try PairCell(from: &reader)
            row.pairs.append(neighbour, cell)
        }
        rows[Int(item)].pairs.free()
        rows[Int(item)] = row
        inverseRoots[Int(item)] = row.count > 0 ? 1 / Double(row.count).squareRoot() : 0
    }
}
