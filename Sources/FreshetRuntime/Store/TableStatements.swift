import FreshetCore
import FreshetKernels

/// The statements of one table of rows.
final class TableStatements {
    private let table: StateTable
    private let path: String
    private let seal: RowSeal?
    private let select: SQLiteStatement
    private let find: SQLiteStatement
    private let replace: SQLiteStatement
    private let delete: SQLiteStatement

    init(_ database: SQLiteDatabase, _ table: StateTable, _ seal: RowSeal?) throws(StoreError) {
        self.table = table
        self.seal = seal
        path = database.path
        select = try SQLiteStatement(database, "SELECT number, value, checksum FROM \(table.name) ORDER BY number")
        find = try SQLiteStatement(database, "SELECT checksum FROM \(table.name) WHERE number = ?1")
        replace = try SQLiteStatement(database, "INSERT OR REPLACE INTO \(table.name) (number, value, checksum) VALUES (?1, ?2, ?3)")
        delete = try SQLiteStatement(database, "DELETE FROM \(table.name) WHERE number = ?1")
    }

    /// What makes a table.
    static func definition(_ name: String) -> String {
        "CREATE TABLE \(name) (number INTEGER PRIMARY KEY, value BLOB NOT NULL, checksum INTEGER NOT NULL)"
    }

    /// Calls `body` with each row by rising number; answers what there was.
    func forEachRow(_ body: (Int64, ByteView) throws(StoreError) -> Void) throws(StoreError) -> TableTotal {
        var total = TableTotal()
        defer { select.reset() }
        while try select.step() {
            let number = select.integer(0)
            let checksum = UInt64(bitPattern: select.integer(2))
            guard let stored = select.blob(1), rowChecksum(table: table.rawValue, number: number, stored) == checksum,
                let bytes = opened(stored, number)
            else {
                throw StoreError(.corrupt, "\(path): row \(number) of table \(table.name) is damaged", hint: StoreError.rebuildHint)
            }
            total.add(checksum)
            try body(number, bytes)
        }
        return total
    }

    private func opened(_ stored: ByteView, _ number: Int64) -> ByteView? {
        guard let seal else { return stored }
        return seal.open(stored, table: table.rawValue, number: number)
    }

    /// Replaces one row, or deletes it where `value` is `nil`, and keeps `total` right.
    func write(_ number: Int64, _ value: ByteView?, _ total: inout TableTotal) throws(StoreError) {
        if let old = try checksum(of: number) { total.remove(old) }
        guard let value else {
            defer { delete.reset() }
            delete.bind(1, number)
            while try delete.step() {}
            return
        }
        let stored = try seal?.seal(value, table: table.rawValue, number: number) ?? value
        // Of what is stored: one of a plain row would tell a guess from a miss.
        let checksum = rowChecksum(table: table.rawValue, number: number, stored)
        total.add(checksum)
        defer { replace.reset() }
        replace.bind(1, number)
        replace.bind(2, stored)
        replace.bind(3, Int64(bitPattern: checksum))
        while try replace.step() {}
    }

    private func checksum(of number: Int64) throws(StoreError) -> UInt64? {
        defer { find.reset() }
        find.bind(1, number)
        return try find.step() ? UInt64(bitPattern: find.integer(0)) : nil
    }
}
