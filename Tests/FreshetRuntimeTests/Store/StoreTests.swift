import FreshetCore
import FreshetKernels
import FreshetRuntime
import Testing

@Suite struct StoreTests {
    @Test(arguments: 0..<5 as Range<UInt64>)
    func whatWasSavedIsLoaded(_ seed: UInt64) throws {
        try withTemporaryFolder { folder in
            var generator = SplitMix64(seed: seed)
            var expected = StoredRows()
            let changes = StateChanges()
            let memory = MemoryStore()
            var store = try SQLiteStore(folder: folder + "/a/b")
            #expect(try StoredRows(store) == expected)
            for _ in 0..<30 {
                expected.change(changes, rowsMax: 60, numbers: 120, &generator)
                let boundary = try #require(expected.boundary)
                try store.save(changes, boundary)
                try memory.save(changes, boundary)
                if generator.next(below: 5) == 0 {
                    store.close()
                    store = try SQLiteStore(folder: folder + "/a/b", opening: .existing)
                }
                #expect(try StoredRows(store) == expected)
                #expect(try StoredRows(memory) == expected)
            }
            #expect(try StoredRows(MemoryStore(copyOf: memory)) == expected)
            store.close()
        }
    }

    @Test func beginningAnewDropsWhatWasThere() throws {
        try withTemporaryFolder { folder in
            try Sample(folder: folder).store.close()
            let store = try SQLiteStore(folder: folder, opening: .anew)
            #expect(try StoredRows(store) == StoredRows())
            store.close()
        }
    }

    @Test func aFolderHasOneOwner() throws {
        try withTemporaryFolder { folder in
            let store = try SQLiteStore(folder: folder)
            #expect { try SQLiteStore(folder: folder) } throws: { ($0 as? StoreError)?.code == .locked && "\($0)".contains(folder) }
            store.close()
            try SQLiteStore(folder: folder).close()
        }
    }

    @Test func stateThatMustBeThereIsMissed() throws {
        try withTemporaryFolder { folder in
            for missing in [folder, folder + "/none"] {
                #expect { try SQLiteStore(folder: missing, opening: .existing) } throws: { "\($0)".contains("there is no state in \(missing)") }
            }
        }
    }

    @Test func aFullDiskLeavesTheLastCheckpoint() throws {
        try withTemporaryFolder { folder in
            let sample = try Sample(folder: folder)
            try sample.store.limit(pages: 1)
            let large = StateChanges()
            for number in 0..<2000 { large.put(.users, Int64(number)) { $0.append(text: String(repeating: "x", count: 500)) } }
            let boundary = try #require(sample.expected.boundary)
            #expect { try sample.store.save(large, boundary) } throws: { ($0 as? StoreError)?.code == .io }
            #expect(try StoredRows(sample.store) == sample.expected)
            try sample.store.limit(pages: 1_000_000)
            try sample.store.save(large, boundary)
            #expect(try StoredRows(sample.store).tables[.users]?[1999]?.count == 500)
            sample.store.close()
        }
    }

    @Test func aMemoryStoreFailsWhenTold() throws {
        let store = MemoryStore()
        var expected = StoredRows()
        var generator = SplitMix64(seed: 1)
        let changes = StateChanges()
        expected.change(changes, rowsMax: 10, numbers: 10, &generator)
        let boundary = try #require(expected.boundary)
        store.saveFailure = StoreError(.io, "full")
        #expect(throws: StoreError(.io, "full")) { try store.save(changes, boundary) }
        #expect(try StoredRows(store) == StoredRows())
        store.saveFailure = nil
        try store.save(changes, boundary)
        #expect(try StoredRows(store) == expected)
    }
}

/// A store with some rows in it, and what it holds.
struct Sample {
    var store: SQLiteStore
    var expected = StoredRows()
    let changes = StateChanges()
    var generator = SplitMix64(seed: 9)

    init(folder: String, saves: Int = 3) throws {
        store = try SQLiteStore(folder: folder)
        for _ in 0..<saves { try save() }
    }

    mutating func save() throws {
        expected.change(changes, rowsMax: 60, numbers: 40, &generator)
        if let boundary = expected.boundary { try store.save(changes, boundary) }
    }
}
