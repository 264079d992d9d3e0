/// A 128-bit hash that stands for a text: two different texts share one by chance only (2⁻¹²⁸ a pair).
public struct Fingerprint: Hashable, Sendable, BitwiseCopyable {
    /// The first half.
    public var high: UInt64
    /// The second half.
    public var low: UInt64

    /// A fingerprint of given halves.
    @inlinable public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// SipHash-2-4 with 128 bits of output (Aumasson and Bernstein, 2012) of `bytes` under a fixed key.
    public init(of bytes: ByteView) { self.init(of: bytes, key0: Fingerprint.key0, key1: Fingerprint.key1) }

    /// The same under any key, which published vectors need.
    init(of bytes: ByteView, key0: UInt64, key1: UInt64) {
        var v0: UInt64 = 0x736f_6d65_7073_6575 ^ key0
        var v1: UInt64 = 0x646f_7261_6e64_6f6d ^ key1 ^ 0xee
        var v2: UInt64 = 0x6c79_6765_6e65_7261 ^ key0
        var v3: UInt64 = 0x7465_6462_7974_6573 ^ key1
        func round() {
            v0 &+= v1
            v1 = (v1 << 13 | v1 >> 51) ^ v0
            v0 = v0 << 32 | v0 >> 32
            v2 &+= v3
            v3 = (v3 << 16 | v3 >> 48) ^ v2
            v0 &+= v3
            v3 = (v3 << 21 | v3 >> 43) ^ v0
            v2 &+= v1
            v1 = (v1 << 17 | v1 >> 47) ^ v2
            v2 = v2 << 32 | v2 >> 32
        }
        let words = bytes.count / 8
        for word in 0..<words {
            let m = UInt64(littleEndian: bytes.buffer.loadUnaligned(fromByteOffset: word * 8, as: UInt64.self))
            v3 ^= m
            round()
            round()
            v0 ^= m
        }
        var last = UInt64(truncatingIfNeeded: bytes.count) << 56
        for index in words * 8..<bytes.count { last |= UInt64(bytes[index]) << UInt64(8 * (index & 7)) }
        v3 ^= last
        round()
        round()
        v0 ^= last
        v2 ^= 0xee
        for _ in 0..<4 { round() }
        high = v0 ^ v1 ^ v2 ^ v3
        v1 ^= 0xdd
        for _ in 0..<4 { round() }
        low = v0 ^ v1 ^ v2 ^ v3
    }

    // Fixed: the same text has the same fingerprint in every state, forever.
    static let key0: UInt64 = 0x6672_6573_6865_7421
    static let key1: UInt64 = 0x6576_656e_7420_6964
}
