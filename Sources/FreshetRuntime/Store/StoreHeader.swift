import FreshetCore
import FreshetKafka
package import FreshetKernels

/// What a table must hold: by it a row that is lost, or an old one that came back, is noticed.
struct TableTotal: Equatable {
    /// The number of rows.
    var rows: Int64 = 0
    /// The sum of the rows' checksums, whatever their order.
    var checksum: UInt64 = 0

    mutating func add(_ checksum: UInt64) {
        rows += 1
        self.checksum &+= checksum
    }

    mutating func remove(_ checksum: UInt64) {
        rows -= 1
        self.checksum &-= checksum
    }
}

/// The checksum of a row, which also depends on where it stands.
package func rowChecksum(table: UInt8, number: Int64, _ bytes: ByteView) -> UInt64 {
    let place = SplitMix64.mix(UInt64(bitPattern: number) &+ UInt64(table) << 56)
    return SplitMix64.mix(Fingerprint(of: bytes).low ^ place)
}

/// The one row that says what the rest of the store holds.
struct StoreHeader: Equatable {
    /// The version of the tables and of this row.
    static let version: Int32 = 4

    var boundary: StateBoundary?
    var totals = [TableTotal](repeating: TableTotal(), count: StateTable.allCases.count)

    func encode(into bytes: ByteBuffer) {
        bytes.append(littleEndian: StoreHeader.version)
        for total in totals {
            bytes.append(littleEndian: total.rows)
            bytes.append(littleEndian: total.checksum)
        }
        bytes.append(boundary == nil ? 0 : 1)
        guard let boundary else { return }
        for number in [boundary.batch, boundary.journalOffset, boundary.watermark] { bytes.append(littleEndian: number) }
        append(boundary.origin.rawValue, to: bytes)
        append(boundary.settingsDigest, to: bytes)
        append(boundary.settingsText, to: bytes)
        for offsets in [boundary.offsets, boundary.sideOffsets] {
            bytes.append(littleEndian: Int32(offsets.count))
            for (partition, offset) in offsets.sorted(by: { $0.key < $1.key }) {
                append(partition.topic, to: bytes)
                bytes.append(littleEndian: partition.partition)
                bytes.append(littleEndian: offset)
            }
        }
    }

    /// The header in `bytes`; `nil` where they hold none.
    init?(_ bytes: ByteView) {
        var reader = HeaderReader(bytes: bytes)
        guard reader.integer(Int32.self) == StoreHeader.version else { return nil }
        for index in totals.indices {
            guard let rows = reader.integer(Int64.self), let checksum = reader.integer(UInt64.self) else { return nil }
            totals[index] = TableTotal(rows: rows, checksum: checksum)
        }
        switch reader.integer(UInt8.self) {
        case 0: break
        case 1:
            guard let boundary = reader.boundary() else { return nil }
            self.boundary = boundary
        default: return nil
        }
        guard reader.isAtEnd else { return nil }
    }

    init() {}

    private func append(_ text: String, to bytes: ByteBuffer) {
        bytes.append(littleEndian: Int32(text.utf8.count))
        bytes.append(text: text)
    }
}

/// Takes a header apart; every step answers `nil` past the end.
private struct HeaderReader {
    let bytes: ByteView
    var at = 0

    var isAtEnd: Bool { at == bytes.count }

    mutating func integer<Integer: FixedWidthInteger & BitwiseCopyable>(_ type: Integer.Type) -> Integer? {
        guard bytes.count - at >= MemoryLayout<Integer>.size else { return nil }
        defer { at += MemoryLayout<Integer>.size }
        return Integer(littleEndian: bytes.buffer.loadUnaligned(fromByteOffset: at, as: Integer.self))
    }

    mutating func text() -> String? {
        guard let count = integer(Int32.self), count >= 0, bytes.count - at >= Int(count) else { return nil }
        defer { at += Int(count) }
        return bytes[at..<at + Int(count)].text
    }

    mutating func boundary() -> StateBoundary? {
        guard let batch = integer(Int64.self), let journalOffset = integer(Int64.self), let watermark = integer(Int64.self),
            let origin = text().flatMap(StateBoundary.Origin.init), let digest = text(), let settings = text(),
            let offsets = offsets(), let sideOffsets = self.offsets()
        else { return nil }
        var boundary = StateBoundary(
            batch: batch, offsets: offsets, origin: origin, journalOffset: journalOffset, settingsDigest: digest, watermark: watermark,
            settingsText: settings)
        boundary.sideOffsets = sideOffsets
        return boundary
    }

    private mutating func offsets() -> [TopicPartition: Int64]? {
        guard let count = integer(Int32.self), count >= 0 else { return nil }
        var offsets: [TopicPartition: Int64] = [:]
        for _ in 0..<count {
            guard let topic = text(), let partition = integer(Int32.self), let offset = integer(Int64.self) else { return nil }
            offsets[TopicPartition(topic, partition)] = offset
        }
        return offsets
    }
}
