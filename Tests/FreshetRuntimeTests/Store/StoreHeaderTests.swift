import FreshetKafka
import FreshetKernels
import Testing

@testable import FreshetRuntime

@Suite struct StoreHeaderTests {
    private func header(_ random: inout SplitMix64) -> StoreHeader {
        var header = StoreHeader()
        for index in header.totals.indices { header.totals[index] = TableTotal(rows: Int64(random.next(below: 1000)), checksum: random.next()) }
        guard random.next(below: 5) > 0 else { return header }
        var offsets: [TopicPartition: Int64] = [:]
        for _ in 0..<random.next(below: 5) {
            offsets[TopicPartition("t\(random.next(below: 3))é", Int32(random.next(below: 9)))] = Int64(random.next(below: 1 << 40))
        }
        header.boundary = StateBoundary(
            batch: Int64(random.next(below: 1 << 40)), offsets: offsets, origin: [.live, .range, .files][random.next(below: 3)],
            journalOffset: Int64(random.next(below: 1000)), settingsDigest: String(random.next(), radix: 16),
            watermark: Int64(bitPattern: random.next()))
        return header
    }

    private func bytes(_ header: StoreHeader) -> [UInt8] {
        let buffer = ByteBuffer()
        header.encode(into: buffer)
        return [UInt8](buffer.view.buffer)
    }

    private func read(_ bytes: [UInt8]) -> StoreHeader? { bytes.withUnsafeBytes { StoreHeader(ByteView($0)) } }

    @Test func whatIsWrittenIsRead() {
        var random = SplitMix64(seed: 1)
        for _ in 0..<1000 {
            let header = header(&random)
            #expect(read(bytes(header)) == header)
        }
    }

    @Test func equalHeadersHaveEqualBytesHoweverTheirOffsetsCame() {
        var random = SplitMix64(seed: 2)
        for _ in 0..<100 {
            let first = header(&random)
            var second = first
            if let offsets = first.boundary?.offsets {
                second.boundary?.offsets = [:]
                for (partition, offset) in offsets.sorted(by: { $0.key > $1.key }) { second.boundary?.offsets[partition] = offset }
            }
            #expect(bytes(first) == bytes(second))
        }
    }

    @Test func aHeaderThatIsCutOrGoesOnIsRefused() {
        var random = SplitMix64(seed: 3)
        for _ in 0..<20 {
            let whole = bytes(header(&random))
            for count in 0..<whole.count { #expect(read(Array(whole.prefix(count))) == nil, "\(count) of \(whole.count) bytes") }
            #expect(read(whole + [0]) == nil)
        }
    }

    /// The store's checksum finds every flip; by itself, too, a header never reads as what it was.
    @Test func noFlippedBitLeavesTheHeaderAsItWas() {
        var random = SplitMix64(seed: 4)
        for _ in 0..<5 {
            let header = header(&random)
            let whole = bytes(header)
            for place in whole.indices {
                for bit in 0..<8 {
                    var flipped = whole
                    flipped[place] ^= 1 << UInt8(bit)
                    #expect(read(flipped) != header, "bit \(bit) of byte \(place)")
                    let sum = flipped.withUnsafeBytes { rowChecksum(table: .max, number: 0, ByteView($0)) }
                    #expect(sum != whole.withUnsafeBytes { rowChecksum(table: .max, number: 0, ByteView($0)) })
                }
            }
        }
    }

    @Test func aRowsChecksumDependsOnItsPlace() {
        let row: [UInt8] = [1, 2, 3]
        var sums: Set<UInt64> = []
        row.withUnsafeBytes { bytes in
            for table in UInt8(0)..<6 { for number in Int64(-5)..<20 { sums.insert(rowChecksum(table: table, number: number, ByteView(bytes))) } }
        }
        #expect(sums.count == 6 * 25)
    }

    @Test func aTablesTotalDoesNotDependOnTheOrderOfItsRows() {
        var random = SplitMix64(seed: 5)
        var sums = (0..<50).map { _ in random.next() }
        func total(_ sums: [UInt64]) -> TableTotal {
            var total = TableTotal()
            for sum in sums { total.add(sum) }
            return total
        }
        let first = total(sums)
        sums.shuffle(using: &random)
        #expect(total(sums) == first)
        var removed = first
        for sum in sums { removed.remove(sum) }
        #expect(removed == TableTotal())
    }
}
