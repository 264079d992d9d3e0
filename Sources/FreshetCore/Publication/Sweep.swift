import FreshetKernels

/// Which users' lists are still to be looked through for items that may not be shown any more.
///
/// Lists are looked through in turn, some in each batch: whatever is barred meanwhile is found in the rest of the round, or in the next one.
struct Sweep: Equatable {
    /// The user number that is looked at next.
    private(set) var next: UInt32 = 0
    /// Numbers that are still to be looked at.
    private(set) var left = 0

    /// Whether nothing is left to be looked at.
    var isDone: Bool { left == 0 }

    /// Something was barred: all numbers below `end` are to be looked at, from here on and round.
    mutating func begin(below end: Int) { left = end }

    /// Takes the next number; those from `end` on have no list. `nil` where the round is done.
    mutating func take(below end: Int) -> UInt32? {
        guard left > 0, end > 0 else {
            left = 0
            return nil
        }
        if Int(next) >= end { next = 0 }
        defer {
            next += 1
            left -= 1
        }
        return next
    }

    /// Appends where it stands.
    func encode(into bytes: ByteBuffer) {
        bytes.append(littleEndian: next)
        bytes.append(littleEndian: UInt32(left))
    }

    /// Reads what `encode` wrote.
    init(from reader: inout ByteReader) throws(CodecError) {
        next = try reader.integer()
        let left: UInt32 = try reader.integer()
        self.left = Int(left)
    }

    /// Nothing to be looked at.
    init() {}
}
