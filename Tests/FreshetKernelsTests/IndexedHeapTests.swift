import Testing

@testable import FreshetKernels

@Suite struct IndexedHeapTests {
    @Test func equalsADictionaryUnderRandomUse() {
        var random = SplitMix64(seed: 11)
        var heap = IndexedHeap()
        defer { heap.free() }
        var reference: [UInt32: Int64] = [:]
        for _ in 0..<20_000 {
            let number = UInt32(random.next(below: 60))
            switch random.next(below: 4) {
            case 0:
                heap.remove(number, ties: >)
                reference[number] = nil
            case 1:
                if let top = heap.top {
                    heap.remove(top.number, ties: >)
                    reference[top.number] = nil
                }
            default:
                let key = Int64(random.next(below: 25))
                heap.set(number, to: key, ties: >)
                reference[number] = key
            }
            let least = reference.min { ($0.value, $1.key) < ($1.value, $0.key) }
            #expect(heap.count == reference.count)
            #expect(heap.top?.number == least?.key && heap.top?.key == least?.value)
        }
    }

    /// However often keys change, a number stands there once.
    @Test func memoryFollowsTheNumbers() {
        var heap = IndexedHeap()
        defer { heap.free() }
        for round in 0..<100_000 { heap.set(UInt32(round % 8), to: Int64(round), ties: <) }
        #expect(heap.count == 8 && heap.byteCount <= 2 * IndexedHeap.byteCount(for: 8))
    }
}
