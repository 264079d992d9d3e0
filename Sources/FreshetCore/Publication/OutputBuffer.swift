public import FreshetKernels

/// The topics that Freshet writes to; configuration gives each its name, or switches it off.
public enum OutputTopic: UInt8, CaseIterable, Sendable {
    /// Lists of recommendations, key user, compacted.
    case recommendations
    /// Items similar to an item, key item, compacted.
    case similarItems
    /// Records that were not acceptable, original key, value and headers.
    case deadLetters
    /// One record a batch: what was applied.
    case journal
    /// What became of each erasure, key pseudonym.
    case receipts
}

/// The outputs of one batch, encoded: what a transaction sends, and sends again.
///
/// Records lie one after the other in one buffer that is reused. Views are valid until the next append.
public final class OutputBuffer {
    struct Entry {
        var topic: OutputTopic
        var key: Range<Int>?
        var value: Range<Int>?
        var headers: Range<Int>
        var isWithdrawn = false
    }

    /// Where values are written; use it between `begin` and `end`.
    public let bytes = ByteBuffer(capacity: 1 << 16)
    @exclusivity(unchecked) private var entries: [Entry] = []
    @exclusivity(unchecked) private var holdsWithdrawn = false

    /// An empty buffer.
    public init() {}

    /// The number of records.
    public var count: Int { entries.count }

    /// Forgets all records and keeps the memory.
    public func removeAll() {
        entries.removeAll(keepingCapacity: true)
        holdsWithdrawn = false
        bytes.removeAll()
    }

    /// Appends a record whose key and value are at hand. A `nil` value is a tombstone.
    public func append(_ topic: OutputTopic, key: ByteView?, value: ByteView?) {
        let keyRange = key.map(copy)
        let valueRange = value.map(copy)
        entries.append(Entry(topic: topic, key: keyRange, value: valueRange, headers: bytes.count..<bytes.count))
    }

    /// Begins a record; its value is what is appended to `bytes` until `end`.
    public func begin(_ topic: OutputTopic, key: ByteView?) {
        let keyRange = key.map(copy)
        entries.append(Entry(topic: topic, key: keyRange, value: bytes.count..<bytes.count, headers: 0..<0))
    }

    /// Ends the value of the record that `begin` began.
    public func end() {
        let start = entries[entries.count - 1].value!.lowerBound
        entries[entries.count - 1].value = start..<bytes.count
        entries[entries.count - 1].headers = bytes.count..<bytes.count
    }

    /// Marks a record that is not to be sent. It keeps its place until `removeWithdrawn`.
    public func withdraw(_ index: Int) {
        entries[index].isWithdrawn = true
        holdsWithdrawn = true
    }

    /// Removes the records that were withdrawn; those behind them move up.
    public func removeWithdrawn() {
        guard holdsWithdrawn else { return }
        entries.removeAll(where: \.isWithdrawn)
        holdsWithdrawn = false
    }

    /// Adds a header to the newest record; `nil` is a null value.
    public func appendHeader(_ name: ByteView, _ value: ByteView?) {
        bytes.append(littleEndian: Int32(name.count))
        bytes.append(name)
        bytes.append(littleEndian: Int32(value?.count ?? -1))
        if let value { bytes.append(value) }
        let start = entries[entries.count - 1].headers.lowerBound
        entries[entries.count - 1].headers = start..<bytes.count
    }

    /// Adds a header whose value is text.
    public func appendHeader(_ name: StaticString, _ value: String) {
        var value = value
        value.withUTF8 { text in
            appendHeader(ByteView(start: name.utf8Start, count: name.utf8CodeUnitCount), ByteView(UnsafeRawBufferPointer(text)))
        }
    }

    /// The topic of the record at `index`.
    public func topic(_ index: Int) -> OutputTopic { entries[index].topic }

    /// The key of the record at `index`; `nil` is a null key.
    public func key(_ index: Int) -> ByteView? { entries[index].key.map { bytes[$0] } }

    /// The value of the record at `index`; `nil` is a tombstone.
    public func value(_ index: Int) -> ByteView? { entries[index].value.map { bytes[$0] } }

    /// Calls `body` with the name and the value of each header of the record at `index`, in order.
    public func forEachHeader(_ index: Int, _ body: (_ name: ByteView, _ value: ByteView?) -> Void) {
        let all = bytes[entries[index].headers]
        var at = 0
        func next() -> ByteView? {
            let count = Int(Int32(littleEndian: all.buffer.loadUnaligned(fromByteOffset: at, as: Int32.self)))
            at += 4
            guard count >= 0 else { return nil }
            defer { at += count }
            return all[at..<at + count]
        }
        while at < all.count {
            let name = next() ?? .empty
            body(name, next())
        }
    }

    private func copy(_ view: ByteView) -> Range<Int> {
        let start = bytes.count
        bytes.append(view)
        return start..<bytes.count
    }
}
