import FreshetKernels

/// Items whose counts changed and whose similar items were not looked at since, in the order of their first change; each stands here once.
///
/// One event can end the silence of a month and change every item there is: what one batch does not write, the next ones do.
final class OwedItems {
    @exclusivity(unchecked) private var numbers = FlatList<UInt32>()
    @exclusivity(unchecked) private var isOwed = FlatList<Bool>()

    deinit {
        numbers.free()
        isOwed.free()
    }

    /// The number of items.
    var count: Int { numbers.count }

    /// Bytes of memory held.
    var byteCount: Int { numbers.byteCount + isOwed.byteCount }

    /// Adds an item where it is not there yet.
    func add(_ item: UInt32) {
        isOwed.extend(to: max(isOwed.count, Int(item) + 1), with: false)
        guard !isOwed[Int(item)] else { return }
        isOwed[Int(item)] = true
        numbers.append(item)
    }

    /// Takes the first items out, `limit` at most, each with a call of `body`.
    func take(_ limit: Int, _ body: (UInt32) -> Void) {
        let taken = min(limit, numbers.count)
        for index in 0..<taken {
            isOwed[Int(numbers[index])] = false
            body(numbers[index])
        }
        numbers.removeFirst(taken)
    }

    /// Takes items out that left.
    func forget(_ departed: FlatList<UInt32>) {
        var isHeld = false
        for index in departed.indices where Int(departed[index]) < isOwed.count && isOwed[Int(departed[index])] {
            isOwed[Int(departed[index])] = false
            isHeld = true
        }
        guard isHeld else { return }
        var kept = 0
        for index in numbers.indices where isOwed[Int(numbers[index])] {
            numbers[kept] = numbers[index]
            kept += 1
        }
        numbers.truncate(to: kept)
    }

    // MARK: State

    /// Appends the numbers in their order.
    func encode(into bytes: ByteBuffer) {
        bytes.append(littleEndian: UInt32(numbers.count))
        for index in numbers.indices { bytes.append(littleEndian: numbers[index]) }
    }

    /// Takes stored numbers.
    func decode(from reader: inout ByteReader) throws(CodecError) {
        for _ in 0..<(try reader.elementCount(ofAtLeast: 4)) { numbers.append(try reader.integer()) }
    }

    /// Makes what is not stored, after the last item. Answers `false` where an item is missing or stands here twice.
    func finishRestore(_ ids: IDTable) -> Bool {
        isOwed.extend(to: ids.numbersEnd, with: false)
        for index in numbers.indices {
            guard ids.contains(number: numbers[index]), !isOwed[Int(numbers[index])] else { return false }
            isOwed[Int(numbers[index])] = true
        }
        return true
    }
}
