/// Something with a score; ties are broken by the caller's total order.
@frozen
public struct Scored: BitwiseCopyable, Sendable {
    /// The interned number.
    public var number: UInt32
    /// Its score.
    public var score: Double

    /// A number with its score.
    @inlinable public init(number: UInt32, score: Double) {
        self.number = number
        self.score = score
    }
}

/// Keeps the `limit` best of what is offered, by falling score and, among equals, by a total order of numbers.
@frozen
public struct TopSelection {
    @usableFromInline var heap = FlatHeap<Scored>()
    @usableFromInline var limit: Int

    /// A selection of at most `limit`.
    @inlinable public init(limit: Int) { self.limit = limit }

    /// Offers one; `ties` is the order among equal scores.
    @inlinable public mutating func offer(_ candidate: Scored, ties: (UInt32, UInt32) -> Bool) {
        if heap.count < limit {
            heap.push(candidate) { TopSelection.isWorse($0, $1, ties) }
        } else if let worst = heap.top, limit > 0, TopSelection.isWorse(worst, candidate, ties) {
            heap.replaceTop(candidate) { TopSelection.isWorse($0, $1, ties) }
        }
    }

    /// Moves the best into `list`, best first; nothing is left.
    @inlinable public mutating func finish(into list: inout FlatList<Scored>, ties: (UInt32, UInt32) -> Bool) {
        list.removeAll()
        list.extend(to: heap.count, with: Scored(number: 0, score: 0))
        // The heap gives the worst first.
        while let worst = heap.top {
            list[heap.count - 1] = worst
            heap.pop { TopSelection.isWorse($0, $1, ties) }
        }
    }

    /// Gives the memory back.
    @inlinable public mutating func free() { heap.free() }

    /// Starts anew with another limit; there must be nothing in it.
    @inlinable public mutating func begin(limit: Int) {
        precondition(heap.count == 0, "finish the selection first")
        self.limit = limit
    }

    @inlinable static func isWorse(_ left: Scored, _ right: Scored, _ ties: (UInt32, UInt32) -> Bool) -> Bool {
        left.score != right.score ? left.score < right.score : ties(right.number, left.number)
    }
}
