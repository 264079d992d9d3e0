/// A count that halves with every half-life, by forward decay (Cormode, Shkapenyuk, Srivastava and Xu, 2009) in fixed point.
///
/// Time is cut into blocks of one half-life. The mantissa holds the count relative to the start of its block with `scaleBits` bits
/// behind the point; an event in a later block moves the count there first. The same bits for the same order of events on every machine.
@frozen
public struct DecayedCount: BitwiseCopyable, Sendable, Equatable {
    /// Bits behind the point.
    public static let scaleBits: Int64 = 20
    /// One event of weight 1 at the start of a block.
    public static let one: Int64 = 1 << scaleBits
    @usableFromInline static let mantissaMax: Int64 = 1 << 60

    /// The count in units of 2^-20, as of the start of `block`.
    public var mantissa: Int64
    /// The number of the block since the epoch.
    public var block: Int32

    /// A count from its parts.
    @inlinable public init(mantissa: Int64 = 0, block: Int32 = .min) {
        self.mantissa = mantissa
        self.block = block
    }

    /// Nothing counted.
    @inlinable public static var zero: DecayedCount { DecayedCount() }

    /// Adds `weight` (in units of 2^-20) as of `milliseconds`. Late events count less, as if they had come in time.
    @inlinable public mutating func add(_ weight: Int64, at milliseconds: Int64, halfLife: Int64) {
        let part = part(weight, at: milliseconds, halfLife: halfLife)
        mantissa = min(mantissa &+ part, DecayedCount.mantissaMax)
    }

    /// Takes back what `add` added with the same weight and time; a unit of 2^-20 may stay, where the count has moved on since.
    @inlinable public mutating func subtract(_ weight: Int64, at milliseconds: Int64, halfLife: Int64) {
        let part = part(weight, at: milliseconds, halfLife: halfLife)
        mantissa = max(mantissa &- part, 0)
    }

    /// What an event is worth in the block of this count, which moves on to the event's own where that is later.
    @inlinable mutating func part(_ weight: Int64, at milliseconds: Int64, halfLife: Int64) -> Int64 {
        let (number, rest) = DecayedCount.place(milliseconds, halfLife)
        move(to: number)
        let growth = PowersOfTwo.root(DecayedCount.fraction(rest, halfLife))
        let grown = weight.multipliedFullWidth(by: Int64(growth >> 2))
        let added = grown.high << 4 | Int64(grown.low >> 60)
        let behind = Int64(block) - Int64(number)
        return behind < 63 ? added >> behind : 0
    }

    /// Brings the mantissa to a later block; an earlier one changes nothing.
    @inlinable public mutating func move(to number: Int32) {
        guard number > block else { return }
        let ahead = Int64(number) - Int64(block)
        mantissa = ahead < 63 ? mantissa >> ahead : 0
        block = number
    }

    /// The count relative to the start of block `number`, which must not be earlier than its own.
    @inlinable public func value(inBlock number: Int32) -> Int64 {
        let ahead = Int64(number) - Int64(block)
        return ahead < 63 ? mantissa >> max(ahead, 0) : 0
    }

    /// The count as of `milliseconds`, in units of one event; as of the start of its own block where that is later.
    @inlinable public func value(at milliseconds: Int64, halfLife: Int64) -> Double {
        let (number, rest) = DecayedCount.place(milliseconds, halfLife)
        let atStart = Double(value(inBlock: number)) / Double(DecayedCount.one)
        guard number >= block else { return atStart }
        return atStart / (Double(PowersOfTwo.root(DecayedCount.fraction(rest, halfLife))) / 0x1p62)
    }

    /// The part of a half-life that has passed in its block, in units of 2^-16.
    @inlinable static func fraction(_ rest: Int64, _ halfLife: Int64) -> UInt32 { UInt32(truncatingIfNeeded: (rest << 16) / halfLife) }

    /// Whether this count is larger than another at every time: exact, without moving either.
    @inlinable public static func exceeds(_ left: DecayedCount, _ right: DecayedCount) -> Bool {
        guard left.mantissa > 0 else { return false }
        guard right.mantissa > 0 else { return true }
        let leftTop = Int64(left.block) - Int64(left.mantissa.leadingZeroBitCount)
        let rightTop = Int64(right.block) - Int64(right.mantissa.leadingZeroBitCount)
        if leftTop != rightTop { return leftTop > rightTop }
        return left.mantissa << Int64(left.mantissa.leadingZeroBitCount - 1) > right.mantissa << Int64(right.mantissa.leadingZeroBitCount - 1)
    }

    /// The block that a time falls into, and the milliseconds since the block's start. Blocks beyond ±2³⁰ are clamped.
    @inlinable public static func place(_ milliseconds: Int64, _ halfLife: Int64) -> (block: Int32, rest: Int64) {
        var (number, rest) = milliseconds.quotientAndRemainder(dividingBy: halfLife)
        if rest < 0 {
            number -= 1
            rest += halfLife
        }
        let bounded = min(max(number, -(1 << 30)), 1 << 30)
        return (Int32(bounded), rest)
    }
}
