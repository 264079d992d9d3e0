import FreshetKernels
import Testing

@testable import FreshetCore

@Suite struct PostingListTests {
    private func postings(_ list: PostingList, atMost limit: Int = .max) -> [Posting] {
        var postings: [Posting] = []
        list.forEach(atMost: limit) { postings.append($0) }
        return postings
    }

    /// Items that come and go, mostly come, so that blocks fill, split and empty.
    @Test(arguments: [UInt64(1), 2, 3]) func itIsASortedListWhateverComesAndGoes(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var list = PostingList()
        defer { list.free() }
        var reference: [UInt32: UInt16] = [:]
        for step in 0..<8_000 {
            let item = UInt32(random.next(below: 3_000))
            if reference[item] != nil {
                list.remove(item)
                reference[item] = nil
            } else {
                list.insert(Posting(item, UInt16(step)))
                reference[item] = UInt16(step)
            }
            guard step % 500 == 0 else { continue }
            let expected = reference.sorted { $0.key < $1.key }.map { Posting($0.key, $0.value) }
            #expect(postings(list) == expected && list.count == expected.count, "step \(step)")
            for limit in [0, 1, 7, 511, 512, 513, 1_000] {
                let sample = expected.count <= limit ? expected : (0..<limit).map { expected[($0 + 1) * expected.count / limit - 1] }
                #expect(postings(list, atMost: limit) == sample)
            }
        }
        for item in reference.keys.sorted() { list.remove(item) }
        #expect(list.count == 0 && postings(list) == [])
    }

    @Test(arguments: [false, true]) func whatComesInOrderFillsItsBlocks(falling: Bool) {
        var list = PostingList()
        defer { list.free() }
        let count: UInt32 = 5_000
        for item in 0..<count { list.insert(Posting(falling ? count - 1 - item : item, 1)) }
        #expect(postings(list).map(\.item) == Array(0..<count))
        // Twice the bytes of the postings themselves at most, where they come by rising number.
        if !falling { #expect(list.byteCount <= 2 * Int(count) * MemoryLayout<Posting>.stride) }
    }

    @Test func oneItemCostsLittle() {
        var list = PostingList()
        defer { list.free() }
        list.insert(Posting(7, 1))
        #expect(list.byteCount <= 64)
    }

    @Test func whatLeavesGivesItsMemoryBack() {
        var list = PostingList()
        defer { list.free() }
        for item in 0..<UInt32(50_000) { list.insert(Posting(item, 1)) }
        let full = list.byteCount
        for item in 0..<UInt32(50_000) where item % 100 != 0 { list.remove(item) }
        #expect(postings(list).map(\.item) == (0..<500).map { $0 * 100 })
        #expect(list.byteCount * 20 <= full)
    }
}

extension Posting {
    fileprivate init(_ item: UInt32, _ frequency: UInt16) { self.init(item: item, frequency: frequency, length: frequency, inverseNorm: 1) }
}
