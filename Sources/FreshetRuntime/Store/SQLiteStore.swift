import CSQLite
public import FreshetCore
import FreshetKernels
import Glibc

/// State in one SQLite file of a folder: `state.sqlite`, held by one process at a time.
///
/// Each row carries a checksum of its bytes and its place, and one header row the boundary and what every table must hold. So bytes that
/// changed on the disk are noticed, and so is a row that is lost or came back from before. One thread at a time may use a store.
public final class SQLiteStore: StateStore {
    /// What to do where the folder holds no state, or some.
    public enum Opening: Sendable {
        /// Take what is there; without state it is an error.
        case existing
        /// Take what is there, or begin anew.
        case existingOrNew
        /// Delete what is there and begin anew: the operator's word that state is lost.
        case anew
    }

    private let lock: FolderLock
    private let database: SQLiteDatabase
    private var tables: [TableStatements] = []
    private var headerStatement: SQLiteStatement?
    private var header: StoreHeader
    private let headerBytes = ByteBuffer()

    /// Opens the state in `folder` and checks it. Throws `locked` where another process holds it.
    public init(folder: String, opening: Opening = .existingOrNew) throws(StoreError) {
        try StoreFiles.makeFolder(folder, only: opening == .existing)
        lock = try FolderLock(folder: folder)
        let files = StoreFiles(folder: folder)
        if opening == .anew { try files.remove() }
        if try !files.isThere() {
            guard opening != .existing else { throw StoreFiles.missing(folder) }
            try files.create()
        }
        database = try SQLiteDatabase(path: files.path)
        try SQLiteStore.prepare(database, isSmall: files.isSmall)
        header = try SQLiteStore.readHeader(database)
        for table in StateTable.allCases { tables.append(try TableStatements(database, table)) }
        headerStatement = try SQLiteStatement(database, "INSERT OR REPLACE INTO header (number, value, checksum) VALUES (0, ?1, ?2)")
    }

    /// The boundary of the last `save`, or `nil` where there was none.
    public func loadBoundary() throws(StoreError) -> StateBoundary? { header.boundary }

    /// Calls `body` with every row. A row whose bytes are not what was written is an error before `body` sees it; a lost row is one behind the
    /// table's last, so what was taken must be dropped.
    public func loadRows(_ body: (StateTable, Int64, UnsafeRawBufferPointer) throws(StoreError) -> Void) throws(StoreError) {
        for table in StateTable.allCases {
            let total = try tables[Int(table.rawValue)].forEachRow { (number, bytes) throws(StoreError) in try body(table, number, bytes.buffer) }
            let expected = header.totals[Int(table.rawValue)]
            guard total == expected else {
                let message = "\(database.path): table \(table.name) holds other rows than were saved (\(total.rows) of \(expected.rows))"
                throw StoreError(.corrupt, message, hint: StoreError.rebuildHint)
            }
        }
    }

    /// Replaces and deletes rows, and moves the boundary, in one transaction that is on the disk when the call returns.
    public func save(_ changes: StateChanges, _ boundary: StateBoundary) throws(StoreError) {
        var next = header
        next.boundary = boundary
        try database.execute("BEGIN IMMEDIATE")
        do throws(StoreError) {
            // By rising number: random keys cost a page a row.
            for row in changes.rows.sorted(by: { ($0.table.rawValue, $0.number) < ($1.table.rawValue, $1.number) }) {
                let table = Int(row.table.rawValue)
                try tables[table].write(row.number, row.value.map { changes.bytes[$0] }, &next.totals[table])
            }
            try write(next)
            try database.execute("COMMIT")
        } catch {
            // The first error is the one to tell; SQLite may have rolled back by itself.
            try? database.execute("ROLLBACK")
            throw error
        }
        header = next
    }

    /// Closes the file and gives up the folder.
    public func close() {
        tables = []
        headerStatement = nil
        database.close()
        lock.release()
    }

    /// Bounds the file's size, as a full disk would.
    package func limit(pages: Int) throws(StoreError) { try database.execute("PRAGMA max_page_count = \(pages)") }

    private func write(_ header: StoreHeader) throws(StoreError) {
        headerBytes.removeAll()
        header.encode(into: headerBytes)
        guard let headerStatement else { throw StoreError(.io, "\(database.path) is closed") }
        defer { headerStatement.reset() }
        headerStatement.bind(1, headerBytes.view)
        headerStatement.bind(2, Int64(bitPattern: rowChecksum(table: .max, number: 0, headerBytes.view)))
        while try headerStatement.step() {}
    }

    /// Structure is checked where that takes well under a second; checksums are checked of every row that is read, in any case.
    private static func prepare(_ database: SQLiteDatabase, isSmall: Bool) throws(StoreError) {
        for pragma in ["trusted_schema = OFF", "cell_size_check = ON", "journal_mode = WAL", "synchronous = FULL", "journal_size_limit = 67108864"] {
            try database.execute("PRAGMA \(pragma)")
        }
        guard isSmall else { return }
        let answer = try database.text("PRAGMA quick_check(1)") ?? ""
        guard answer == "ok" else {
            throw StoreError(.corrupt, "\(database.path) is damaged: \(answer)", hint: StoreError.rebuildHint)
        }
    }

    private static func readHeader(_ database: SQLiteDatabase) throws(StoreError) -> StoreHeader {
        let damaged = StoreError(.corrupt, "\(database.path): table header is damaged", hint: StoreError.rebuildHint)
        let statement = try SQLiteStatement(database, "SELECT value, checksum FROM header WHERE number = 0")
        guard try statement.step(), let bytes = statement.blob(0), bytes.count >= 4 else { throw damaged }
        guard rowChecksum(table: .max, number: 0, bytes) == UInt64(bitPattern: statement.integer(1)) else { throw damaged }
        let version = Int32(littleEndian: bytes.buffer.loadUnaligned(as: Int32.self))
        guard version == StoreHeader.version else {
            let age = version > StoreHeader.version ? "a newer" : "an older"
            throw StoreError(
                .version, "\(database.path) was written by \(age) Freshet (format \(version), this one reads \(StoreHeader.version))",
                hint: "use that version, or \(StoreError.rebuildHint)")
        }
        guard let header = StoreHeader(bytes) else { throw damaged }
        return header
    }
}
