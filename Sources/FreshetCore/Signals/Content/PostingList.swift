import FreshetKernels

/// An item that a term stands in, with all that a score needs of the item: nothing else is looked up for each of thousands.
struct Posting: BitwiseCopyable, Equatable {
    /// Its number.
    var item: UInt32
    /// How often the term stands there, each time by the weight of the field.
    var frequency: UInt16
    /// The item's terms, each as often as it stands there.
    var length: UInt16
    /// The length of the item's vector of frequencies, inverted.
    var inverseNorm: Float
}

/// The items that a term stands in, by rising number, in blocks: an item comes and goes at the cost of one block, however many there are.
///
/// A handle like `FlatList`: its holder calls `free()`.
struct PostingList: BitwiseCopyable {
    /// Postings of a block.
    static let blockMax = 512

    private var blocks = FlatList<FlatList<Posting>>()
    /// The number of items.
    private(set) var count = 0

    /// Bytes of memory held.
    var byteCount: Int { blocks.indices.reduce(blocks.byteCount) { $0 + blocks[$1].byteCount } }

    /// Adds an item that the list does not hold.
    mutating func insert(_ posting: Posting) {
        count += 1
        guard !blocks.isEmpty else { return insertBlock(posting, at: 0) }
        let at = block(of: posting.item)
        let place = place(of: posting.item, in: blocks[at])
        if blocks[at].count == PostingList.blockMax {
            // What comes by rising number leaves full blocks behind.
            if at == blocks.count - 1, place == blocks[at].count { return insertBlock(posting, at: at + 1) }
            split(at)
            count -= 1
            return insert(posting)
        }
        blocks[at].insert(posting, at: place)
    }

    /// Takes out an item that the list holds.
    mutating func remove(_ item: UInt32) {
        let at = block(of: item)
        let place = place(of: item, in: blocks[at])
        blocks[at].remove(at: place)
        count -= 1
        if at > 0, merge(at - 1) { return }
        if at + 1 < blocks.count, merge(at) { return }
        guard blocks[at].isEmpty else { return }
        blocks[at].free()
        blocks.remove(at: at)
    }

    /// Calls `body` with each posting; where there are more than `limit`, with so many of them at even distances: items old and new, the newest in any case.
    @inline(__always) func forEach(atMost limit: Int, _ body: (Posting) -> Void) {
        guard count > limit else {
            for at in blocks.indices {
                let block = blocks[at]
                for place in block.indices { body(block[place]) }
            }
            return
        }
        var (at, before) = (0, 0)
        for taken in 0..<limit {
            let place = (taken + 1) * count / limit - 1
            while place - before >= blocks[at].count {
                before += blocks[at].count
                at += 1
            }
            body(blocks[at][place - before])
        }
    }

    /// Gives the memory back.
    mutating func free() {
        for at in blocks.indices { blocks[at].free() }
        blocks.free()
        count = 0
    }

    private mutating func insertBlock(_ posting: Posting, at index: Int) {
        var block = FlatList<Posting>()
        block.append(posting)
        // Most terms stand in few items.
        if blocks.isEmpty { blocks.append(block, limit: 1) } else { blocks.insert(block, at: index) }
    }

    private mutating func split(_ at: Int) {
        var upper = FlatList<Posting>()
        let half = blocks[at].count / 2
        for place in half..<blocks[at].count { upper.append(blocks[at][place], limit: PostingList.blockMax) }
        blocks[at].truncate(to: half)
        blocks.insert(upper, at: at + 1)
    }

    /// Moves a block's successor into it where both fill half a block at most, so that what has emptied holds no memory.
    private mutating func merge(_ at: Int) -> Bool {
        guard blocks[at].count + blocks[at + 1].count <= PostingList.blockMax / 2 else { return false }
        for place in blocks[at + 1].indices { blocks[at].append(blocks[at + 1][place], limit: PostingList.blockMax) }
        blocks[at + 1].free()
        blocks.remove(at: at + 1)
        return true
    }

    /// The last block that begins with the item or before it; else the first.
    private func block(of item: UInt32) -> Int {
        var (low, high) = (0, blocks.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if blocks[middle][0].item <= item { low = middle } else { high = middle }
        }
        return low
    }

    /// Where an item stands in a block, or would.
    private func place(of item: UInt32, in block: FlatList<Posting>) -> Int {
        var (low, high) = (0, block.count)
        while low < high {
            let middle = (low + high) / 2
            if block[middle].item < item { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
