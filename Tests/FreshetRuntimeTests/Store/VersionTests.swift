import FreshetCore
import FreshetKernels
import Testing

@testable import FreshetRuntime

@Suite struct VersionTests {
    @Test(
        "FAULTS 25: a state of another version is refused, and the version is named",
        arguments: [(5, "a newer"), (3, "an older")] as [(UInt8, String)])
    func stateOfAnotherVersionIsRefused(_ version: UInt8, _ age: String) throws {
        try withTemporaryFolder { folder in
            let store = try SQLiteStore(folder: folder)
            try store.save(
                StateChanges(), StateBoundary(batch: 0, offsets: [:], origin: .live, journalOffset: 0, settingsDigest: "d", watermark: 0))
            store.close()
            try setVersion(version, of: folder + "/state.sqlite")
            #expect { try SQLiteStore(folder: folder) } throws: { error in
                (error as? StoreError)?.code == .version && "\(error)".contains("was written by \(age) Freshet (format \(version), this one reads 4)")
            }
        }
    }

    /// Whether the key is the right one is then not known.
    @Test(
        "FAULTS 25: a sealed state of another version is refused, and the version is named",
        arguments: [(StoreHeader.version + 1, "a newer"), (StoreHeader.version - 1, "an older")])
    func sealedStateOfAnotherVersionIsRefused(_ version: Int32, _ age: String) throws {
        try withTemporaryFolder { folder in
            let store = try SQLiteStore(folder: folder, key: testKey())
            try store.save(
                StateChanges(), StateBoundary(batch: 0, offsets: [:], origin: .live, journalOffset: 0, settingsDigest: "d", watermark: 0))
            store.close()
            try setSealedVersion(version, of: folder + "/state.sqlite")
            for key in [testKey(), testKey(1), nil] {
                #expect { try SQLiteStore(folder: folder, opening: .existing, key: key) } throws: { error in
                    let words = "was written by \(age) Freshet (format \(version), this one reads \(StoreHeader.version))"
                    return (error as? StoreError)?.code == .version && "\(error)".contains(words)
                }
            }
        }
    }

    /// Writes another version in front of a sealed header, with the checksum that belongs to it.
    private func setSealedVersion(_ version: Int32, of path: String) throws {
        let database = try SQLiteDatabase(path: path)
        let select = try SQLiteStatement(database, "SELECT value FROM header")
        #expect(try select.step())
        var bytes = Array(try #require(select.blob(0)).buffer)
        select.reset()
        func marked(_ version: Int32) -> [UInt8] { withUnsafeBytes(of: (-version).littleEndian) { Array($0) } }
        #expect(Array(bytes.prefix(4)) == marked(StoreHeader.version))
        bytes.replaceSubrange(0..<4, with: marked(version))
        let update = try SQLiteStatement(database, "UPDATE header SET value = ?1, checksum = ?2")
        let hasRow = try bytes.withUnsafeBytes { bytes in
            update.bind(1, ByteView(bytes))
            update.bind(2, Int64(bitPattern: rowChecksum(table: .max, number: 0, ByteView(bytes))))
            return try update.step()
        }
        #expect(!hasRow)
    }

    /// Writes another version into the header of a store without rows, with the checksum that belongs to it (behind the value, greatest byte first).
    private func setVersion(_ version: UInt8, of path: String) throws {
        var bytes = try readBytes(path)
        // The version, a total a table, that there is a boundary, and the boundary: three numbers, three short texts, no offsets
        // of either kind.
        let start: [UInt8] = [4] + [UInt8](repeating: 0, count: 3 + StateTable.allCases.count * 16) + [1]
        let count = start.count + 3 * 8 + (4 + 4) + (4 + 1) + 4 + 4 + 4
        let place = try #require((0..<bytes.count - count).first { bytes[$0] == 4 && bytes[$0..<$0 + start.count].elementsEqual(start) })
        bytes[place] = version
        let end = place + count
        let checksum = bytes.withUnsafeBytes {
            rowChecksum(table: .max, number: 0, ByteView(UnsafeRawBufferPointer(rebasing: $0[place..<end])))
        }
        for index in 0..<8 { bytes[end + index] = UInt8(truncatingIfNeeded: checksum >> UInt64(56 - 8 * index)) }
        try write(bytes, to: path)
    }
}
