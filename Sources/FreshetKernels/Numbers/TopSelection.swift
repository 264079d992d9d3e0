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
///
/// Offers are gathered, and thrown away all but the best when twice as many as wanted have come: partitions of a small array cost less than
/// a heap's way up and down for each offer.
@frozen
public struct TopSelection {
    @usableFromInline var gathered = FlatList<Scored>()
    @usableFromInline var limit: Int
    /// What is below cannot be among the best.
    @usableFromInline var least = -Double.infinity

    /// A selection of at most `limit`.
    @inlinable public init(limit: Int) { self.limit = limit }

    /// Whether a score may be among the best as far as is known: what costs more than an offer need not be asked otherwise.
    @inlinable @inline(__always) public func mayTake(_ score: Double) -> Bool { score >= least }

    /// Offers one, whose score is a number. Answers whether `discard` is due, so that the order of ties, a closure, is made only then.
    @inlinable @inline(__always) public mutating func offer(_ candidate: Scored) -> Bool {
        guard candidate.score >= least, limit > 0 else { return false }
        gathered.append(candidate)
        return gathered.count - limit >= max(limit, TopSelection.shortRange)
    }

    /// Moves the best into `list`, best first; nothing is left.
    @inlinable public mutating func finish(into list: inout FlatList<Scored>, ties: (UInt32, UInt32) -> Bool) {
        sortBest(from: 0, to: gathered.count, ties)
        list.removeAll()
        for index in 0..<min(limit, gathered.count) { list.append(gathered[index]) }
        gathered.removeAll()
        least = -.infinity
    }

    /// Gives the memory back.
    @inlinable public mutating func free() { gathered.free() }

    /// Starts anew with another limit; there must be nothing in it.
    @inlinable public mutating func begin(limit: Int) {
        precondition(gathered.isEmpty, "finish the selection first")
        self.limit = limit
    }

    /// Ranges up to this length are sorted by insertion.
    @usableFromInline static var shortRange: Int { 16 }

    @inlinable static func isBetter(_ left: Scored, _ right: Scored, _ ties: (UInt32, UInt32) -> Bool) -> Bool {
        left.score != right.score ? left.score > right.score : ties(left.number, right.number)
    }

    /// Throws away all but the best; `ties` is the order among equal scores.
    @inlinable public mutating func discard(ties: (UInt32, UInt32) -> Bool) {
        var (start, end) = (0, gathered.count)
        while end - start > 1 {
            let middle = partition(start, end, ties)
            if middle == limit { break }
            if middle < limit { start = middle + 1 } else { end = middle }
        }
        gathered.truncate(to: limit)
        least = gathered[0].score
        for index in gathered.indices { least = min(least, gathered[index].score) }
    }

    /// Sorts a range, best first, as far as the best reach.
    @inlinable mutating func sortBest(from first: Int, to end: Int, _ ties: (UInt32, UInt32) -> Bool) {
        var start = first
        while end - start > TopSelection.shortRange {
            let middle = partition(start, end, ties)
            sortBest(from: start, to: middle, ties)
            start = middle + 1
            guard start < limit else { return }
        }
        guard end > start else { return }
        for index in start + 1..<max(end, start + 1) {
            let candidate = gathered[index]
            var place = index
            while place > start, TopSelection.isBetter(candidate, gathered[place - 1], ties) {
                gathered[place] = gathered[place - 1]
                place -= 1
            }
            gathered[place] = candidate
        }
    }

    /// Puts the median of three where it belongs: better ones stand before it, the others behind. Answers where that is.
    ///
    /// Every element is swapped, whether or not it is better: which of them are is not to be foreseen, and a wrong guess costs more than a swap.
    @inlinable mutating func partition(_ start: Int, _ end: Int, _ ties: (UInt32, UInt32) -> Bool) -> Int {
        let last = end - 1
        swapAt(median(start, start + (last - start) / 2, last, ties), last)
        let pivot = gathered[last]
        var middle = start
        for index in start..<last {
            let candidate = gathered[index]
            gathered[index] = gathered[middle]
            gathered[middle] = candidate
            middle &+= TopSelection.isBetter(candidate, pivot, ties) ? 1 : 0
        }
        swapAt(middle, last)
        return middle
    }

    @inlinable func median(_ first: Int, _ second: Int, _ third: Int, _ ties: (UInt32, UInt32) -> Bool) -> Int {
        let (a, b, c) = (gathered[first], gathered[second], gathered[third])
        if TopSelection.isBetter(a, b, ties) {
            if TopSelection.isBetter(b, c, ties) { return second }
            return TopSelection.isBetter(a, c, ties) ? third : first
        }
        if TopSelection.isBetter(a, c, ties) { return first }
        return TopSelection.isBetter(b, c, ties) ? third : second
    }

    @inlinable mutating func swapAt(_ left: Int, _ right: Int) {
        let held = gathered[left]
        gathered[left] = gathered[right]
        gathered[right] = held
    }
}
