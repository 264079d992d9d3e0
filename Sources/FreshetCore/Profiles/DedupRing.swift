import FreshetKernels

/// The event ids remembered: a ring that overwrites the oldest, with an index by fingerprint.
final class DedupRing {
    /// One remembered id.
    struct Slot: BitwiseCopyable {
        var fingerprint = Fingerprint(high: 0, low: 0)
        var time = EventTime.never
    }

    /// Slots of a stored row.
    static let blockSlots = 256

    let changed = ChangedRows()
    let slotsMax: Int
    @exclusivity(unchecked) private(set) var slots = FlatList<Slot>()
    /// The slot that the next id goes to.
    @exclusivity(unchecked) private(set) var next = 0
    @exclusivity(unchecked) private var index = FlatList<UInt32>()
    private let keyed = KeyedHash()

    /// A ring of at most `slotsMax` ids.
    init(slotsMax: Int) {
        self.slotsMax = slotsMax
        index.extend(to: 64, with: 0)
    }

    deinit {
        slots.free()
        index.free()
    }

    /// Whether the id was seen after `horizonEnd`. Otherwise it is remembered as of `time`.
    func isDuplicate(_ fingerprint: Fingerprint, at time: EventTime, after horizonEnd: EventTime) -> Bool {
        if let slot = find(fingerprint) {
            if slots[slot].time > horizonEnd { return true }
            touch(slot)
            slots[slot].time = time
            return false
        }
        remember(Slot(fingerprint: fingerprint, time: time))
        return false
    }

    /// Whether the id is remembered, however long ago it was seen.
    func holds(_ fingerprint: Fingerprint) -> Bool { find(fingerprint) != nil }

    /// Bytes of memory held.
    var byteCount: Int { slots.byteCount + index.byteCount }

    /// The same of one id: its slot, its share of an index at most half full, and of the changed rows.
    static var bytesPerID: Int { MemoryLayout<Slot>.stride + 4 * MemoryLayout<UInt32>.stride }

    /// Takes a stored ring: `slots` in place, `next` as it was.
    func restore(slot: Slot) { slots.append(slot, limit: slotsMax) }

    /// Makes the index after the last slot. Answers `false` where the position is impossible.
    func finishRestore(next: Int) -> Bool {
        guard slots.count <= slotsMax, next >= 0, next <= slots.count, next < max(slotsMax, 1) else { return false }
        self.next = next
        rebuildIndex()
        return true
    }

    private func touch(_ slot: Int) { changed.touch(UInt32(slot / DedupRing.blockSlots)) }

    private func remember(_ entry: Slot) {
        guard slotsMax > 0 else { return }
        touch(next)
        if next == slots.count {
            slots.append(entry, limit: slotsMax)
            if slots.count * 2 > index.count { rebuildIndex() } else { link(next) }
        } else {
            unlink(next)
            slots[next] = entry
            link(next)
        }
        next = next + 1 == slotsMax ? 0 : next + 1
    }

    private func find(_ fingerprint: Fingerprint) -> Int? {
        var place = home(fingerprint)
        while index[place] != 0 {
            let slot = Int(index[place] - 1)
            if slots[slot].fingerprint == fingerprint { return slot }
            place = (place + 1) & (index.count - 1)
        }
        return nil
    }

    private func home(_ fingerprint: Fingerprint) -> Int { Int(truncatingIfNeeded: keyed.hash(fingerprint)) & (index.count - 1) }

    private func link(_ slot: Int) {
        var place = home(slots[slot].fingerprint)
        while index[place] != 0 { place = (place + 1) & (index.count - 1) }
        index[place] = UInt32(slot + 1)
    }

    private func unlink(_ slot: Int) {
        let mask = index.count - 1
        var gap = home(slots[slot].fingerprint)
        while index[gap] != UInt32(slot + 1) { gap = (gap + 1) & mask }
        var place = (gap + 1) & mask
        while index[place] != 0 {
            let home = home(slots[Int(index[place] - 1)].fingerprint)
            if (place - home) & mask >= (place - gap) & mask {
                index[gap] = index[place]
                gap = place
            }
            place = (place + 1) & mask
        }
        index[gap] = 0
    }

    private func rebuildIndex() {
        var size = max(index.count, 64)
        // At most half full, with room to grow as long as the ring does.
        while size < min(slots.count * 3, slotsMax * 2) { size *= 2 }
        index.removeAll()
        index.extend(to: size, with: 0)
        for slot in slots.indices { link(slot) }
    }
}
