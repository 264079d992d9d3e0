import FreshetKernels

/// The one row of the table `header`, as it lies in the file: a plain header begins with the version; a sealed one with its negative, the sealed data
/// key, and behind them the header, sealed as rows are.
final class StoredHeader {
    /// The table's number, for the row's checksum.
    private static let table = UInt8.max
    private static let keyRange = 4..<4 + RowSeal.wrappedBytes

    private let path: String
    private let seal: RowSeal?
    private let replace: SQLiteStatement
    private let plain = ByteBuffer()
    private let sealed = ByteBuffer()

    init(_ database: SQLiteDatabase, _ seal: RowSeal?) throws(StoreError) {
        path = database.path
        self.seal = seal
        replace = try SQLiteStatement(database, "INSERT OR REPLACE INTO header (number, value, checksum) VALUES (0, ?1, ?2)")
    }

    /// Replaces the row.
    func write(_ header: StoreHeader) throws(StoreError) {
        plain.removeAll()
        header.encode(into: plain)
        let bytes = try sealedIfNeeded(plain.view)
        defer { replace.reset() }
        replace.bind(1, bytes)
        replace.bind(2, Int64(bitPattern: rowChecksum(table: StoredHeader.table, number: 0, bytes)))
        while try replace.step() {}
    }

    private func sealedIfNeeded(_ header: ByteView) throws(StoreError) -> ByteView {
        guard let seal else { return header }
        sealed.removeAll()
        sealed.append(littleEndian: -StoreHeader.version)
        seal.wrappedKey.withUnsafeBytes { sealed.append(ByteView($0)) }
        sealed.append(try seal.seal(header, table: StoredHeader.table, number: 0))
        return sealed.view
    }

    /// Reads the row, and finds the seal of all others: `nil` where they are plain. Throws where the key is not the state's.
    static func read(_ database: SQLiteDatabase, _ key: KeyFile?) throws(StoreError) -> (StoreHeader, RowSeal?) {
        let statement = try SQLiteStatement(database, "SELECT value, checksum FROM header WHERE number = 0")
        // The bytes end with the statement.
        defer { withExtendedLifetime(statement) {} }
        guard try statement.step(), let bytes = statement.blob(0), bytes.count >= 4,
            rowChecksum(table: table, number: 0, bytes) == UInt64(bitPattern: statement.integer(1))
        else { throw damaged(database) }
        let version = Int32(littleEndian: bytes.buffer.loadUnaligned(as: Int32.self))
        guard version.magnitude == StoreHeader.version.magnitude else { throw otherVersion(version.magnitude, database) }
        guard version < 0 else {
            if let key { throw isPlain(database, key) }
            guard let header = StoreHeader(bytes) else { throw damaged(database) }
            return (header, nil)
        }
        let seal = try seal(of: bytes, database, key)
        guard let plain = seal.open(bytes[keyRange.upperBound..<bytes.count], table: table, number: 0), let header = StoreHeader(plain) else {
            throw damaged(database)
        }
        return (header, seal)
    }

    private static func seal(of bytes: ByteView, _ database: SQLiteDatabase, _ key: KeyFile?) throws(StoreError) -> RowSeal {
        guard bytes.count >= keyRange.upperBound else { throw damaged(database) }
        guard let key else {
            throw StoreError(
                .key, "\(database.path) is sealed, and no key is given",
                hint: "name the file of its key with state.key_file, FRESHET_STATE_KEY_FILE or --key-file")
        }
        guard let seal = RowSeal.of(Array(bytes[keyRange].buffer), under: key.key) else {
            throw StoreError(
                .key, "\(database.path) is sealed with another key than the one in \(key.path)",
                hint: "name the file of the right one; where it is lost, so is the state: \(StoreError.rebuildHint)")
        }
        return seal
    }

    private static func isPlain(_ database: SQLiteDatabase, _ key: KeyFile) -> StoreError {
        StoreError(
            .key, "\(database.path) is not sealed, and a key is given, that in \(key.path)",
            hint: "seal it by `freshet rekey --state DIR --new-key-file \(key.path)`, or leave the key out")
    }

    private static func damaged(_ database: SQLiteDatabase) -> StoreError {
        StoreError(.corrupt, "\(database.path): table header is damaged", hint: StoreError.rebuildHint)
    }

    private static func otherVersion(_ version: UInt32, _ database: SQLiteDatabase) -> StoreError {
        let age = version > StoreHeader.version ? "a newer" : "an older"
        return StoreError(
            .version, "\(database.path) was written by \(age) Freshet (format \(version), this one reads \(StoreHeader.version))",
            hint: "use that version, or \(StoreError.rebuildHint)")
    }
}
