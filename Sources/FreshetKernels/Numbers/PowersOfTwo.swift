/// Powers of two in fixed point, from integers alone: the same bits on every machine.
public enum PowersOfTwo {
    /// 2^(fraction / 65536) with 62 bits behind the point; `fraction` in 0..<65536. Within 2⁻⁵⁸ of the true value.
    @inlinable public static func root(_ fraction: UInt32) -> UInt64 {
        precondition(fraction < 65536, "a fraction has 16 bits")
        let product = coarse[Int(fraction >> 8)].multipliedFullWidth(by: fine[Int(fraction & 255)])
        return product.high << 2 | product.low >> 62
    }

    /// 2^(−milliseconds / halfLife): what is left of one after a time that is not negative.
    public static func rest(after milliseconds: Int64, halfLife: Int64) -> Double {
        let (halvings, rest) = milliseconds.quotientAndRemainder(dividingBy: halfLife)
        guard halvings < 1000 else { return 0 }
        let fraction = UInt32(truncatingIfNeeded: (rest << 16) / halfLife)
        return Double(sign: .plus, exponent: -Int(halvings), significand: 1) / (Double(root(fraction)) / 0x1p62)
    }

    /// 2^(index / 256).
    @usableFromInline static let coarse: [UInt64] = powers(firstRoot: 1)
    /// 2^(index / 65536).
    @usableFromInline static let fine: [UInt64] = powers(firstRoot: 9)

    /// 2^(index · 2^-(firstRoot + 7)) for the 256 values of index, by multiplying the roots that its bits name.
    static func powers(firstRoot: Int) -> [UInt64] {
        let roots = (firstRoot..<firstRoot + 8).map(repeatedRoot)
        return (0..<256).map { index in
            var value: UInt128 = 1 << 62
            for bit in 0..<8 where index & (128 >> bit) != 0 { value = (value * roots[bit]) >> 62 }
            return UInt64(value)
        }
    }

    /// The `count`-fold square root of two.
    static func repeatedRoot(_ count: Int) -> UInt128 {
        var value: UInt128 = 2 << 62
        for _ in 0..<count { value = squareRoot(value << 62) }
        return value
    }

    /// The largest integer whose square is at most `value`, bit by bit.
    static func squareRoot(_ value: UInt128) -> UInt128 {
        var root: UInt128 = 0
        for bit in stride(from: 63, through: 0, by: -1) {
            let tried = root | (1 << UInt128(bit))
            if tried * tried <= value { root = tried }
        }
        return root
    }
}
