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
        /// 1 / √count, kept for lists; 0 without a count.
        var inverseRoot = 0.0
        /// Its neighbours.
        var pairs = CountTable<PairCell>()

        /// Brings the root up to the count.
        mutating func keepRoot() { inverseRoot = count > 0 ? 1 / Double(count).squareRoot() : 0 }
    }

    let settings: EngineSettings.ItemSimilaritySettings
    let items: Items
    // One owner, no re-entrance: checked once here by reading, not at every access.
    @exclusivity(unchecked) private(set) var rows = FlatList<Row>()
    /// Pairs that the cap of a table evicted.
    var pairsEvicted: Int64 = 0
    /// Items whose counts changed since `beginBatch`, each once, in the order of their first change.
    @exclusivity(unchecked) private(set) var batchChanges = FlatList<UInt32>()
    @exclusivity(unchecked) private var batchStamps = FlatList<UInt32>()
    private var batchStamp: UInt32 = 0
    @exclusivity(unchecked) private var shrinkages = FlatList<Double>()

    init(settings: EngineSettings.ItemSimilaritySettings, items: Items) {
        self.settings = settings
        self.items = items
        for users in 0..<1024 { shrinkages.append(shrinkage(users: Int32(users), uncached: true)) }
    }

    deinit {
        for index in rows.indices { rows[index].pairs.free() }
        rows.free()
        batchChanges.free()
        batchStamps.free()
        shrinkages.free()
    }

    var blend: Int32 { settings.enabled ? settings.blend : 0 }

    /// w(a) of the settings.
    var weights: ActionWeights {
        ActionWeights(click: settings.clickWeight, cart: settings.cartWeight, purchase: settings.purchaseWeight)
    }

    /// Takes up an item that was just interned.
    func admit(_ item: UInt32) {
        rows.extend(to: max(rows.count, Int(item) + 1), with: Row())
        batchStamps.extend(to: rows.count, with: 0)
    }

    /// Forgets an item that no live history holds any more.
    func forget(_ item: UInt32) {
        rows[Int(item)].pairs.free()
        rows[Int(item)] = Row()
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

    /// The similarity of `item` and the neighbour in `cell`, in [0, 1].
    func similarity(_ item: UInt32, _ neighbour: UInt32, _ cell: PairCell) -> Double {
        let product = Double(rows[Int(item)].count) * Double(rows[Int(neighbour)].count)
        guard product > 0 else { return 0 }
        return Double(cell.count) / product.squareRoot() * shrinkage(users: cell.users)
    }

    // MARK: The delta

    /// The share of `history[index]` went from `old` to what stands there now.
    func change(_ history: FlatList<HistoryEntry>, at index: Int, from old: HistoryShare) {
        let entry = history[index]
        guard entry.share != old, settings.enabled else { return }
        note(entry.item)
        rows[Int(entry.item)].count += Int64(entry.share.rating - old.rating)
        rows[Int(entry.item)].keepRoot()
        rows[Int(entry.item)].users += (entry.share.isLive ? 1 : 0) - (old.isLive ? 1 : 0)
        let recent = recentEnd(history, entry)
        for other in history.indices where other != index && history[other].share.isLive {
            if let recent, entry.share.rating > old.rating, history[other].lastAction < recent { continue }
            pair(entry.item, old, entry.share, with: history[other])
        }
    }

    private func pair(_ item: UInt32, _ old: HistoryShare, _ new: HistoryShare, with other: HistoryEntry) {
        let share = other.share
        var there = PairCell.links(from: new, to: share) - PairCell.links(from: old, to: share)
        var back = PairCell.links(from: share, to: new) - PairCell.links(from: share, to: old)
        let count = min(new.rating, share.rating) - min(old.rating, share.rating)
        let users: Int32 = (new.isLive ? 1 : 0) - (old.isLive ? 1 : 0)
        there.count = count
        there.users = users
        back.count = count
        back.users = users
        if !there.isZero { adjust(item, other.item, there) }
        if !back.isZero {
            note(other.item)
            adjust(other.item, item, back)
        }
    }

    private func adjust(_ item: UInt32, _ neighbour: UInt32, _ delta: PairCell) {
        let place = rows[Int(item)].pairs.find(neighbour)
        if place >= 0 {
            rows[Int(item)].pairs[place].add(delta)
            if rows[Int(item)].pairs[place].users == 0 { rows[Int(item)].pairs.swapRemove(at: place) }
        } else if delta.hasGain {
            insert(item, neighbour, PairCell(gainOf: delta))
        }
    }

    private func insert(_ item: UInt32, _ neighbour: UInt32, _ cell: PairCell) {
        guard rows[Int(item)].pairs.count >= settings.pairsMax else {
            _ = rows[Int(item)].pairs.append(neighbour, cell)
            return
        }
        pairsEvicted += 1
        guard let least = leastPair(of: item) else { return }
        let pairs = rows[Int(item)].pairs
        let leaves = pairs[least].count != cell.count ? pairs[least].count < cell.count : items.ids.precedes(neighbour, pairs.key(least))
        guard leaves else { return }
        rows[Int(item)].pairs.swapRemove(at: least)
        _ = rows[Int(item)].pairs.append(neighbour, cell)
    }

    /// The pair that leaves first: the smallest count, among equals the last id.
    private func leastPair(of item: UInt32) -> Int? {
        let pairs = rows[Int(item)].pairs
        guard pairs.count > 0 else { return nil }
        var least = 0
        for index in 1..<max(pairs.count, 1) {
            let count = pairs[index].count
            if count < pairs[least].count || count == pairs[least].count && items.ids.precedes(pairs.key(least), pairs.key(index)) { least = index }
        }
        return least
    }

    /// Notes that an item's row is about to change.
    private func note(_ item: UInt32) {
        items.changed.touch(item)
        guard batchStamps[Int(item)] != batchStamp else { return }
        batchStamps[Int(item)] = batchStamp
        batchChanges.append(item)
    }

    /// With `pairs_recent`, the time from which on entries are paired; `nil` pairs all.
    private func recentEnd(_ history: FlatList<HistoryEntry>, _ entry: HistoryEntry) -> EventTime? {
        guard let limit = settings.pairsRecent, history.count > limit + 1 else { return nil }
        var times = FlatList<EventTime>()
        defer { times.free() }
        for index in history.indices where history[index].item != entry.item { times.append(history[index].lastAction) }
        times.sort { $0 > $1 }
        return limit < 1 ? EventTime(milliseconds: .max) : times[limit - 1]
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
        row.keepRoot()
        row.users = try reader.integer()
        let count = try reader.elementCount(ofAtLeast: 28)
        for _ in 0..<count {
            let neighbour: UInt32 = try reader.integer()
            let cell = try PairCell(from: &reader)
            _ = row.pairs.append(neighbour, cell)
        }
        rows[Int(item)].pairs.free()
        rows[Int(item)] = row
    }
}
