/// A growable buffer of bytes that writers append to; its memory is reused from batch to batch.
///
/// A view of its contents is valid until the next append. Not thread safe: one owner.
public final class ByteBuffer {
    // One owner on one thread: the check at each access would cost more than the access.
    @exclusivity(unchecked) @usableFromInline var memory: UnsafeMutablePointer<UInt8>
    @exclusivity(unchecked) @usableFromInline var capacity: Int
    @exclusivity(unchecked) @usableFromInline var used = 0

    /// The number of bytes written.
    @inlinable public var count: Int { used }

    /// An empty buffer with room for `capacity` bytes.
    public init(capacity: Int = 256) {
        self.capacity = max(capacity, 16)
        memory = .allocate(capacity: self.capacity)
    }

    deinit { memory.deallocate() }

    /// Forgets the contents and keeps the memory.
    public func removeAll() { used = 0 }

    /// Forgets what was written after the first `count` bytes.
    public func truncate(to count: Int) {
        precondition(count <= self.count, "cannot truncate to more than was written")
        used = count
    }

    /// All bytes written.
    @inlinable public var view: ByteView { ByteView(start: memory, count: count) }

    /// The bytes of `range`.
    public subscript(range: Range<Int>) -> ByteView { view[range] }

    /// Makes room for `extra` more bytes, so that views stay valid until they are written.
    @inlinable public func reserve(_ extra: Int) {
        if capacity - count < extra { grow(by: extra) }
    }

    /// Appends one byte.
    @inlinable public func append(_ byte: UInt8) {
        if count == capacity { grow(by: 1) }
        memory[used] = byte
        used += 1
    }

    /// Appends the bytes of a view, which must not be one of this buffer: growing moves it.
    @inlinable public func append(_ bytes: ByteView) {
        guard let start = bytes.start, bytes.count > 0 else { return }
        if capacity - count < bytes.count { grow(by: bytes.count) }
        (memory + count).update(from: start, count: bytes.count)
        used += bytes.count
    }

    /// Appends a literal's UTF-8 bytes.
    @inlinable public func append(_ text: StaticString) {
        append(ByteView(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Appends a string's UTF-8 bytes.
    public func append(text: String) {
        var text = text
        text.withUTF8 { append(ByteView(UnsafeRawBufferPointer($0))) }
    }

    /// Appends a fixed-width integer, least byte first.
    @inlinable public func append<Integer: FixedWidthInteger>(littleEndian value: Integer) {
        withUnsafeBytes(of: value.littleEndian) { append(ByteView($0)) }
    }

    /// Appends an integer in decimal.
    public func append(decimal value: Int64) {
        if value < 0 { append(UInt8(ascii: "-")) }
        var rest = value.magnitude
        if capacity - count < 20 { grow(by: 20) }
        var digits = 1
        var bound: UInt64 = 10
        while digits < 20, rest >= bound {
            digits += 1
            let (next, overflow) = bound.multipliedReportingOverflow(by: 10)
            if overflow { break }
            bound = next
        }
        for place in stride(from: digits - 1, through: 0, by: -1) {
            memory[count + place] = UInt8(ascii: "0") + UInt8(rest % 10)
            rest /= 10
        }
        used += digits
    }

    /// Appends the last `places` decimal digits of a number, zeros in front.
    public func append(decimal value: UInt64, places: Int) {
        if capacity - count < places { grow(by: places) }
        var rest = value
        for place in stride(from: places - 1, through: 0, by: -1) {
            memory[count + place] = UInt8(ascii: "0") + UInt8(rest % 10)
            rest /= 10
        }
        used += places
    }

    @usableFromInline func grow(by extra: Int) {
        let next = max(capacity * 2, count + extra)
        let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: next)
        moved.update(from: memory, count: count)
        memory.deallocate()
        memory = moved
        capacity = next
    }
}
