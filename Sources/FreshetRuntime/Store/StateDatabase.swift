import FreshetCore
import FreshetKernels
import Glibc

/// The tables of one state in one SQLite file, and the header that says what they hold.
final class StateDatabase {
    private let database: SQLiteDatabase
    private var tables: [TableStatements] = []
    private var storedHeader: StoredHeader?
    /// What seals each row; `nil`: they are plain.
    private let seal: RowSeal?
    private(set) var header: StoreHeader
    /// The header as it is to be with what is staged; `nil` outside a transaction.
    private var staged: StoreHeader?
    /// People may be forgotten by what was written since the log was emptied.
    private var forgets: Bool

    /// Opens the file at `path` and checks it. `key` must be the one that it is sealed with, and `nil` for a plain one.
    init(path: String, isSmall: Bool, key: KeyFile?) throws(StoreError) {
        // What a process wrote that was killed is not known.
        forgets = StateDatabase.holdsLog(path)
        database = try SQLiteDatabase(path: path)
        try StateDatabase.prepare(database, isSmall: isSmall)
        (header, seal) = try StoredHeader.read(database, key)
        try prepareStatements()
    }

    /// Makes a file without rows at `path`, where none is.
    init(newAt path: String, key: KeyFile?) throws(StoreError) {
        seal = try key.map { key throws(StoreError) in try RowSeal.new(under: key.key) }
        forgets = false
        database = try SQLiteDatabase(path: path)
        header = StoreHeader()
        try StateDatabase.prepare(database, isSmall: false)
        try database.execute("BEGIN")
        for name in StateTable.allCases.map(\.name) + ["header"] { try database.execute(TableStatements.definition(name)) }
        try prepareStatements()
        try write(header)
        try database.execute("COMMIT")
    }

    /// Calls `body` with every row, table by table, by rising number.
    func forEachRow(_ body: (StateTable, Int64, ByteView) throws(StoreError) -> Void) throws(StoreError) {
        for table in StateTable.allCases {
            let total = try tables[Int(table.rawValue)].forEachRow { (number, bytes) throws(StoreError) in try body(table, number, bytes) }
            let expected = header.totals[Int(table.rawValue)]
            guard total == expected else {
                let message = "\(database.path): table \(table.name) holds other rows than were saved (\(total.rows) of \(expected.rows))"
                throw StoreError(.corrupt, message, hint: StoreError.rebuildHint)
            }
        }
    }

    /// Replaces and deletes rows in a transaction that the next `save` ends. After a failure it is rolled back.
    func stage(_ changes: StateChanges) throws(StoreError) {
        try inTransaction { (next: inout StoreHeader) throws(StoreError) in try write(changes, &next) }
    }

    /// Replaces and deletes rows, and moves the boundary, in one transaction that is on the disk when the call returns.
    func save(_ changes: StateChanges, _ boundary: StateBoundary) throws(StoreError) {
        try inTransaction { (next: inout StoreHeader) throws(StoreError) in
            try write(changes, &next)
            next.boundary = boundary
            try write(next)
            try database.execute("COMMIT")
        }
        if let staged { header = staged }
        staged = nil
        // The log still holds what a person was before it was forgotten. Where that cannot be now, the next save does it.
        if forgets, (try? moveLogIntoFile()) != nil { forgets = false }
    }

    /// Takes all rows of another one, and its boundary, in one transaction.
    func copy(_ other: StateDatabase, _ boundary: StateBoundary) throws(StoreError) {
        let changes = StateChanges()
        try other.forEachRow { (table, number, bytes) throws(StoreError) in
            changes.put(table, number) { $0.append(bytes) }
            guard changes.bytes.count >= StateDatabase.copiedBytes else { return }
            try stage(changes)
            changes.removeAll()
        }
        try save(changes, boundary)
    }

    /// Bytes of rows that are copied at once.
    private static let copiedBytes = 4 << 20

    private func inTransaction(_ body: (inout StoreHeader) throws(StoreError) -> Void) throws(StoreError) {
        if staged == nil { try database.execute("BEGIN IMMEDIATE") }
        var next = staged ?? header
        do throws(StoreError) {
            try body(&next)
            staged = next
        } catch {
            rollBack()
            throw error
        }
    }

    /// Ends the transaction of what is staged without it.
    func dropStaged() {
        if staged != nil { rollBack() }
    }

    private func rollBack() {
        // The first error is the one to tell; SQLite may have rolled back by itself.
        try? database.execute("ROLLBACK")
        staged = nil
    }

    private func write(_ changes: StateChanges, _ next: inout StoreHeader) throws(StoreError) {
        // By rising number: random keys cost a page a row.
        for row in changes.rows.sorted(by: { ($0.table.rawValue, $0.number) < ($1.table.rawValue, $1.number) }) {
            let table = Int(row.table.rawValue)
            if row.table == .erasures { forgets = true }
            try tables[table].write(row.number, row.value.map { changes.bytes[$0] }, &next.totals[table])
        }
    }

    private static func holdsLog(_ path: String) -> Bool {
        var information = stat()
        return stat("\(path)-wal", &information) == 0 && information.st_size > 0
    }

    /// Moves all that was saved out of the write-ahead log: the file can then be renamed.
    func moveLogIntoFile() throws(StoreError) { try database.execute("PRAGMA wal_checkpoint(TRUNCATE)") }

    /// Moves what a kill has left in the log of the database at `path` into its file, which then stands whole without the log. One that cannot be
    /// read has nothing to lose.
    static func moveLogIntoFile(at path: String) {
        guard let database = try? SQLiteDatabase(path: path) else { return }
        defer { database.close() }
        // The log is opened by the first read.
        for statement in ["SELECT count(*) FROM sqlite_schema", "PRAGMA wal_checkpoint(TRUNCATE)"] { try? database.execute(statement) }
    }

    /// Bounds the file's size, as a full disk would.
    func limit(pages: Int) throws(StoreError) { try database.execute("PRAGMA max_page_count = \(pages)") }

    /// Closes the file.
    func close() {
        tables = []
        storedHeader = nil
        database.close()
    }

    private func prepareStatements() throws(StoreError) {
        for table in StateTable.allCases { tables.append(try TableStatements(database, table, seal)) }
        storedHeader = try StoredHeader(database, seal)
    }

    private func write(_ header: StoreHeader) throws(StoreError) {
        guard let storedHeader else { throw StoreError(.io, "\(database.path) is closed") }
        try storedHeader.write(header)
    }

    /// Structure is checked where that takes well under a second; checksums are checked of every row that is read, in any case.
    ///
    /// The folder has one owner, so that the index of the log stands in memory, not in a file: a state can be read from a disk without any room.
    private static func prepare(_ database: SQLiteDatabase, isSmall: Bool) throws(StoreError) {
        for pragma in [
            "page_size = 16384", "locking_mode = EXCLUSIVE", "trusted_schema = OFF", "cell_size_check = ON", "journal_mode = WAL",
            "synchronous = FULL",
            // What is deleted is written over: users who are forgotten leave no byte.
            "secure_delete = ON", "journal_size_limit = 67108864",
        ] {
            try database.execute("PRAGMA \(pragma)")
        }
        guard isSmall else { return }
        let answer = try database.text("PRAGMA quick_check(1)") ?? ""
        guard answer == "ok" else {
            throw StoreError(.corrupt, "\(database.path) is damaged: \(answer)", hint: StoreError.rebuildHint)
        }
    }
}
