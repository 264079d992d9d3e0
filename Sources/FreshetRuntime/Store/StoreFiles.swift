import FreshetCore
import FreshetKernels
import Glibc

/// The files of a state folder.
struct StoreFiles {
    /// Up to this size a check of the whole structure is quick.
    private static let smallBytesMax: Int64 = 256 << 20

    let folder: String

    var path: String { "\(folder)/state.sqlite" }

    var isSmall: Bool { (size(path) ?? 0) <= StoreFiles.smallBytesMax }

    /// Makes the folder and those above it; with `only` it must be there.
    static func makeFolder(_ folder: String, only: Bool) throws(StoreError) {
        if access(folder, F_OK) == 0 { return }
        guard !only else { throw missing(folder) }
        var made = folder.hasPrefix("/") ? "/" : ""
        for part in folder.split(separator: "/") {
            made += made.isEmpty || made == "/" ? String(part) : "/\(part)"
            guard mkdir(made, 0o755) == 0 || errno == EEXIST else { throw StoreError.system("cannot make the folder \(made)") }
        }
    }

    static func missing(_ folder: String) -> StoreError {
        StoreError(.io, "there is no state in \(folder)", hint: "name the folder that `freshet run` or `freshet replay` wrote to")
    }

    /// Whether there is a database. What a database leaves only when it is damaged is an error.
    func isThere() throws(StoreError) -> Bool {
        guard let bytes = size(path) else {
            guard size(path + "-wal") ?? 0 == 0 else {
                throw StoreError(.corrupt, "\(path) is missing beside its write-ahead log", hint: StoreError.rebuildHint)
            }
            return false
        }
        guard bytes >= 512 else {
            throw StoreError(.corrupt, "\(path) has \(bytes) bytes only: it was cut off", hint: StoreError.rebuildHint)
        }
        return true
    }

    /// Makes a database without rows. It gets its name when it is whole, so that a crash leaves none or a good one.
    func create() throws(StoreError) {
        let draft = path + ".new"
        try remove(draft)
        let database = try SQLiteDatabase(path: draft)
        try database.execute("PRAGMA journal_mode = WAL")
        try database.execute("PRAGMA synchronous = FULL")
        try database.execute("BEGIN")
        for name in StateTable.allCases.map(\.name) + ["header"] { try database.execute(TableStatements.definition(name)) }
        try writeFirstHeader(database)
        try database.execute("COMMIT")
        try database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.close()
        guard rename(draft, path) == 0 else { throw StoreError.system("cannot name \(path)") }
        try remove(draft)
        try synchronizeFolder()
    }

    private func writeFirstHeader(_ database: SQLiteDatabase) throws(StoreError) {
        let bytes = ByteBuffer()
        StoreHeader().encode(into: bytes)
        let insert = try SQLiteStatement(database, "INSERT INTO header (number, value, checksum) VALUES (0, ?1, ?2)")
        insert.bind(1, bytes.view)
        insert.bind(2, Int64(bitPattern: rowChecksum(table: .max, number: 0, bytes.view)))
        while try insert.step() {}
    }

    /// Deletes the database.
    func remove() throws(StoreError) { try remove(path) }

    private func remove(_ path: String) throws(StoreError) {
        for name in [path, path + "-wal", path + "-shm"] {
            guard unlink(name) == 0 || errno == ENOENT else { throw StoreError.system("cannot delete \(name)") }
        }
    }

    private func synchronizeFolder() throws(StoreError) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw StoreError.system("cannot open \(folder)") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw StoreError.system("cannot write \(folder) to the disk") }
    }

    private func size(_ path: String) -> Int64? {
        var information = stat()
        return stat(path, &information) == 0 ? Int64(information.st_size) : nil
    }
}
