import Testing

@testable import FreshetKernels

@Suite struct BytesFingerprintTests {
    /// The authors' vectors: key 00 01 … 0f, text 00 01 … n−1.
    @Test(arguments: [
        (0, "a3817f04ba25a8e66df67214c7550293"),
        (1, "da87c1d86b99af44347659119b22fc45"),
        (2, "8177228da4a45dc7fca38bdef60affe4"),
        (7, "a1f1ebbed8dbc153c0b84aa61ff08239"),
        (8, "3b62a9ba6258f5610f83e264f31497b4"),
        (9, "264499060ad9baabc47f8b02bb6d71ed"),
        (15, "5493e99933b0a8117e08ec0f97cfc3d9"),
        (16, "6ee2a4ca67b054bbfd3315bf85230577"),
        (63, "5150d1772f50834a503e069a973fbd7c"),
    ])
    func isSipHash128(count: Int, hex: String) {
        let text = (0..<count).map { UInt8($0) }
        let print = text.withUnsafeBytes { Fingerprint(of: ByteView($0), key0: 0x0706_0504_0302_0100, key1: 0x0f0e_0d0c_0b0a_0908) }
        #expect(BytesFingerprintTests.hex(print.high) + BytesFingerprintTests.hex(print.low) == hex)
    }

    private static func hex(_ half: UInt64) -> String {
        withUnsafeBytes(of: half.littleEndian) { $0.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
    }

    @Test func theKeyIsFixed() {
        let print = Array("freshet".utf8).withUnsafeBytes { Fingerprint(of: ByteView($0)) }
        #expect(
            print == Array("freshet".utf8).withUnsafeBytes { Fingerprint(of: ByteView($0), key0: 0x6672_6573_6865_7421, key1: 0x6576_656e_7420_6964) }
        )
    }

    @Test func oneBitChangesHalfOfThePrint() {
        var text = [UInt8](repeating: 0, count: 23)
        let plain = text.withUnsafeBytes { Fingerprint(of: ByteView($0)) }
        for bit in 0..<text.count * 8 {
            text[bit / 8] ^= 1 << UInt8(bit % 8)
            let changed = text.withUnsafeBytes { Fingerprint(of: ByteView($0)) }
            text[bit / 8] ^= 1 << UInt8(bit % 8)
            let distance = (changed.high ^ plain.high).nonzeroBitCount + (changed.low ^ plain.low).nonzeroBitCount
            #expect((32...96).contains(distance))
        }
    }
}
