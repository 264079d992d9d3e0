import FreshetKernels

/// A bounded table of decayed counts of items: of more than its limit the one with the smallest count leaves, among equals the last id.
extension CountTable where Cell == DecayedCount {
    /// Adds to an item's count. Answers whether the table was full of others, so that one of them or the newcomer had to leave.
    mutating func add(_ weight: Int64, to item: UInt32, at time: EventTime, halfLife: Int64, limit: Int, _ ids: IDTable) -> Bool {
        let place = find(item)
        if place >= 0 {
            self[place].add(weight, at: time.milliseconds, halfLife: halfLife)
            return false
        }
        var cell = DecayedCount.zero
        cell.add(weight, at: time.milliseconds, halfLife: halfLife)
        return enter(item, cell, limit: limit, ids)
    }

    /// Takes up an item with its count. Answers whether the table was full of others, so that one of them or the newcomer had to leave.
    mutating func enter(_ item: UInt32, _ cell: DecayedCount, limit: Int, _ ids: IDTable) -> Bool {
        let isFull = count >= limit
        if isFull {
            guard let least = leastPlace(ids), !isLess(cell, item, than: least, ids) else { return true }
            swapRemove(at: least)
        }
        _ = append(item, cell)
        return isFull
    }

    /// Where the item stands that leaves first.
    private func leastPlace(_ ids: IDTable) -> Int? {
        guard count > 0 else { return nil }
        var least = 0
        for index in 1..<max(count, 1) where isLess(self[index], key(index), than: least, ids) { least = index }
        return least
    }

    private func isLess(_ cell: DecayedCount, _ item: UInt32, than place: Int, _ ids: IDTable) -> Bool {
        if DecayedCount.exceeds(self[place], cell) { return true }
        return !DecayedCount.exceeds(cell, self[place]) && ids.precedes(key(place), item)
    }

    /// Appends what is stored of the table.
    func encode(into bytes: ByteBuffer) {
        bytes.append(littleEndian: UInt32(count))
        for place in 0..<count {
            bytes.append(littleEndian: key(place))
            bytes.append(decayed: self[place])
        }
    }

    /// Adds what `encode` wrote.
    mutating func decode(from reader: inout ByteReader) throws(CodecError) {
        for _ in 0..<(try reader.elementCount(ofAtLeast: 16)) {
            let item: UInt32 = try reader.integer()
            _ = append(item, try reader.decayed())
        }
    }
}
