/// Bytes that stay where they are until they are released, oldest first.
///
/// Records wait in a queue between arrival and application, and what their views point at must not move. The arena hands out
/// stable addresses from blocks; `mark` names the block in use, and `release(before:)` gives back all older ones.
/// Not thread safe: one owner.
public final class ByteArena {
    @usableFromInline struct Block {
        var memory: UnsafeMutablePointer<UInt8>
        var capacity: Int
        var serial: Int
    }

    static let blockBytes = 1 << 18
    static let spareBlocksMax = 4

    // One owner on one thread: the check at each access would cost more than the access.
    @exclusivity(unchecked) @usableFromInline var cursor: UnsafeMutablePointer<UInt8>?
    @exclusivity(unchecked) @usableFromInline var left = 0
    @exclusivity(unchecked) private var blocks: [Block] = []
    @exclusivity(unchecked) private var spare: [Block] = []
    @exclusivity(unchecked) private var nextSerial = 0

    /// An arena that holds nothing yet.
    public init() {}

    deinit {
        for block in blocks + spare { block.memory.deallocate() }
    }

    /// The serial of the block that the next bytes may come from; remember it with what is kept in the arena.
    public var mark: Int { blocks.last?.serial ?? nextSerial }

    /// The bytes held by blocks in use.
    public var capacity: Int { blocks.reduce(0) { $0 + $1.capacity } }

    /// Room for `count` bytes at a stable address. The caller writes them before it reads them.
    @inlinable public func allocate(_ count: Int) -> UnsafeMutablePointer<UInt8> {
        if count > left || cursor == nil { addBlock(atLeast: count) }
        let place = cursor.unsafelyUnwrapped
        cursor = place + count
        left -= count
        return place
    }

    /// A copy of `bytes` that lives until its block is released.
    @inlinable public func copy(_ bytes: ByteView) -> ByteView {
        guard let start = bytes.start, bytes.count > 0 else { return .empty }
        let place = allocate(bytes.count)
        place.update(from: start, count: bytes.count)
        return ByteView(start: place, count: bytes.count)
    }

    /// Gives back every block older than the one that `mark` names.
    public func release(before mark: Int) {
        var freed = 0
        while freed < blocks.count - 1, blocks[freed].serial < mark {
            let block = blocks[freed]
            if block.capacity == ByteArena.blockBytes, spare.count < ByteArena.spareBlocksMax {
                spare.append(block)
            } else {
                block.memory.deallocate()
            }
            freed += 1
        }
        if freed > 0 { blocks.removeFirst(freed) }
    }

    /// Gives back everything; all views into the arena end.
    public func releaseAll() {
        guard let last = blocks.last else { return }
        release(before: last.serial)
        cursor = blocks[0].memory
        left = blocks[0].capacity
    }

    @usableFromInline func addBlock(atLeast count: Int) {
        var block: Block
        if count <= ByteArena.blockBytes, let reused = spare.popLast() {
            block = reused
        } else {
            let capacity = max(ByteArena.blockBytes, count)
            block = Block(memory: .allocate(capacity: capacity), capacity: capacity, serial: 0)
        }
        block.serial = nextSerial
        nextSerial += 1
        blocks.append(block)
        cursor = block.memory
        left = block.capacity
    }
}
