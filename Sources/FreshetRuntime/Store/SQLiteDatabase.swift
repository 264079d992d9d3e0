import CSQLite
import FreshetKernels
import Glibc

/// A connection to one database file.
final class SQLiteDatabase {
    let path: String
    fileprivate var handle: OpaquePointer?

    init(path: String) throws(StoreError) {
        self.path = path
        let result = sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nil)
        guard result == SQLITE_OK else { throw error(result, "open") }
        sqlite3_extended_result_codes(handle, 1)
    }

    deinit { close() }

    /// Ends the connection; statements must have ended before.
    func close() {
        sqlite3_close_v2(handle)
        handle = nil
    }

    /// Runs one statement that answers nothing of interest.
    func execute(_ text: String) throws(StoreError) {
        let statement = try SQLiteStatement(self, text)
        while try statement.step() {}
    }

    /// The text in the first column of the first row.
    func text(_ query: String) throws(StoreError) -> String? {
        let statement = try SQLiteStatement(self, query)
        return try statement.step() ? statement.text(0) : nil
    }

    /// `SQLITE_IOERR_SHORT_READ`: the file was cut off.
    private static let shortRead = SQLITE_IOERR | 2 << 8

    /// Whether the file's disk has no room left for this user.
    private var isDiskFull: Bool {
        var information = statvfs()
        return statvfs(path, &information) == 0 && information.f_bavail == 0
    }

    func error(_ result: Int32, _ action: String) -> StoreError {
        let words = handle.map { String(cString: sqlite3_errmsg($0)) } ?? String(cString: sqlite3_errstr(result))
        let message = "cannot \(action) \(path): \(words)"
        switch result & 0xff {
        case SQLITE_FULL: return StoreError(.io, message, hint: "make room; what was saved before stands")
        case SQLITE_IOERR where result == SQLiteDatabase.shortRead: return StoreError(.corrupt, message, hint: StoreError.rebuildHint)
        case SQLITE_IOERR where isDiskFull:
            // SQLite's words are the same whatever the system said.
            return StoreError(.io, "\(message): the disk is full", hint: "make room; what was saved before stands")
        case SQLITE_CANTOPEN:
            let code = sqlite3_system_errno(handle)
            return code == 0 ? StoreError(.io, message) : StoreError.system(message, errno: code)
        case SQLITE_READONLY, SQLITE_PERM:
            return StoreError(.unusable, message, hint: "the user that Freshet runs as must own the folder and its files")
        case SQLITE_IOERR, SQLITE_NOMEM, SQLITE_BUSY, SQLITE_LOCKED, SQLITE_INTERRUPT: return StoreError(.io, message)
        default: return StoreError(.corrupt, message, hint: StoreError.rebuildHint)
        }
    }
}

extension StoreError {
    /// What to do about state that is lost.
    static let rebuildHint = "start with --rebuild to make it anew from inputs and journal"
}

/// A prepared statement, for use again and again.
final class SQLiteStatement {
    private let database: SQLiteDatabase
    private var handle: OpaquePointer?

    init(_ database: SQLiteDatabase, _ text: String) throws(StoreError) {
        self.database = database
        let result = sqlite3_prepare_v3(database.handle, text, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &handle, nil)
        guard result == SQLITE_OK else { throw database.error(result, "use") }
    }

    deinit { sqlite3_finalize(handle) }

    func bind(_ index: Int32, _ value: Int64) { sqlite3_bind_int64(handle, index, value) }

    /// The bytes must stay in place until `reset`.
    func bind(_ index: Int32, _ bytes: ByteView) {
        if bytes.isEmpty {
            sqlite3_bind_zeroblob(handle, index, 0)
        } else {
            sqlite3_bind_blob64(handle, index, bytes.start, UInt64(bytes.count), nil)
        }
    }

    /// Goes to the next row; `false` behind the last one.
    func step() throws(StoreError) -> Bool {
        let result = sqlite3_step(handle)
        switch result {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw database.error(result, "use")
        }
    }

    /// Makes the statement ready for other values.
    func reset() { sqlite3_reset(handle) }

    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

    func text(_ column: Int32) -> String? { sqlite3_column_text(handle, column).map { String(cString: $0) } }

    /// The bytes of a column, valid until the next step; `nil` where it holds no blob.
    func blob(_ column: Int32) -> ByteView? {
        guard sqlite3_column_type(handle, column) == SQLITE_BLOB else { return nil }
        let start = sqlite3_column_blob(handle, column)
        let count = Int(sqlite3_column_bytes(handle, column))
        return ByteView(UnsafeRawBufferPointer(start: start, count: count))
    }
}
