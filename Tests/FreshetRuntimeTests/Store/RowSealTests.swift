import FreshetKernels
import Testing

@testable import FreshetRuntime

@Suite struct RowSealTests {
    private func sealed(_ row: [UInt8], _ seal: RowSeal, table: UInt8 = 1, number: Int64 = 7) throws -> [UInt8] {
        try row.withUnsafeBytes { Array(try seal.seal(ByteView($0), table: table, number: number).buffer) }
    }

    private func opened(_ bytes: [UInt8], _ seal: RowSeal, table: UInt8 = 1, number: Int64 = 7) -> [UInt8]? {
        bytes.withUnsafeBytes { bytes in seal.open(ByteView(bytes), table: table, number: number).map { Array($0.buffer) } }
    }

    private func randomRow(_ random: inout SplitMix64, bytesMax: Int) -> [UInt8] {
        (0..<random.next(below: bytesMax + 1)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }

    @Test func whatIsSealedIsOpenedAlsoByAnotherProcess() throws {
        var random = SplitMix64(seed: 1)
        let seal = try RowSeal.new(under: testKey().key)
        for round in 0..<300 {
            // Rows that are longer than any before, too.
            let row = randomRow(&random, bytesMax: round * round / 4)
            let (table, number) = (UInt8(truncatingIfNeeded: random.next()), Int64(bitPattern: random.next()))
            let bytes = try sealed(row, seal, table: table, number: number)
            #expect(bytes.count == row.count + RowSeal.overhead)
            #expect(opened(bytes, seal, table: table, number: number) == row)
            let again = try #require(RowSeal.of(seal.wrappedKey, under: testKey().key))
            #expect(opened(bytes, again, table: table, number: number) == row)
        }
    }

    @Test func noFlippedBitAndNoOtherPlaceIsOpened() throws {
        var random = SplitMix64(seed: 2)
        let seal = try RowSeal.new(under: testKey().key)
        for _ in 0..<20 {
            let row = randomRow(&random, bytesMax: 60)
            let bytes = try sealed(row, seal)
            for place in bytes.indices {
                for bit in 0..<8 {
                    var flipped = bytes
                    flipped[place] ^= 1 << UInt8(bit)
                    #expect(opened(flipped, seal) == nil, "bit \(bit) of byte \(place)")
                }
            }
            for count in 0..<bytes.count { #expect(opened(Array(bytes.prefix(count)), seal) == nil) }
            #expect(opened(bytes + [0], seal) == nil)
            #expect(opened(bytes, seal, table: 2) == nil && opened(bytes, seal, number: 8) == nil && opened(bytes, seal, number: -7) == nil)
            #expect(opened(bytes, seal) == row, "what was refused leaves nothing behind")
        }
    }

    @Test func everyFileHasAKeyOfItsOwn() throws {
        let (first, second) = (try RowSeal.new(under: testKey().key), try RowSeal.new(under: testKey().key))
        let row: [UInt8] = [1, 2, 3]
        #expect(first.wrappedKey != second.wrappedKey)
        #expect(try opened(sealed(row, first), second) == nil)
        #expect(RowSeal.of(first.wrappedKey, under: testKey(1).key) == nil)
        for place in first.wrappedKey.indices {
            var flipped = first.wrappedKey
            flipped[place] ^= 1
            #expect(RowSeal.of(flipped, under: testKey().key) == nil)
        }
    }

    /// The same rows over and over, before and after many openings.
    @Test func noNonceIsUsedTwice() throws {
        let wrapped = try RowSeal.new(under: testKey().key).wrappedKey
        var nonces: Set<[UInt8]> = []
        for _ in 0..<100 {
            let seal = try #require(RowSeal.of(wrapped, under: testKey().key))
            for _ in 0..<50 { nonces.insert(Array(try sealed([1, 2, 3], seal).prefix(AuthenticatedCipher.nonceBytes))) }
        }
        #expect(nonces.count == 5_000)
        #expect(Set(nonces.map { Array($0.prefix(8)) }).count == 100, "an opening draws once")
    }

    @Test func atItsEndTheCountBeginsAnewBehindOtherRandomBits() throws {
        let seal = try RowSeal.new(under: testKey().key)
        var nonces = [Array(try sealed([1], seal).prefix(AuthenticatedCipher.nonceBytes))]
        seal.count = .max - 3
        var rows: [[UInt8]] = []
        for number in UInt8(0)..<8 {
            rows.append(try sealed([number], seal))
            nonces.append(Array(rows[Int(number)].prefix(AuthenticatedCipher.nonceBytes)))
        }
        #expect(Set(nonces).count == 9)
        #expect(Set(nonces.prefix(4).map { Array($0.prefix(8)) }).count == 1 && Set(nonces.map { Array($0.prefix(8)) }).count == 2)
        for (number, row) in rows.enumerated() { #expect(opened(row, seal) == [UInt8(number)]) }
    }
}
