import FreshetCore
import FreshetKafka
import FreshetKernels
import Glibc
import Testing

@testable import FreshetRuntime

/// A state that is sealed with a key: what lies in the folder, and who may open it.
@Suite struct SealedStoreTests {
    /// What the rows and the header of `fill` hold.
    private static let words = ["shopper-anna-4711", "gift-for-somebody", "a-topic-of-mine", "settings-of-mine"]

    private func openWords(in folder: String) throws -> Set<String> { try wordsLyingOpen(SealedStoreTests.words, in: folder) }

    private static func changes(_ numbers: Range<Int64>) -> StateChanges {
        let changes = StateChanges()
        for number in numbers {
            changes.put(.users, number) { $0.append(text: "shopper-anna-4711 \(number)") }
            changes.put(.catalogue, number) { $0.append(text: "gift-for-somebody \(number)") }
        }
        return changes
    }

    private static let boundary = StateBoundary(
        batch: 3, offsets: [TopicPartition("a-topic-of-mine", 0): 7], origin: .live, journalOffset: 1, settingsDigest: "d", watermark: 5,
        settingsText: "settings-of-mine")

    /// A store with rows that are saved, in the write-ahead log, and staged only.
    private func fill(_ folder: String, _ key: KeyFile?) throws -> SQLiteStore {
        let store = try SQLiteStore(folder: folder, key: key)
        try store.save(SealedStoreTests.changes(0..<100), SealedStoreTests.boundary)
        try store.save(SealedStoreTests.changes(50..<200), SealedStoreTests.boundary)
        try store.stage(SealedStoreTests.changes(200..<2_000))
        return store
    }

    /// Makes a row of one of the last tables seem damaged, or whole again.
    private func changeChecksum(by difference: Int, in folder: String) throws {
        let database = try SQLiteDatabase(path: folder + "/state.sqlite")
        try database.execute("UPDATE catalogue SET checksum = checksum + (\(difference)) WHERE number = 199")
        database.close()
    }

    private func failure(_ folder: String, _ key: KeyFile?, _ opening: SQLiteStore.Opening = .existing) -> StoreError? {
        do throws(StoreError) {
            try SQLiteStore(folder: folder, opening: opening, key: key).close()
            return nil
        } catch {
            return error
        }
    }

    @Test func noWordOfARowOrTheHeaderLiesInAnyFile() throws {
        try withTemporaryFolder { folder in
            // The search finds what is there.
            let plain = try fill(folder + "/plain", nil)
            #expect(try openWords(in: folder + "/plain") == Set(SealedStoreTests.words))
            plain.close()
            #expect(try openWords(in: folder + "/plain") == Set(SealedStoreTests.words))
            let sealed = folder + "/sealed"
            let first = try SQLiteStore(folder: sealed, key: testKey())
            try first.stage(SealedStoreTests.changes(0..<2_000))
            #expect(try access(sealed + "/state.sqlite.new", F_OK) == 0 && openWords(in: sealed).isEmpty)
            first.close()
            let store = try fill(sealed, testKey())
            #expect(try access(sealed + "/state.sqlite-wal", F_OK) == 0 && openWords(in: sealed).isEmpty)
            try store.save(SealedStoreTests.changes(5..<10), SealedStoreTests.boundary)
            store.close()
            #expect(try openWords(in: sealed).isEmpty)
            let again = try SQLiteStore(folder: sealed, opening: .existing, key: testKey())
            #expect(try StoredRows(again).tables[.users]?[1_999] == Array("shopper-anna-4711 1999".utf8))
            #expect(try again.loadBoundary() == SealedStoreTests.boundary)
            again.close()
        }
    }

    @Test func theFolderHoldsTheStateItsLogAndTheLockOnly() throws {
        try withTemporaryFolder { folder in
            let first = try SQLiteStore(folder: folder, key: testKey())
            #expect(fileNames(in: folder) == ["lock"])
            try first.stage(SealedStoreTests.changes(0..<2_000))
            #expect(Set(fileNames(in: folder)).isSubset(of: ["lock", "state.sqlite.new", "state.sqlite.new-wal"]))
            first.close()
            #expect(fileNames(in: folder) == ["lock"])
            let store = try fill(folder, testKey())
            #expect(fileNames(in: folder) == ["lock", "state.sqlite", "state.sqlite-wal"])
            store.close()
            #expect(fileNames(in: folder) == ["lock", "state.sqlite"])
        }
    }

    /// Each process draws random bits of its own, and each save writes the header anew.
    @Test func noTwoRowsShareANonceWhichProcessEverWroteThem() throws {
        try withTemporaryFolder { folder in
            var nonces: [[UInt8]] = []
            for _ in 0..<20 {
                let store = try SQLiteStore(folder: folder, key: testKey())
                for _ in 0..<2 { try store.save(SealedStoreTests.changes(0..<20), SealedStoreTests.boundary) }
                store.close()
                let database = try SQLiteDatabase(path: folder + "/state.sqlite")
                nonces += try values("users", of: database) + values("catalogue", of: database)
                // Behind the version and the sealed data key.
                nonces += try values("header", of: database).map { Array($0.dropFirst(4 + RowSeal.wrappedBytes)) }
                database.close()
            }
            #expect(nonces.count == 20 * 41 && Set(nonces.map { Array($0.prefix(AuthenticatedCipher.nonceBytes)) }).count == nonces.count)
        }
    }

    /// What the rows of a table hold as they lie in the file.
    private func values(_ table: String, of database: SQLiteDatabase) throws -> [[UInt8]] {
        let select = try SQLiteStatement(database, "SELECT value FROM \(table)")
        var values: [[UInt8]] = []
        while try select.step() { values.append(select.blob(0).map { Array($0.buffer) } ?? []) }
        return values
    }

    @Test func theWrongKeyNoneAndOneTooManyAreToldAndChangeNothing() throws {
        try withTemporaryFolder { folder in
            let (sealed, plain) = (folder + "/sealed", folder + "/plain")
            try fill(sealed, testKey()).close()
            try fill(plain, nil).close()
            let before = try [sealed, plain].map { try readBytes($0 + "/state.sqlite") }
            for opening in [SQLiteStore.Opening.existing, .existingOrNew] {
                let other = failure(sealed, testKey(1), opening)
                #expect(other?.code == .key && other?.message == "\(sealed)/state.sqlite is sealed with another key than the one in key1")
                #expect(other?.hint?.contains("--rebuild") == true)
                let none = failure(sealed, nil, opening)
                #expect(none?.code == .key && none?.message == "\(sealed)/state.sqlite is sealed, and no key is given")
                #expect(none?.hint?.contains("state.key_file, FRESHET_STATE_KEY_FILE or --key-file") == true)
                let needless = failure(plain, testKey(), opening)
                #expect(needless?.code == .key && needless?.description.contains("freshet rekey --state DIR --new-key-file key0") == true)
            }
            #expect(try [sealed, plain].map { try readBytes($0 + "/state.sqlite") } == before)
            #expect(failure(sealed, testKey()) == nil && failure(plain, nil) == nil)
        }
    }

    @Test func aLostKeyIsNoHindranceToBeginningAnew() throws {
        try withTemporaryFolder { folder in
            try fill(folder, testKey()).close()
            let store = try SQLiteStore(folder: folder, opening: .anew, key: testKey(1))
            #expect(failure(folder, testKey(1))?.code == .locked)
            var boundary = SealedStoreTests.boundary
            boundary.batch = 9
            try store.save(SealedStoreTests.changes(0..<1), boundary)
            store.close()
            #expect(failure(folder, testKey())?.code == .key)
            let again = try SQLiteStore(folder: folder, opening: .existing, key: testKey(1))
            #expect(try again.loadBoundary()?.batch == 9)
            #expect(try StoredRows(again).tables[.users]?.count == 1)
            again.close()
        }
    }

    @Test func whatACrashLeftOfAPlainFileIsDeleted() throws {
        try withTemporaryFolder { folder in
            for opening in [SQLiteStore.Opening.anew, .existingOrNew] {
                for name in ["state.sqlite.new", "state.sqlite.new-wal"] { try write("shopper-anna-4711", to: "\(folder)/\(name)") }
                #expect(try !openWords(in: folder).isEmpty)
                try SQLiteStore(folder: folder, opening: opening, key: testKey()).close()
                #expect(try openWords(in: folder).isEmpty)
            }
            try fill(folder, testKey()).close()
            try write("shopper-anna-4711", to: folder + "/state.sqlite.new")
            #expect(failure(folder, testKey()) == nil)
            #expect(fileNames(in: folder) == ["lock", "state.sqlite"])
        }
    }

    @Test(arguments: 0..<5 as Range<UInt64>)
    func aStateIsTheSameUnderAnotherKey(seed: UInt64) throws {
        try withTemporaryFolder { folder in
            var random = SplitMix64(seed: seed)
            var expected = StoredRows()
            let changes = StateChanges()
            var key: KeyFile?
            var store = try SQLiteStore(folder: folder)
            for other in [testKey(), testKey(1), nil, testKey(2)] {
                for _ in 0..<random.next(below: 4) + 1 {
                    expected.change(changes, rowsMax: 60, numbers: 80, &random)
                    try store.save(changes, try #require(expected.boundary))
                }
                try store.reseal(under: other)
                #expect(try StoredRows(store) == expected)
                expected.change(changes, rowsMax: 60, numbers: 80, &random)
                try store.save(changes, try #require(expected.boundary))
                store.close()
                #expect(failure(folder, key)?.code == .key)
                key = other
                store = try SQLiteStore(folder: folder, opening: .existing, key: key)
                #expect(try StoredRows(store) == expected)
            }
            store.close()
        }
    }

    @Test func sealingLeavesNoWordBehindInTheFolder() throws {
        try withTemporaryFolder { folder in
            try fill(folder, nil).close()
            let store = try SQLiteStore(folder: folder, opening: .existing)
            try store.reseal(under: testKey())
            #expect(try openWords(in: folder).isEmpty)
            store.close()
            #expect(try openWords(in: folder).isEmpty && failure(folder, testKey()) == nil)
        }
    }

    @Test func aStateThatCannotBeWrittenAnewStands() throws {
        try withTemporaryFolder { folder in
            let sample = try Sample(folder: folder)
            #expect(mkdir(folder + "/state.sqlite.new", 0o755) == 0)
            let error = #expect(throws: StoreError.self) { try sample.store.reseal(under: testKey()) }
            #expect(error?.message.contains("state.sqlite.new") == true)
            #expect(try StoredRows(sample.store) == sample.expected)
            sample.store.close()
            #expect(failure(folder, nil)?.message.contains("state.sqlite.new") == true, "what may be plain is not passed over")
            #expect(rmdir(folder + "/state.sqlite.new") == 0)
            #expect(failure(folder, nil) == nil)
            let empty = try SQLiteStore(folder: folder + "/empty")
            #expect { try empty.reseal(under: testKey()) } throws: { "\($0)".contains("there is no state in \(folder)/empty") }
            empty.close()
        }
    }

    /// It fails while rows are copied, and when all of them lie in the new file, which is to be plain.
    @Test func aRekeyThatFailsLeavesNoPlainFile() throws {
        try withTemporaryFolder { folder in
            try fill(folder, testKey()).close()
            let store = try SQLiteStore(folder: folder, opening: .existing, key: testKey())
            let rows = try StoredRows(store)
            // Deleted as a part of the old log, before the new file gets its name.
            #expect(mkdir(folder + "/state.sqlite-shm", 0o755) == 0)
            let late = #expect(throws: StoreError.self) { try store.reseal(under: nil) }
            #expect(late?.message.contains("state.sqlite-shm") == true, "\(late?.message ?? "")")
            #expect(throws: StoreError.self) { try store.save(StateChanges(), SealedStoreTests.boundary) }
            #expect(rmdir(folder + "/state.sqlite-shm") == 0)
            #expect(try fileNames(in: folder) == ["lock", "state.sqlite"] && openWords(in: folder).isEmpty)

            try changeChecksum(by: 1, in: folder)
            let damaged = try SQLiteStore(folder: folder, opening: .existing, key: testKey())
            let early = #expect(throws: StoreError.self) { try damaged.reseal(under: nil) }
            #expect(early?.message.contains("row 199 of table catalogue is damaged") == true, "\(early?.message ?? "")")
            damaged.close()
            #expect(try fileNames(in: folder) == ["lock", "state.sqlite"] && openWords(in: folder).isEmpty)
            try changeChecksum(by: -1, in: folder)
            let again = try SQLiteStore(folder: folder, opening: .existing, key: testKey())
            #expect(try StoredRows(again) == rows)
            again.close()
        }
    }

    /// The old log is deleted before the new file takes the old one's place: what could not be moved out of it would be lost by a kill in between.
    @Test func aLogThatCannotBeEmptiedIsToldOfBeforeARekey() throws {
        try withTemporaryFolder { folder in
            // A save with an erasure empties the log itself.
            let sample = try Sample(folder: folder, in: StateTable.allCases.filter { $0 != .erasures })
            #expect(truncate(folder + "/state.sqlite-wal", 40) == 0)
            let error = #expect(throws: StoreError.self) { try sample.store.reseal(under: testKey()) }
            #expect(error?.message.hasPrefix("cannot use \(folder)/state.sqlite:") == true, "\(error?.message ?? "")")
            #expect(!fileNames(in: folder).contains { $0.hasPrefix("state.sqlite.new") })
            sample.store.close()
        }
    }

    @Test func aRekeyWithoutRoomBeginsNothing() throws {
        try withTemporaryFolder { folder in
            try fill(folder, nil).close()
            var disk = statvfs()
            #expect(statvfs(folder, &disk) == 0)
            // A hole takes no room; a copy of three quarters of what is free does, twice.
            #expect(truncate(folder + "/state.sqlite", off_t(disk.f_bavail) / 4 * 3 * off_t(disk.f_frsize)) == 0)
            let store = try SQLiteStore(folder: folder, opening: .existing)
            let rows = try StoredRows(store)
            let error = #expect(throws: StoreError.self) { try store.reseal(under: testKey()) }
            #expect(error?.code == .io && error?.message.hasPrefix("cannot write \(folder)/state.sqlite anew: that takes about ") == true)
            #expect(error?.hint == "make room; nothing is changed")
            #expect(try StoredRows(store) == rows && !fileNames(in: folder).contains { $0.hasPrefix("state.sqlite.new") })
            store.close()
        }
    }
}
