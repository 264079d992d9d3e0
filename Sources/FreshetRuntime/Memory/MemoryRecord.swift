import FreshetKernels

/// One record of a `MemoryCluster`. It owns its bytes, which stay in place as long as it lives.
public final class MemoryRecord {
    /// Milliseconds since the epoch, by the producer's clock.
    public let timestamp: Int64
    /// The names and the values of its headers, in order.
    public let headers: [(name: [UInt8], value: [UInt8]?)]
    private let keyBytes: UnsafeMutableRawBufferPointer?
    private let valueBytes: UnsafeMutableRawBufferPointer?

    init(key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?, headers: [(name: [UInt8], value: [UInt8]?)], timestamp: Int64) {
        keyBytes = key.map(MemoryRecord.copy)
        valueBytes = value.map(MemoryRecord.copy)
        self.headers = headers
        self.timestamp = timestamp
    }

    deinit {
        keyBytes?.deallocate()
        valueBytes?.deallocate()
    }

    /// The key; `nil` is null. Valid while the record lives.
    public var key: UnsafeRawBufferPointer? { keyBytes.map(UnsafeRawBufferPointer.init) }
    /// The value; `nil` is null. Valid while the record lives.
    public var value: UnsafeRawBufferPointer? { valueBytes.map(UnsafeRawBufferPointer.init) }
    /// The key as text.
    public var keyText: String? { key.map { ByteView($0).text } }
    /// The value as text.
    public var valueText: String? { value.map { ByteView($0).text } }
    /// The value of the header `name` as text.
    public func header(_ name: String) -> String? {
        headers.first { $0.name == Array(name.utf8) }?.value.map { String(decoding: $0, as: UTF8.self) }
    }

    // An empty key is no null key: one byte at least is allocated, so that its address is never nil.
    private static func copy(_ bytes: UnsafeRawBufferPointer) -> UnsafeMutableRawBufferPointer {
        let copy = UnsafeMutableRawPointer.allocate(byteCount: max(bytes.count, 1), alignment: 1)
        if let start = bytes.baseAddress { copy.copyMemory(from: start, byteCount: bytes.count) }
        return UnsafeMutableRawBufferPointer(start: copy, count: bytes.count)
    }
}
