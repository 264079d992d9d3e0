/// A borrowed run of bytes: where it begins and how many there are.
///
/// A view owns nothing. It is valid while its owner (a `ByteArena`, a `ByteBuffer`, a table of ids, a record of the client library)
/// keeps the bytes in place, which each owner states. It is a trivial value: copying it costs no reference count.
public struct ByteView {
    /// The first byte; `nil` only where `count` is 0.
    public let start: UnsafePointer<UInt8>?
    /// The number of bytes.
    public let count: Int

    /// The view of no bytes.
    @inlinable public static var empty: ByteView { ByteView(start: nil, count: 0) }

    /// A view of `count` bytes from `start` on.
    @inlinable public init(start: UnsafePointer<UInt8>?, count: Int) {
        self.start = start
        self.count = count
    }

    /// A view of the same bytes as `buffer`.
    @inlinable public init(_ buffer: UnsafeRawBufferPointer) {
        self.init(start: buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), count: buffer.count)
    }

    /// Whether there are no bytes.
    @inlinable public var isEmpty: Bool { count == 0 }

    /// The byte at `index`, counted from 0.
    @inlinable public subscript(index: Int) -> UInt8 {
        precondition(index >= 0 && index < count, "byte index out of range")
        return start.unsafelyUnwrapped[index]
    }

    /// The bytes of `range`, as a view with the same owner.
    @inlinable public subscript(range: Range<Int>) -> ByteView {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "byte range out of range")
        guard let start, !range.isEmpty else { return .empty }
        return ByteView(start: start + range.lowerBound, count: range.count)
    }

    /// The same bytes as a standard buffer.
    @inlinable public var buffer: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: count) }

    /// The bytes as text; invalid UTF-8 is repaired.
    public var text: String { String(decoding: buffer, as: UTF8.self) }

    /// The first eight bytes as a big-endian number, padded with zeros: the order of two different prefixes is that of the bytes.
    @inlinable public var prefix: UInt64 {
        guard let start else { return 0 }
        if count >= 8 { return UInt64(bigEndian: UnsafeRawPointer(start).loadUnaligned(as: UInt64.self)) }
        var value: UInt64 = 0
        for index in 0..<count { value |= UInt64(start[index]) << UInt64(56 - 8 * index) }
        return value
    }
}

extension String {
    /// Lends its UTF-8 bytes.
    public func withView<Result>(_ body: (ByteView) throws -> Result) rethrows -> Result {
        var text = self
        return try text.withUTF8 { try body(ByteView(UnsafeRawBufferPointer($0))) }
    }
}

extension ByteView: Comparable {
    /// Whether both hold the same bytes.
    @inlinable public static func == (left: ByteView, right: ByteView) -> Bool {
        guard left.count == right.count else { return false }
        guard let a = left.start, let b = right.start else { return true }
        return a == b || compareBytes(a, b, left.count) == 0
    }

    /// The order of the bytes (that of Unicode scalars for UTF-8); a prefix comes first.
    @inlinable public static func < (left: ByteView, right: ByteView) -> Bool {
        let shared = min(left.count, right.count)
        if shared > 0 {
            let order = compareBytes(left.start.unsafelyUnwrapped, right.start.unsafelyUnwrapped, shared)
            if order != 0 { return order < 0 }
        }
        return left.count < right.count
    }
}

/// The order of two runs of `count` bytes: negative, zero or positive.
@inlinable func compareBytes(_ left: UnsafePointer<UInt8>, _ right: UnsafePointer<UInt8>, _ count: Int) -> Int {
    var index = 0
    while index + 8 <= count {
        let a = UInt64(bigEndian: UnsafeRawPointer(left + index).loadUnaligned(as: UInt64.self))
        let b = UInt64(bigEndian: UnsafeRawPointer(right + index).loadUnaligned(as: UInt64.self))
        if a != b { return a < b ? -1 : 1 }
        index += 8
    }
    while index < count {
        if left[index] != right[index] { return left[index] < right[index] ? -1 : 1 }
        index += 1
    }
    return 0
}
