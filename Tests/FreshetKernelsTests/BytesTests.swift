import FreshetKernels
import Testing

@Suite struct BytesTests {
    private func withView<Result>(_ bytes: [UInt8], _ body: (ByteView) -> Result) -> Result {
        bytes.withUnsafeBytes { body(ByteView($0)) }
    }

    private func randomBytes(_ random: inout SplitMix64) -> [UInt8] {
        (0..<random.next(below: 20)).map { _ in UInt8(random.next(below: 3)) }
    }

    @Test func viewsCompareAsTheirBytes() {
        var random = SplitMix64(seed: 1)
        for _ in 0..<20_000 {
            let (a, b) = (randomBytes(&random), randomBytes(&random))
            withView(a) { left in
                withView(b) { right in
                    #expect((left == right) == (a == b))
                    #expect((left < right) == a.lexicographicallyPrecedes(b))
                    if left.prefix != right.prefix { #expect((left.prefix < right.prefix) == (left < right)) }
                }
            }
        }
    }

    @Test func viewsAreCut() {
        withView(Array("freshet".utf8)) { view in
            #expect(view[1..<4].text == "res")
            #expect(view[6] == UInt8(ascii: "t"))
            #expect(view[3..<3] == .empty)
            #expect(view.prefix == 0x6672_6573_6865_7400)
        }
        #expect(ByteView.empty.text == "")
        #expect(ByteView.empty.prefix == 0)
        withView([0x61, 0xff]) { #expect($0.text == "a\u{fffd}") }
    }

    @Test func arenaKeepsAddressesAndBytes() {
        var random = SplitMix64(seed: 2)
        let arena = ByteArena()
        var kept: [(view: ByteView, bytes: [UInt8], mark: Int)] = []
        for round in 0..<5_000 {
            let bytes = (0..<random.next(below: round % 100 == 0 ? 300_000 : 200)).map { UInt8(truncatingIfNeeded: $0 &* round) }
            let view = withView(bytes) { arena.copy($0) }
            kept.append((view, bytes, arena.mark))
            if round % 50 == 49 {
                // Half of what is kept is given back; the rest must not change.
                kept.removeFirst(kept.count / 2)
                arena.release(before: kept[0].mark)
                #expect(kept.allSatisfy { entry in withView(entry.bytes) { entry.view == $0 } })
            }
        }
        #expect(arena.capacity < 64 << 20)
    }

    @Test func arenaKeepsItsFirstBlock() {
        let arena = ByteArena()
        let first = arena.allocate(100)
        arena.releaseAll()
        #expect(arena.allocate(1) == first)
        for _ in 0..<10 { _ = arena.allocate(200_000) }
        arena.releaseAll()
        #expect(arena.capacity <= 1 << 18)
    }

    @Test func bufferGrowsAndKeepsWhatWasWritten() {
        var random = SplitMix64(seed: 3)
        let buffer = ByteBuffer(capacity: 1)
        var expected: [UInt8] = []
        for _ in 0..<5_000 {
            let bytes = randomBytes(&random)
            withView(bytes) { buffer.append($0) }
            expected += bytes
            buffer.append(UInt8(7))
            expected.append(7)
            if random.next(below: 10) == 0 {
                let count = random.next(below: expected.count + 1)
                buffer.truncate(to: count)
                expected.removeSubrange(count...)
            }
        }
        withView(expected) { #expect(buffer.view == $0) }
        #expect(buffer[0..<buffer.count] == buffer.view)
        buffer.removeAll()
        #expect(buffer.count == 0)
    }

    @Test func bufferWritesTextsAndNumbers() {
        let buffer = ByteBuffer()
        buffer.append("a")
        buffer.append(text: "é")
        buffer.append(littleEndian: UInt32(0x0403_0201))
        #expect(Array(buffer.view.buffer) == [0x61, 0xc3, 0xa9, 1, 2, 3, 4])
        var random = SplitMix64(seed: 4)
        let corners: [Int64] = [0, -1, 1, 9, 10, -10, 99, 100, .max, .min]
        for number in corners + (0..<2_000).map({ Int64(bitPattern: random.next()) >> (Int64($0) % 64) }) {
            buffer.removeAll()
            buffer.append(decimal: number)
            #expect(buffer.view.text == String(number))
        }
    }

    @Test func reservedRoomKeepsViewsValid() {
        let buffer = ByteBuffer(capacity: 16)
        buffer.reserve(1_000)
        buffer.append("x")
        let start = buffer.view.start
        for _ in 1..<1_000 { buffer.append(UInt8(ascii: "y")) }
        #expect(buffer.view.start == start)
    }
}
