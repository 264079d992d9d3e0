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
        var reference: [UInt32: UInt32] = [:]
        for step in 0..<8_000 {
            let item = UInt32(random.next(below: 3_000))
            if reference[item] != nil {
                list.remove(item)
                reference[item] = nil
            } else {
                list.insert(Posting(item: item, frequency: UInt32(step)))
                reference[item] = UInt32(step)
            }
            guard step % 500 == 0 else { continue }
            let expected = reference.sorted { $0.key < $1.key }.map { Posting(item: $0.key, frequency: $0.value) }
            #expect(postings(list) == expected && list.count == expected.count, "step \(step)")
            for limit in [0, 1, 511, 512, 513, 1_000] { #expect(postings(list, atMost: limit) == Array(expected.prefix(limit))) }
        }
        for item in reference.keys.sorted() { list.remove(item) }
        #expect(list.count == 0 && postings(list) == [])
    }

    @Test(arguments: [false, true]) func whatComesInOrderFillsItsBlocks(falling: Bool) {
        var list = PostingList()
        defer { list.free() }
        let count: UInt32 = 5_000
        for item in 0..<count { list.insert(Posting(item: falling ? count - 1 - item : item, frequency: 1)) }
        #expect(postings(list).map(\.item) == Array(0..<count))
        // Twice the bytes of the postings themselves at most, where they come by rising number.
        if !falling { #expect(list.byteCount <= 2 * Int(count) * MemoryLayout<Posting>.stride) }
    }

    @Test func oneItemCostsLittle() {
        var list = PostingList()
        defer { list.free() }
        list.insert(Posting(item: 7, frequency: 1))
        #expect(list.byteCount <= 64)
    }
}
