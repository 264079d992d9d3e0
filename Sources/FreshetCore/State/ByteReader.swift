import FreshetKernels

/// A stored row is not what its version writes.
struct CodecError: Error {
    /// What is wrong.
    var message: String
}

/// Reads a stored row from front to end; never beyond it.
struct ByteReader {
    private let bytes: ByteView
    private var at = 0

    /// A reader at the start of `bytes`.
    init(_ bytes: ByteView) { self.bytes = bytes }

    /// Whether all bytes were read.
    var isAtEnd: Bool { at == bytes.count }

    /// The next fixed-width integer, least byte first.
    mutating func integer<Integer: FixedWidthInteger & BitwiseCopyable>() throws(CodecError) -> Integer {
        let size = MemoryLayout<Integer>.size
        guard bytes.count - at >= size else { throw CodecError(message: "the row ends at byte \(bytes.count), within a number") }
        defer { at += size }
        return Integer(littleEndian: bytes.buffer.loadUnaligned(fromByteOffset: at, as: Integer.self))
    }

    /// The next time.
    mutating func time() throws(CodecError) -> EventTime { EventTime(milliseconds: try integer()) }

    /// The next decayed count.
    mutating func decayed() throws(CodecError) -> DecayedCount {
        let mantissa: Int64 = try integer()
        let block: Int32 = try integer()
        return DecayedCount(mantissa: mantissa, block: block)
    }

    /// The next id: its length, then its bytes.
    mutating func id() throws(CodecError) -> ByteView {
        let count: UInt16 = try integer()
        return try view(Int(count))
    }

    /// So many bytes.
    mutating func view(_ count: Int) throws(CodecError) -> ByteView {
        guard bytes.count - at >= count else { throw CodecError(message: "the row ends at byte \(bytes.count), within an id") }
        defer { at += count }
        return bytes[at..<at + count]
    }

    /// The next short text.
    mutating func text() throws(CodecError) -> String { try id().text }

    /// The next list of short texts.
    mutating func texts() throws(CodecError) -> [String] {
        var texts: [String] = []
        for _ in 0..<(try elementCount(ofAtLeast: 2)) { texts.append(try text()) }
        return texts
    }

    /// The number of elements that follow, each of at least `size` bytes.
    mutating func elementCount(ofAtLeast size: Int) throws(CodecError) -> Int {
        let count: UInt32 = try integer()
        guard Int(count) * size <= bytes.count - at else { throw CodecError(message: "the row counts \(count) elements and has no room for them") }
        return Int(count)
    }

    /// Makes sure that nothing is left.
    func finish() throws(CodecError) {
        guard isAtEnd else { throw CodecError(message: "\(bytes.count - at) bytes are left over") }
    }
}

extension ByteBuffer {
    /// Appends a time.
    func append(time: EventTime) { append(littleEndian: time.milliseconds) }

    /// Appends a decayed count.
    func append(decayed count: DecayedCount) {
        append(littleEndian: count.mantissa)
        append(littleEndian: count.block)
    }

    /// Appends an id: its length, then its bytes.
    func append(id: ByteView) {
        append(littleEndian: UInt16(id.count))
        append(id)
    }
    /// Appends a short text: its length, then its bytes.
    func append(shortText text: String) {
        append(littleEndian: UInt16(text.utf8.count))
        append(text: text)
    }

    /// Appends a list of short texts.
    func append(shortTexts texts: [String]) {
        append(littleEndian: UInt32(texts.count))
        for text in texts { append(shortText: text) }
    }
}
