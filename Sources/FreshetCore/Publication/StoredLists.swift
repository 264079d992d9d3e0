import FreshetKernels

/// The newest list of each user, so that it can go out again without an item that may not be shown any more. Kept only where there is a
/// catalogue or a rule: without them nothing is taken out.
///
/// A packed list is its rung, the number of its items, their numbers, and then of each item its score and its reasons: a look for an item reads
/// the numbers only.
final class StoredLists {
    let changed = ChangedRows()
    /// By user number: the list, packed; empty where there is none.
    @exclusivity(unchecked) private var lists = FlatList<FlatList<UInt8>>()
    private let scratch = ByteBuffer()
    private static let headBytes = 5
    private static let numberBytes = MemoryLayout<UInt32>.size
    /// What one packed item has at least behind its number: score, the number of its reasons.
    private static let restBytesMin = 9
    /// What one reason has at least: signal, item, share, the length of its term.
    private static let reasonBytes = 8
    /// Signals that name a term.
    private static let termsMax = 2

    deinit {
        for index in lists.indices { lists[index].free() }
        lists.free()
    }

    /// Bytes of memory held.
    var byteCount: Int { lists.indices.reduce(lists.byteCount + changed.byteCount) { $0 + lists[$1].byteCount } }

    /// Bytes of one user's list of so many items, each with a reason of every signal.
    static func byteCount(forLength length: Int) -> Int {
        let itemBytes = numberBytes + restBytesMin + RecommendedList.signalNames.count * reasonBytes + termsMax * Tokenizer.termBytesMax
        return MemoryLayout<FlatList<UInt8>>.stride + headBytes + length * itemBytes
    }

    /// Whether there is a list of a user.
    func holds(_ user: UInt32) -> Bool { Int(user) < lists.count && !lists[Int(user)].isEmpty }

    /// Keeps a user's list in the place of an earlier one.
    func put(_ user: UInt32, _ list: RecommendedList) {
        scratch.removeAll()
        scratch.append(list.rung.rawValue)
        scratch.append(littleEndian: UInt32(list.count))
        for place in 0..<list.count { scratch.append(littleEndian: list[place].number) }
        for place in 0..<list.count {
            let item = list[place]
            scratch.append(littleEndian: item.score.bitPattern)
            scratch.append(UInt8(item.reasonsEnd - item.reasonsStart))
            for index in Int(item.reasonsStart)..<Int(item.reasonsEnd) {
                let reason = list.reasons[index]
                scratch.append(reason.signal)
                scratch.append(littleEndian: reason.item ?? .max)
                scratch.append(littleEndian: Int16(reason.share))
                let term = list.term(of: reason)
                scratch.append(UInt8(term.count))
                scratch.append(term)
            }
        }
        lists.extend(to: max(lists.count, Int(user) + 1), with: FlatList())
        changed.touch(user)
        set(user, scratch.view)
    }

    private func set(_ user: UInt32, _ bytes: ByteView) {
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
        let bytes = lists[Int(user)].view
        for place in 0..<StoredLists.count(bytes) where isWanted(StoredLists.number(bytes, place)) { return true }
        return false
    }

    /// Makes a user's list again without some items; answers those.
    func load(_ user: UInt32, into list: RecommendedList, without isLeftOut: (UInt32) -> Bool) -> [UInt32] {
        do throws(CodecError) {
            return try StoredLists.read(lists[Int(user)].view, into: list, without: isLeftOut)
        } catch {
            preconditionFailure("a list was packed otherwise: \(error.message)")
        }
    }

    /// Takes items out of all lists that left: another item may get the number next.
    func forgetItems(_ departed: FlatList<UInt32>, _ list: RecommendedList) {
        guard !departed.isEmpty, !lists.isEmpty else { return }
        var isGone = FlatList<Bool>()
        for index in departed.indices {
            isGone.extend(to: max(isGone.count, Int(departed[index]) + 1), with: false)
            isGone[Int(departed[index])] = true
        }
        func hasGone(_ item: UInt32) -> Bool { Int(item) < isGone.count && isGone[Int(item)] }
        for user in lists.indices where holds(UInt32(user)) {
            let leftOut = load(UInt32(user), into: list, without: hasGone)
            var isNamed = false
            for index in list.reasons.indices where list.reasons[index].item.map(hasGone) ?? false {
                list.reasons[index].item = nil
                isNamed = true
            }
            if isNamed || !leftOut.isEmpty { put(UInt32(user), list) }
        }
        isGone.free()
    }

    private static func count(_ bytes: ByteView) -> Int {
        Int(UInt32(littleEndian: bytes.buffer.loadUnaligned(fromByteOffset: 1, as: UInt32.self)))
    }

    private static func number(_ bytes: ByteView, _ place: Int) -> UInt32 {
        UInt32(littleEndian: bytes.buffer.loadUnaligned(fromByteOffset: headBytes + place * numberBytes, as: UInt32.self))
    }

    private static func read(
        _ bytes: ByteView, into list: RecommendedList, without isLeftOut: (UInt32) -> Bool
    ) throws(CodecError) -> [UInt32] {
        list.removeAll()
        var reader = ByteReader(bytes)
        guard let rung = Rung(rawValue: try reader.integer()) else { throw CodecError(message: "its rung is not known") }
        list.rung = rung
        let count = try reader.elementCount(ofAtLeast: numberBytes + restBytesMin)
        var rest = ByteReader(bytes[headBytes + count * numberBytes..<bytes.count])
        var leftOut: [UInt32] = []
        for _ in 0..<count {
            let number: UInt32 = try reader.integer()
            let score: UInt64 = try rest.integer()
            let reasons: UInt8 = try rest.integer()
            let start = list.reasons.count
            for _ in 0..<reasons { list.reasons.append(try reason(&rest, of: list)) }
            if isLeftOut(number) {
                leftOut.append(number)
                list.reasons.truncate(to: start)
            } else {
                list.items.append(
                    RecommendedList.Item(
                        number: number, score: Double(bitPattern: score), reasonsStart: Int32(start), reasonsEnd: Int32(list.reasons.count)))
            }
        }
        try rest.finish()
        return leftOut
    }

    private static func reason(_ reader: inout ByteReader, of list: RecommendedList) throws(CodecError) -> Reason {
        let signal: UInt8 = try reader.integer()
        let because: UInt32 = try reader.integer()
        let share: Int16 = try reader.integer()
        guard Int(signal) < RecommendedList.signalNames.count else { throw CodecError(message: "signal \(signal) is not known") }
        let length: UInt8 = try reader.integer()
        return Reason(signal: signal, item: because == .max ? nil : because, share: Int32(share), term: list.addTerm(try reader.view(Int(length))))
    }

    // MARK: Stored rows

    /// Appends a user's row.
    func encode(_ user: UInt32, into bytes: ByteBuffer) { bytes.append(lists[Int(user)].view) }

    /// Takes a user's stored row, whose items must exist.
    func decode(_ user: UInt32, _ row: ByteView, items: IDTable) throws(CodecError) {
        let list = RecommendedList()
        _ = try StoredLists.read(row, into: list, without: { _ in false })
        let areKnown =
            list.items.indices.allSatisfy { items.contains(number: list.items[$0].number) }
            && list.reasons.indices.allSatisfy { list.reasons[$0].item.map(items.contains(number:)) ?? true }
        guard areKnown else { throw CodecError(message: "a list names an item that does not exist") }
        lists.extend(to: max(lists.count, Int(user) + 1), with: FlatList())
        set(user, row)
    }
}
