import FreshetKernels

/// Which users' lists are still to be looked through for items that may not be shown any more.
///
/// Lists are looked through in turn, some in each batch: whatever is barred meanwhile is found in the rest of the round, or in the next one.
struct Sweep: Equatable {
    /// The user number that is looked at next.
    private(set) var next: UInt32 = 0
    /// Numbers that are still to be looked at.
    private(set) var left: UInt32 = 0
    /// Behind the numbers of the round: lists of users who came since were made without what is barred.
    private(set) var end: UInt32 = 0

    /// Whether nothing is left to be looked at.
    var isDone: Bool { left == 0 }

    /// Something was barred: all numbers below `end` are to be looked at, from here on and round.
    mutating func begin(below end: Int) { (self.end, left) = (UInt32(end), UInt32(end)) }

    /// Takes the next number; `nil` where the round is done.
    mutating func take() -> UInt32? {
        guard left > 0 else { return nil }
        if next >= end { next = 0 }
        defer {
            next += 1
            left -= 1
        }
        return next
    }

    /// Nothing to be looked at.
    init() {}

    // MARK: State

    /// Appends where it stands.
    func encode(into bytes: ByteBuffer) { for number in [next, left, end] { bytes.append(littleEndian: number) } }

    /// Reads what `encode` wrote.
    init(from reader: inout ByteReader) throws(CodecError) {
        (next, left, end) = (try reader.integer(), try reader.integer(), try reader.integer())
        guard left <= end else { throw CodecError(message: "a sweep looks at \(left) users of \(end)") }
    }
}
