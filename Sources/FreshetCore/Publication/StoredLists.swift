import FreshetKernels

/// The newest list of each user, so that it can go out again without an item that may not be shown any more. Kept only where there is a
/// catalogue or a rule: without them nothing is taken out.
final class StoredLists {
    let changed = ChangedRows()
    /// By user number: the list, packed; empty where there is none.
    @exclusivity(unchecked) private var lists = FlatList<FlatList<UInt8>>()
    private let scratch = ByteBuffer()
    /// What one packed item has at least: number, score, the number of its reasons.
    private static let itemBytesMin = 13

    deinit {
        for index in lists.indices { lists[index].free() }
        lists.free()
    }

    /// Bytes of memory held.
    var byteCount: Int { lists.indices.reduce(lists.byteCount + changed.byteCount) { $0 + lists[$1].byteCount } }

    /// Bytes of one user's list of so many items, each with a reason of every signal.
    static func byteCount(forLength length: Int) -> Int {
        MemoryLayout<FlatList<UInt8>>.stride + 5 + length * (itemBytesMin + RecommendedList.signalNames.count * 7)
    }

    /// Whether there is a list of a user.
    func holds(_ user: UInt32) -> Bool { Int(user) < lists.count && !lists[Int(user)].isEmpty }

    /// Keeps a user's list in the place of an earlier one.
    func put(_ user: UInt32, _ list: RecommendedList) {
        scratch.removeAll()
        scratch.append(list.rung.rawValue)
        scratch.append(littleEndian: UInt32(list.count))
        for place in 0..<list.count {
            let item = list[place]
            scratch.append(littleEndian: item.number)
            scratch.append(littleEndian: item.score.bitPattern)
            scratch.append(UInt8(item.reasonsEnd - item.reasonsStart))
            for index in Int(item.reasonsStart)..<Int(item.reasonsEnd) {
                let reason = list.reasons[index]
                scratch.append(reason.signal)
                scratch.append(littleEndian: reason.item ?? .max)
                scratch.append(littleEndian: Int16(reason.share))
            }
        }
        set(user, scratch.view)
    }

    private func set(_ user: UInt32, _ bytes: ByteView) {
        lists.extend(to: max(lists.count, Int(user) + 1), with: FlatList())
        changed.touch(user)
        lists[Int(user)].removeAll()
        for index in 0..<bytes.count { lists[Int(user)].append(bytes[index], limit: bytes.count) }
    }

    /// Forgets a user's list.
    func forget(_ user: UInt32) {
        guard holds(user) else { return }
        changed.touch(user)
        lists[Int(user)].free()
    }

    /// Whether an item of a user's list is one of those.
    func holds(_ user: UInt32, itemWhere isWanted: (UInt32) -> Bool) -> Bool {
        guard holds(user) else { return false }
        var isFound = false
        read(user) { _ in } item: { item, _ in
            if isWanted(item.number) { isFound = true }
        }
        return isFound
    }

    /// Makes a user's list again without some items; answers those.
    func load(_ user: UInt32, into list: RecommendedList, without isLeftOut: (UInt32) -> Bool) -> [UInt32] {
        list.removeAll()
        var leftOut: [UInt32] = []
        read(user) { list.rung = $0 } item: { item, reasons in
            guard !isLeftOut(item.number) else { return leftOut.append(item.number) }
            let start = list.reasons.count
            for reason in reasons { list.reasons.append(reason) }
            list.items.append(
                RecommendedList.Item(
                    number: item.number, score: item.score, reasonsStart: Int32(start), reasonsEnd: Int32(list.reasons.count)))
        }
        return leftOut
    }

    /// Takes items out of all lists that left: another item may get the number next.
    func forgetItems(_ departed: FlatList<UInt32>, _ list: RecommendedList) {
        guard !departed.isEmpty, !lists.isEmpty else { return }
        var isGone = FlatList<Bool>()
        for index in departed.indices {
            isGone.extend(to: max(isGone.count, Int(departed[index]) + 1), with: false)
            isGone[Int(departed[index])] = true
        }
        func hasGone(_ item: UInt32?) -> Bool { item.map { Int($0) < isGone.count && isGone[Int($0)] } ?? false }
        for user in lists.indices where holds(UInt32(user)) {
            var isHeld = false
            read(UInt32(user)) { _ in } item: { item, reasons in
                if hasGone(item.number) || reasons.contains(where: { hasGone($0.item) }) { isHeld = true }
            }
            guard isHeld else { continue }
            _ = load(UInt32(user), into: list) { hasGone($0) }
            for index in list.reasons.indices where hasGone(list.reasons[index].item) { list.reasons[index].item = nil }
            put(UInt32(user), list)
        }
        isGone.free()
    }

    private func read(
        _ user: UInt32, rung: (Rung) -> Void, item: ((number: UInt32, score: Double), [Reason]) -> Void
    ) {
        do throws(CodecError) {
            var reader = ByteReader(ByteView(UnsafeRawBufferPointer(lists[Int(user)].buffer)))
            try StoredLists.read(&reader, rung: rung, item: item)
        } catch {
            preconditionFailure("a list was packed otherwise: \(error.message)")
        }
    }

    private static func read(
        _ reader: inout ByteReader, rung: (Rung) -> Void, item: ((number: UInt32, score: Double), [Reason]) -> Void
    ) throws(CodecError) {
        guard let stored = Rung(rawValue: try reader.integer()) else { throw CodecError(message: "its rung is not known") }
        rung(stored)
        var reasons: [Reason] = []
        for _ in 0..<(try reader.elementCount(ofAtLeast: itemBytesMin)) {
            let number: UInt32 = try reader.integer()
            let score: UInt64 = try reader.integer()
            let count: UInt8 = try reader.integer()
            reasons.removeAll(keepingCapacity: true)
            for _ in 0..<count {
                let signal: UInt8 = try reader.integer()
                let because: UInt32 = try reader.integer()
                let share: Int16 = try reader.integer()
                guard Int(signal) < RecommendedList.signalNames.count else { throw CodecError(message: "signal \(signal) is not known") }
                reasons.append(Reason(signal: signal, item: because == .max ? nil : because, share: Int32(share)))
            }
            item((number, Double(bitPattern: score)), reasons)
        }
    }

    // MARK: Stored rows

    /// Appends a user's row.
    func encode(_ user: UInt32, into bytes: ByteBuffer) { bytes.append(ByteView(UnsafeRawBufferPointer(lists[Int(user)].buffer))) }

    /// Takes a user's stored row, whose items must exist.
    func decode(_ user: UInt32, _ row: ByteView, items: IDTable) throws(CodecError) {
        var reader = ByteReader(row)
        var isBroken = false
        try StoredLists.read(&reader) { _ in } item: { item, reasons in
            if !items.contains(number: item.number) { isBroken = true }
            for reason in reasons { if let because = reason.item, !items.contains(number: because) { isBroken = true } }
        }
        try reader.finish()
        if isBroken { throw CodecError(message: "a list names an item that does not exist") }
        lists.extend(to: max(lists.count, Int(user) + 1), with: FlatList())
        for index in 0..<row.count { lists[Int(user)].append(row[index], limit: row.count) }
    }
}
