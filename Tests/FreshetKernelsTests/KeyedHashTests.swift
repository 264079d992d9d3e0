import Testing

@testable import FreshetKernels

@Suite struct KeyedHashTests {
    /// Fingerprints that share all low bits, or all high ones, spread over a table's places as random ones do.
    @Test func preparedFingerprintsDoNotCluster() {
        for seed in UInt64(0)..<20 {
            var random = SplitMix64(seed: seed)
            let keyed = KeyedHash(seed: random.next(), multiplier: random.next())
            let prepared: [(UInt64) -> Fingerprint] = [
                { Fingerprint(high: $0, low: 7) }, { Fingerprint(high: 7, low: $0) }, { Fingerprint(high: 0, low: $0 << 40) },
                { Fingerprint(high: $0 << 40, low: $0 << 40) },
            ]
            for make in prepared {
                let places = Set((0..<1000).map { keyed.hash(make($0)) & 0xffff })
                #expect(places.count > 950, "seed \(seed)")
            }
        }
    }

    @Test func anotherKeyHasOtherPlaces() {
        let print = Fingerprint(high: 1, low: 2)
        let hashes = Set((0..<100).map { KeyedHash(seed: $0, multiplier: 0x9e37_79b9_7f4a_7c15).hash(print) })
        #expect(hashes.count == 100 && KeyedHash().hash(print) != KeyedHash().hash(print))
    }
}
