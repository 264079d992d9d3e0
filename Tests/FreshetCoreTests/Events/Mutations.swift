import FreshetKernels

/// Damages texts as broken producers and attackers would; seeded.
struct Mutations {
    static let pieces: [[UInt8]] =
        [
            "\"", "\\", "\\u", "\\ud800", "\\udc00", "\\ud83d\\ude00", "\\u0000", "\\x", "{", "}", "[", "]", ",", ":", "null", "true", "false", "tru",
            "0", "01", "-", "-0", "1.", ".5", "1e", "1e5", "1e400", "-1e400", "1E+2", "1e-400", "18446744073709551616", "9223372036854775807",
            "9223372036854775808", "9999999999999999999", "-9999999999999999999", "99999999999999999999999", "1000000000000000000",
            "0.9999999999999999999",
            "9999999999999999999.9", "9e18", "-1e15", "\0", "\u{1f}", "\u{c}", "\n",
            "\r\n", "\t", " ", "\u{feff}", "é", "\u{1a}", "NaN", "Infinity", "//", "/**/", "'", "\"type\":\"click\"", "\"x\":1,\"x\":2", "{\"a\":{}}",
            "[[[[", "]]]]", "2026-02-31", "T24:00:00Z", "+99:00",
        ].map { Array($0.utf8) } + [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xe2, 0x82], [0xf4, 0x90, 0x80, 0x80]]

    private var random: SplitMix64

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    /// One to three changes.
    mutating func damaged(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0...random.next(below: 3) { change(&bytes) }
        return bytes
    }

    private mutating func change(_ bytes: inout [UInt8]) {
        let at = random.next(below: bytes.count + 1)
        let end = min(bytes.count, at + random.next(below: 12))
        switch random.next(below: 7) {
        case 0: bytes.removeSubrange(at..<end)
        case 1: bytes.insert(contentsOf: Mutations.pieces[random.next(below: Mutations.pieces.count)], at: at)
        case 2: bytes.replaceSubrange(at..<end, with: Mutations.pieces[random.next(below: Mutations.pieces.count)])
        case 3: bytes.insert(contentsOf: bytes[at..<end], at: random.next(below: bytes.count + 1))
        case 4: bytes.removeSubrange(at...)
        case 5 where at < bytes.count: bytes[at] ^= 1 << UInt8(random.next(below: 8))
        default: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: at)
        }
    }
}
