import FreshetCore
import FreshetKernels
import Glibc
import Testing

@testable import FreshetRuntime

@Suite struct StoreTests {
    @Test(arguments: 0..<5 as Range<UInt64>, [nil, testKey()])
    func whatWasSavedIsLoaded(_ seed: UInt64, _ key: KeyFile?) throws {
        try withTemporaryFolder { folder in
            var generator = SplitMix64(seed: seed)
            var expected = StoredRows()
            let changes = StateChanges()
            let memory = MemoryStore()
            var store = try SQLiteStore(folder: folder + "/a/b", key: key)
            #expect(try StoredRows(store) == expected)
            for _ in 0..<30 {
                expected.change(changes, rowsMax: 60, numbers: 120, &generator)
                let boundary = try #require(expected.boundary)
                try store.save(changes, boundary)
                try memory.save(changes, boundary)
                if generator.next(below: 5) == 0 {
                    store.close()
                    store = try SQLiteStore(folder: folder + "/a/b", opening: .existing, key: key)
                }
                #expect(try StoredRows(store) == expected)
                #expect(try StoredRows(memory) == expected)
            }
            #expect(try StoredRows(MemoryStore(copyOf: memory)) == expected)
            store.close()
        }
    }

    /// Rows that are staged stand with the next save or not at all: neither a crash nor a change of mind leaves some of them.
    @Test(arguments: 0..<5 as Range<UInt64>, [nil, testKey()])
    func whatIsStagedStandsWithTheNextSaveOnly(_ seed: UInt64, _ key: KeyFile?) throws {
        try withTemporaryFolder { folder in
            var generator = SplitMix64(seed: seed)
            var expected = StoredRows()
            let changes = StateChanges()
            let memory = MemoryStore()
            var store = try SQLiteStore(folder: folder, key: key)
            for _ in 0..<30 {
                var next = expected
                next.change(changes, rowsMax: 60, numbers: 120, &generator)
                let parts = StoreTests.parts(of: changes)
                for part in parts.dropLast() {
                    try store.stage(part)
                    try memory.stage(part)
                }
                #expect(try StoredRows(MemoryStore(copyOf: memory)) == expected)
                switch generator.next(below: 4) {
                case 0:
                    store.close()
                    store = try SQLiteStore(folder: folder, key: key)
                    memory.dropStaged()
                case 1:
                    store.dropStaged()
                    memory.dropStaged()
                default:
                    expected = next
                    try store.save(parts[2], try #require(expected.boundary))
                    try memory.save(parts[2], try #require(expected.boundary))
                }
                #expect(try StoredRows(store) == expected)
                #expect(try StoredRows(memory) == expected)
            }
            store.close()
        }
    }

    /// The rows in three parts.
    private static func parts(of changes: StateChanges) -> [StateChanges] {
        let parts = [StateChanges(), StateChanges(), StateChanges()]
        for (index, row) in changes.rows.enumerated() {
            guard let value = row.value else {
                parts[index % 3].delete(row.table, row.number)
                continue
            }
            parts[index % 3].put(row.table, row.number) { $0.append(changes.bytes[value]) }
        }
        return parts
    }

    @Test func beginningAnewLeavesWhatWasThereToTheFirstSave() throws {
        try withTemporaryFolder { folder in
            let sample = try Sample(folder: folder)
            sample.store.close()
            for opening in [SQLiteStore.Opening.anew, .existing] {
                let store = try SQLiteStore(folder: folder, opening: opening)
                store.replaceAll()
                #expect(try StoredRows(store) == StoredRows())
                store.close()
                let again = try SQLiteStore(folder: folder, opening: .existing)
                #expect(try StoredRows(again) == sample.expected)
                again.close()
            }
            var generator = SplitMix64(seed: 2)
            var expected = StoredRows()
            let changes = StateChanges()
            let store = try SQLiteStore(folder: folder, opening: .anew)
            for _ in 0..<3 {
                expected.change(changes, rowsMax: 30, numbers: 40, &generator)
                try store.save(changes, try #require(expected.boundary))
                #expect(try StoredRows(store) == expected)
            }
            store.close()
            let again = try SQLiteStore(folder: folder, opening: .existing)
            #expect(try StoredRows(again) == expected)
            again.close()
        }
    }

    /// A rebuild deletes the log of the old state before it takes its place: a crash in between must leave that state.
    @Test func aStateThatAKillLeftStandsWithoutItsLog() throws {
        try withTemporaryFolder { folder in
            // A save with an erasure empties the log itself.
            let sample = try Sample(folder: folder + "/running", in: StateTable.allCases.filter { $0 != .erasures })
            defer { sample.store.close() }
            for isMoved in [false, true] {
                let left = folder + "/left-\(isMoved)"
                #expect(mkdir(left, 0o755) == 0)
                for suffix in ["", "-wal"] { try write(readBytes(folder + "/running/state.sqlite" + suffix), to: left + "/state.sqlite" + suffix) }
                if isMoved { StateDatabase.moveLogIntoFile(at: left + "/state.sqlite") }
                for suffix in ["-wal", "-shm"] { try removeFile(left + "/state.sqlite" + suffix) }
                let store = try SQLiteStore(folder: left, opening: .existing)
                #expect(try (StoredRows(store) == sample.expected) == isMoved)
                store.close()
            }
        }
    }

    /// What a person was must not lie in the log until other pages take its place.
    @Test func aSaveWithAnErasureEmptiesTheLog() throws {
        try withTemporaryFolder { folder in
            let store = try SQLiteStore(folder: folder)
            defer { store.close() }
            let changes = StateChanges()
            let boundary = StateBoundary(batch: 1, offsets: [:], origin: .live, journalOffset: 0, settingsDigest: "", watermark: 0)
            changes.put(.users, 1) { $0.append("victim-3d2f") }
            try store.save(changes, boundary)
            #expect(try wordsLyingOpen(["victim-3d2f"], in: folder) == ["victim-3d2f"])
            changes.removeAll()
            changes.delete(.users, 1)
            changes.put(.erasures, 0) { $0.append("a pseudonym") }
            try store.save(changes, boundary)
            #expect(try wordsLyingOpen(["victim-3d2f", "a pseudonym"], in: folder) == ["a pseudonym"])
        }
    }

    /// A kill between the save that forgets somebody and the emptying of the log leaves the latter to the next process.
    @Test func theFirstSaveEmptiesTheLogThatAKillLeft() throws {
        try withTemporaryFolder { folder in
            let (running, left) = (folder + "/running", folder + "/left")
            let killed = try SQLiteStore(folder: running)
            defer { killed.close() }
            let changes = StateChanges()
            let boundary = StateBoundary(batch: 1, offsets: [:], origin: .live, journalOffset: 0, settingsDigest: "", watermark: 0)
            try killed.save(changes, boundary)
            changes.put(.users, 1) { $0.append("victim-77aa") }
            try killed.save(changes, boundary)
            changes.removeAll()
            changes.delete(.users, 1)
            try killed.save(changes, boundary)
            #expect(mkdir(left, 0o755) == 0)
            for suffix in ["", "-wal"] { try write(readBytes(running + "/state.sqlite" + suffix), to: left + "/state.sqlite" + suffix) }
            #expect(try wordsLyingOpen(["victim-77aa"], in: left) == ["victim-77aa"])
            let store = try SQLiteStore(folder: left, opening: .existing)
            defer { store.close() }
            changes.removeAll()
            try store.save(changes, boundary)
            #expect(try wordsLyingOpen(["victim-77aa"], in: left).isEmpty)
        }
    }

    @Test func aStoreWithoutASaveLeavesNoState() throws {
        try withTemporaryFolder { folder in
            try SQLiteStore(folder: folder).close()
            #expect { try SQLiteStore(folder: folder, opening: .existing) } throws: { "\($0)".contains("there is no state in \(folder)") }
        }
    }

    @Test func aMemoryStoreKeepsWhatItReplacesUntilTheNextSave() throws {
        var generator = SplitMix64(seed: 3)
        var old = StoredRows()
        let (store, changes) = (MemoryStore(), StateChanges())
        old.change(changes, rowsMax: 30, numbers: 40, &generator)
        try store.save(changes, try #require(old.boundary))
        store.replaceAll()
        #expect(try StoredRows(store) == StoredRows())
        #expect(try StoredRows(MemoryStore(copyOf: store)) == old)
        var new = StoredRows()
        new.change(changes, rowsMax: 30, numbers: 40, &generator)
        try store.save(changes, try #require(new.boundary))
        #expect(try StoredRows(store) == new)
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

    @Test func aFolderThatWasMadeForNoStateIsDeleted() throws {
        try withTemporaryFolder { folder in
            for opening in [SQLiteStore.Opening.existingOrNew, .anew] {
                let store = try SQLiteStore(folder: folder + "/a/b", opening: opening)
                #expect(store.path == folder + "/a/b/state.sqlite")
                #expect(access(folder + "/a/b/lock", F_OK) == 0)
                store.close()
                #expect(access(folder + "/a", F_OK) != 0)
            }
            try SQLiteStore(folder: folder).close()
            #expect(access(folder, F_OK) == 0, "it was there before")
        }
    }

    @Test func aFolderIsNamedFromTheRoot() {
        let here = StoreFiles.absolute("./state")
        #expect(here.hasPrefix("/") && here.hasSuffix("/state") && !here.contains("/./"))
        #expect(StoreFiles.absolute("a/state").hasSuffix("/a/state"))
        #expect(StoreFiles.absolute("/a/state") == "/a/state")
    }

    @Test("FAULTS 23: a full disk leaves the last checkpoint")
    func aFullDiskLeavesTheLastCheckpoint() throws {
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
    private let among: [StateTable]

    init(folder: String, saves: Int = 3, key: KeyFile? = nil, in among: [StateTable] = StateTable.allCases) throws {
        self.among = among
        store = try SQLiteStore(folder: folder, key: key)
        for _ in 0..<saves { try save() }
    }

    mutating func save() throws {
        expected.change(changes, rowsMax: 60, numbers: 40, &generator, in: among)
        if let boundary = expected.boundary { try store.save(changes, boundary) }
    }
}
