import FreshetKernels

extension DedupRing {
    /// Appends a block of slots.
    func encodeBlock(_ block: Int, into bytes: ByteBuffer) {
        let start = block * DedupRing.blockSlots
        for slot in start..<min(start + DedupRing.blockSlots, slots.count) {
            bytes.append(littleEndian: slots[slot].fingerprint.high)
            bytes.append(littleEndian: slots[slot].fingerprint.low)
            bytes.append(time: slots[slot].time)
        }
    }

    /// Takes a block of slots; blocks come in their order, and all but the last are full.
    func decodeBlock(_ block: Int, from reader: inout ByteReader) throws(CodecError) {
        guard slots.count == block * DedupRing.blockSlots else { throw CodecError(message: "the block before it is missing or not full") }
        while !reader.isAtEnd {
            let fingerprint = Fingerprint(high: try reader.integer(), low: try reader.integer())
            restore(slot: Slot(fingerprint: fingerprint, time: try reader.time()))
        }
    }
}
