import FreshetCore
import FreshetKafka
import FreshetKernels
import FreshetRuntime

/// A key of the tests; another number is another one.
func testKey(_ number: UInt8 = 0) -> KeyFile {
    KeyFile(path: "key\(number)", key: SecretKey(Array(repeating: 0xf0 + number, count: SecretKey.byteCount))!)
}

/// What a store should hold: the slow, obvious reference.
struct StoredRows: Equatable {
    var tables: [StateTable: [Int64: [UInt8]]] = [:]
    var boundary: StateBoundary?

    /// What `store` holds.
    init(_ store: some StateStore) throws(StoreError) {
        boundary = try store.loadBoundary()
        var last: (StateTable, Int64)?
        var tables: [StateTable: [Int64: [UInt8]]] = [:]
        try store.loadRows { (table, number, bytes) throws(StoreError) in
            if let last, (last.0.rawValue, last.1) >= (table.rawValue, number) { throw StoreError(.corrupt, "rows are out of order") }
            last = (table, number)
            tables[table, default: [:]][number] = Array(bytes)
        }
        self.tables = tables
    }

    init() {}

    /// Makes one random change of up to `rowsMax` rows here and in `changes`.
    mutating func change(
        _ changes: StateChanges, rowsMax: Int, numbers: Int, _ generator: inout SplitMix64, in among: [StateTable] = StateTable.allCases
    ) {
        changes.removeAll()
        var touched: Set<[Int64]> = []
        for _ in 0..<generator.next(below: rowsMax + 1) {
            let table = among[generator.next(below: among.count)]
            let number = Int64(generator.next(below: numbers)) - Int64(numbers / 3)
            guard touched.insert([Int64(table.rawValue), number]).inserted else { continue }
            if generator.next(below: 4) == 0 {
                changes.delete(table, number)
                tables[table]?[number] = nil
                if tables[table]?.isEmpty == true { tables[table] = nil }
            } else {
                let bytes = (0..<generator.next(below: 300)).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
                changes.put(table, number) { buffer in for byte in bytes { buffer.append(byte) } }
                tables[table, default: [:]][number] = bytes
            }
        }
        boundary = StateBoundary(
            batch: (boundary?.batch ?? 0) + 1,
            offsets: [TopicPartition("clicks", 0): Int64(generator.next(below: 1000)), TopicPartition("ü\n", 3): 7],
            origin: [.live, .range, .files][generator.next(below: 3)], journalOffset: 5, settingsDigest: "abc", watermark: .min,
            settingsText: "a: 1\nb: é")
    }
}
