import FreshetKernels
import Testing

@Suite struct ByteViewTests {
    private func compare(_ left: [UInt8], _ right: [UInt8]) -> (isLess: Bool, isEqual: Bool) {
        left.withUnsafeBytes { a in right.withUnsafeBytes { b in (ByteView(a) < ByteView(b), ByteView(a) == ByteView(b)) } }
    }

    /// Comparing goes eight bytes at a time and then byte by byte: the byte that decides may stand in any place of either part.
    @Test func theFirstDifferentByteDecidesWhereverItStands() {
        for count in 1...33 {
            let plain = [UInt8](repeating: 0x7f, count: count)
            for place in 0..<count {
                for byte in [UInt8(0), 0x7e, 0x80, 0xff] {
                    var other = plain
                    other[place] = byte
                    // What follows the difference says the contrary, and must not be asked.
                    for later in place + 1..<count { other[later] = byte < 0x7f ? 0xff : 0 }
                    #expect(compare(other, plain) == (byte < 0x7f, false), "byte \(place) of \(count)")
                    #expect(compare(plain, other) == (byte > 0x7f, false), "byte \(place) of \(count)")
                }
            }
        }
    }

    @Test func aPrefixComesFirst() {
        for count in 0...20 {
            let long = [UInt8](repeating: 0, count: count + 1)
            #expect(compare(Array(long.dropLast()), long) == (true, false))
            #expect(compare(long, Array(long.dropLast())) == (false, false))
            #expect(compare(long, long) == (false, true))
        }
    }

    @Test func orderIsThatOfUnicodeScalars() {
        let words = ["", "a", "ab", "a\u{0}", "z", "é", "ß", "Ω", "中", "\u{ffff}", "\u{10000}", "😀", "zz", "z\u{10ffff}"]
        for left in words {
            for right in words {
                let expected = left.unicodeScalars.lexicographicallyPrecedes(right.unicodeScalars)
                #expect(compare(Array(left.utf8), Array(right.utf8)).isLess == expected, "\(left.debugDescription), \(right.debugDescription)")
            }
        }
    }

    @Test func prefixHoldsTheFirstEightBytesInTheirOrder() {
        for count in 0...12 {
            let bytes = (0..<count).map { UInt8(0xf0 + $0) }
            var expected: UInt64 = 0
            for place in 0..<8 { expected = expected << 8 | UInt64(place < count ? bytes[place] : 0) }
            #expect(bytes.withUnsafeBytes { ByteView($0).prefix } == expected)
        }
    }

    @Test func sameBytesAtAnyAddressHaveOneFingerprint() {
        var random = SplitMix64(seed: 1)
        for count in [0, 1, 7, 8, 9, 15, 16, 31] {
            let bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            let expected = bytes.withUnsafeBytes { Fingerprint(of: ByteView($0)) }
            for shift in 1..<9 {
                let shifted = [UInt8](repeating: 0xaa, count: shift) + bytes + [0xbb]
                shifted.withUnsafeBytes { all in
                    let view = ByteView(all)[shift..<shift + count]
                    #expect(Fingerprint(of: view) == expected, "\(count) bytes at \(shift)")
                }
            }
        }
    }
}
