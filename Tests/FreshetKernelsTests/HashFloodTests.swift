import Testing

@testable import FreshetKernels

@Suite struct HashFloodTests {
    /// 16 bytes: any word, and the word that is the state after it under a known key.
    private func annulling(_ first: UInt64, seed: UInt64, multiplier: UInt64) -> [UInt8] {
        let product = (seed ^ 16 ^ first).multipliedFullWidth(by: multiplier)
        let state = (product.high ^ product.low) &+ 0xa076_1d64_78bd_642f
        return withUnsafeBytes(of: (first, state)) { [UInt8]($0) }
    }

    private func hash(_ id: [UInt8], _ table: IDTable) -> UInt32 { id.withUnsafeBytes { table.hash(ByteView($0)) } }

    /// Ids made to annul a hash whose key is known.
    @Test func preparedIDsDoNotCollide() {
        let table = IDTable()
        let hashes = (0..<5000).map { number in
            hash(annulling(UInt64(number), seed: 0x9e37_79b9_7f4a_7c15, multiplier: 0xd6e8_feb8_6659_fd93), table)
        }
        #expect(Set(hashes).count > 4990)
    }

    /// Whoever knew the key could annul no state either: the first word still tells.
    @Test func noWordAnnulsTheState() {
        let (seed, multiplier): (UInt64, UInt64) = (7, 0xd6e8_feb8_6659_fd93)
        let table = IDTable(KeyedHash(seed: seed, multiplier: multiplier))
        let hashes = (0..<5000).map { number in
            let first = UInt64(number) &* 0x9e37_79b9_7f4a_7c15
            let product = (seed ^ 16 ^ first).multipliedFullWidth(by: multiplier)
            let state = (product.high ^ product.low) &+ ((seed ^ 16) << 23 | (seed ^ 16) >> 41)
            return hash(withUnsafeBytes(of: (first, state)) { [UInt8]($0) }, table)
        }
        #expect(Set(hashes).count > 4990)
    }

    @Test func eachTableHasItsOwnKeyAndPrintsDoNotDependOnIt() {
        let (left, right) = (IDTable(), IDTable())
        let ids = (0..<100).map { Array("item-number-\($0)".utf8) }
        for id in ids {
            for table in [left, right] { _ = id.withUnsafeBytes { table.intern(ByteView($0)) } }
        }
        #expect(ids.contains { hash($0, left) != hash($0, right) })
        #expect(left.fingerprint(count: 100) { UInt32($0) } == right.fingerprint(count: 100) { UInt32($0) })
        #expect(left.fingerprint(count: 2) { UInt32($0) } != left.fingerprint(count: 2) { UInt32(1 - $0) })
        #expect(left.fingerprint(count: 2) { UInt32($0) } != left.fingerprint(count: 1) { UInt32($0) })
    }
}
