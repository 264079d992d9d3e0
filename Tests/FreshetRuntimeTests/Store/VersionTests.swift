import FreshetKernels
import FreshetRuntime
import Testing

@Suite struct VersionTests {
    @Test(arguments: [(2, "a newer"), (0, "an older")] as [(UInt8, String)])
    func stateOfAnotherVersionIsRefused(_ version: UInt8, _ age: String) throws {
        try withTemporaryFolder { folder in
            try SQLiteStore(folder: folder).close()
            try setVersion(version, of: folder + "/state.sqlite")
            #expect { try SQLiteStore(folder: folder) } throws: { error in
                (error as? StoreError)?.code == .version && "\(error)".contains("was written by \(age) Freshet (format \(version), this one reads 1)")
            }
        }
    }

    /// Writes another version into the header of a store without rows, with the checksum that belongs to it (behind the value, greatest byte first).
    private func setVersion(_ version: UInt8, of path: String) throws {
        var bytes = try readBytes(path)
        let value: [UInt8] = [1] + [UInt8](repeating: 0, count: 3 + 6 * 16 + 1)
        let place = try #require((0..<bytes.count - value.count).first { bytes[$0] == 1 && bytes[$0..<$0 + value.count].elementsEqual(value) })
        bytes[place] = version
        let end = place + value.count
        let checksum = bytes.withUnsafeBytes {
            rowChecksum(table: .max, number: 0, ByteView(UnsafeRawBufferPointer(rebasing: $0[place..<end])))
        }
        for index in 0..<8 { bytes[end + index] = UInt8(truncatingIfNeeded: checksum >> UInt64(56 - 8 * index)) }
        try write(bytes, to: path)
    }
}
