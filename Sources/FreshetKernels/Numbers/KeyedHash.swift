/// A hash under a random key, for the places of a table whose keys strangers choose: nobody can prepare keys that collide.
///
/// It differs from process to process: nothing that is stored or published, and no order, may depend on it. A folded multiplication a word.
public struct KeyedHash: Sendable {
    @usableFromInline let seed: UInt64
    @usableFromInline let multiplier: UInt64

    /// A hash under a key that nobody knows.
    public init() {
        var system = SystemRandomNumberGenerator()
        self.init(seed: system.next(), multiplier: system.next())
    }

    /// A hash under a given key.
    init(seed: UInt64, multiplier: UInt64) {
        self.seed = seed
        self.multiplier = multiplier | 1
    }

    /// The hash of any bytes.
    func hash(_ bytes: ByteView) -> UInt64 {
        var state = seed ^ UInt64(truncatingIfNeeded: bytes.count)
        var index = 0
        while index < bytes.count {
            let isWhole = bytes.count - index >= 8
            let word = isWhole ? bytes.buffer.loadUnaligned(fromByteOffset: index, as: UInt64.self) : bytes[index..<bytes.count].prefix
            state = fold(state, word)
            index += 8
        }
        return KeyedHash.finish(state)
    }

    /// The hash of a fingerprint: anybody can compute fingerprints, and look for some that are alike in any of their bits.
    @inlinable public func hash(_ fingerprint: Fingerprint) -> UInt64 {
        KeyedHash.finish(fold(fold(seed, fingerprint.low), fingerprint.high))
    }

    @inlinable func fold(_ state: UInt64, _ word: UInt64) -> UInt64 {
        let product = (state ^ word).multipliedFullWidth(by: multiplier)
        // The state is added again, so that no word can annul it.
        return (product.high ^ product.low) &+ (state << 23 | state >> 41)
    }

    @inlinable static func finish(_ state: UInt64) -> UInt64 {
        let mixed = SplitMix64.mix(state)
        return mixed ^ (mixed >> 32)
    }
}
