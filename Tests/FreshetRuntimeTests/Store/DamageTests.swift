import FreshetKernels
import FreshetRuntime
import Testing

@Suite struct DamageTests {
    /// The outcome of opening and reading a store whose file is `bytes`.
    private func load(_ bytes: [UInt8], in folder: String, _ key: KeyFile? = nil) throws -> Result<StoredRows, StoreError> {
        for name in ["state.sqlite", "state.sqlite-wal", "state.sqlite-shm"] { try removeFile("\(folder)/\(name)") }
        try write(bytes, to: folder + "/state.sqlite")
        do throws(StoreError) {
            let store = try SQLiteStore(folder: folder, opening: .existing, key: key)
            defer { store.close() }
            return .success(try StoredRows(store))
        } catch {
            return .failure(error)
        }
    }

    @Test("FAULTS 24: a flipped bit is never loaded", arguments: [nil, testKey()])
    func aFlippedBitIsNeverLoaded(_ key: KeyFile?) throws {
        try withTemporaryFolder { folder in
            let sample = try Sample(folder: folder, key: key)
            sample.store.close()
            let whole = try readBytes(folder + "/state.sqlite")
            var generator = SplitMix64(seed: 4)
            var detected = 0
            let places = Array(0..<100) + (0..<1_200).map { _ in generator.next(below: whole.count) }
            for place in places {
                var bytes = whole
                bytes[place] ^= 1 << UInt8(generator.next(below: 8))
                switch try load(bytes, in: folder, key) {
                case .success(let rows): #expect(rows == sample.expected, "byte \(place)")
                case .failure(let error):
                    detected += 1
                    #expect(error.code != .key && error.message.contains("state.sqlite"), "byte \(place)")
                }
            }
            // The rest lies in bytes that no row uses.
            #expect(detected > 100)
            #expect(try load(whole, in: folder, key) == .success(sample.expected))
        }
    }

    @Test(arguments: [nil, testKey()])
    func aPageThatCameBackFromBeforeIsNeverLoaded(_ key: KeyFile?) throws {
        try withTemporaryFolder { folder in
            var sample = try Sample(folder: folder, key: key)
            sample.store.close()
            let before = try readBytes(folder + "/state.sqlite")
            sample.store = try SQLiteStore(folder: folder, key: key)
            try sample.save()
            sample.store.close()
            let whole = try readBytes(folder + "/state.sqlite")
            var detected = 0
            for page in stride(from: 0, to: min(before.count, whole.count), by: 16_384)
            where before[page..<page + 16_384] != whole[page..<page + 16_384] {
                var bytes = whole
                bytes.replaceSubrange(page..<page + 16_384, with: before[page..<page + 16_384])
                switch try load(bytes, in: folder, key) {
                case .success(let rows): #expect(rows == sample.expected, "page \(page / 16_384)")
                case .failure: detected += 1
                }
            }
            #expect(detected > 0)
        }
    }

    @Test("FAULTS 24: a file that was cut, down to nothing, is corrupt", arguments: [nil, testKey()])
    func aFileThatWasCutIsCorrupt(_ key: KeyFile?) throws {
        try withTemporaryFolder { folder in
            let sample = try Sample(folder: folder, key: key)
            sample.store.close()
            let whole = try readBytes(folder + "/state.sqlite")
            for count in [0, 1, 100, 511, 512, 1024, 4096, 8192, whole.count / 2, whole.count - 4096, whole.count - 1] {
                switch try load(Array(whole.prefix(count)), in: folder, key) {
                case .success(let rows): #expect(count == whole.count - 1 && rows == sample.expected, "\(count) bytes")
                case .failure(let error): #expect(error.code == .corrupt && error.hint?.contains("--rebuild") == true, "\(count) bytes: \(error)")
                }
            }
        }
    }

    @Test func aFileThatIsNoDatabaseIsCorrupt() throws {
        try withTemporaryFolder { folder in
            try SQLiteStore(folder: folder).close()
            guard case .failure(let error) = try load([UInt8](repeating: 7, count: 20_000), in: folder) else {
                Issue.record("it was taken")
                return
            }
            #expect(error.code == .corrupt)
        }
    }

    @Test func aDatabaseThatIsGoneBesideItsLogIsCorrupt() throws {
        try withTemporaryFolder { folder in
            let sample = try Sample(folder: folder)
            try removeFile(folder + "/state.sqlite")
            sample.store.close()
            try write("left over", to: folder + "/state.sqlite-wal")
            #expect { try SQLiteStore(folder: folder) } throws: { ($0 as? StoreError)?.code == .corrupt }
        }
    }
}
