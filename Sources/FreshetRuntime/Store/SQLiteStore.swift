public import FreshetCore
import FreshetKernels

/// State in one SQLite file of a folder: `state.sqlite`, held by one process at a time.
///
/// Each row carries a checksum of its bytes and its place, and one header row the boundary and what every table must hold. So bytes that
/// changed on the disk are noticed, and so is a row that is lost or came back from before. A first save writes a file of its own, which then
/// takes the place of what was there. With a key, rows and header are sealed (AES-256-GCM): what SQLite writes, its log and its temporary files
/// included, tells the number, the size and the time of rows, and nothing of what they hold. One thread at a time may use a store.
public final class SQLiteStore: StateStore {
    /// What to do where the folder holds no state, or some.
    public enum Opening: Sendable {
        /// Take what is there; without state it is an error.
        case existing
        /// Take what is there, or begin anew.
        case existingOrNew
        /// Begin anew: the operator's word that state is lost. What is there is not read, and stands until the first save.
        case anew
    }

    private let lock: FolderLock
    private let files: StoreFiles
    private var key: KeyFile?
    /// Folders that were not there before.
    private let madeFolders: [String]
    /// `nil` before the first save.
    private var database: StateDatabase?
    /// The file that a first save makes, while it is made.
    private var draft: StateDatabase?
    private var isClosed = false

    /// Opens the state in `folder` and checks it. Throws `locked` where another process holds it, and `key` where it is sealed with another key, or
    /// not sealed while there is one: nothing is changed then.
    public init(folder: String, opening: Opening = .existingOrNew, key: KeyFile? = nil) throws(StoreError) {
        let folder = StoreFiles.absolute(folder)
        self.key = key
        madeFolders = try StoreFiles.makeFolder(folder, only: opening == .existing)
        lock = try FolderLock(folder: folder)
        files = StoreFiles(folder: folder)
        if opening != .anew {
            if try files.isThere() {
                database = try StateDatabase(path: files.path, isSmall: files.isSmall, key: key)
            } else if opening == .existing {
                throw StoreFiles.missing(folder)
            }
        }
        // What a crash has left of one may be plain.
        try files.removeDraft()
    }

    deinit { close() }

    /// The state's file, as a path from the root; before the first save it is not there.
    public var path: String { files.path }

    /// The boundary of the last `save`, or `nil` where there was none.
    public func loadBoundary() throws(StoreError) -> StateBoundary? { database?.header.boundary }

    /// Calls `body` with every row. A row whose bytes are not what was written is an error before `body` sees it; a lost row is one behind the
    /// table's last, so what was taken must be dropped.
    public func loadRows(_ body: (StateTable, Int64, UnsafeRawBufferPointer) throws(StoreError) -> Void) throws(StoreError) {
        try database?.forEachRow { (table, number, bytes) throws(StoreError) in try body(table, number, bytes.buffer) }
    }

    /// Takes rows that the next `save` writes in the same transaction.
    public func stage(_ changes: StateChanges) throws(StoreError) {
        guard !isClosed else { throw closed }
        if let database { return try database.stage(changes) }
        try intoDraft { (draft) throws(StoreError) in try draft.stage(changes) }
    }

    /// Forgets what is staged.
    public func dropStaged() {
        database?.dropStaged()
        dropDraft()
    }

    /// Replaces and deletes rows, and moves the boundary, in one transaction that is on the disk when the call returns.
    public func save(_ changes: StateChanges, _ boundary: StateBoundary) throws(StoreError) {
        guard !isClosed else { throw closed }
        guard let database else { return try saveFirst(changes, boundary) }
        try database.save(changes, boundary)
    }

    /// Lets go of what is there; its file stands until the next `save` has written another.
    public func replaceAll() {
        dropDraft()
        database?.close()
        database = nil
    }

    /// Writes the whole state anew, sealed with another key, or plain where it is `nil`. A crash leaves the old file, or the new one, and so does an
    /// error; one that comes when the new file is whole closes the store. It takes twice the room of the state, beside the state.
    public func reseal(under other: KeyFile?) throws(StoreError) {
        guard !isClosed else { throw closed }
        guard let database, let boundary = database.header.boundary else { throw StoreFiles.missing(files.folder) }
        dropStaged()
        // Later the log is deleted whether it could be emptied or not: a disk that refuses is told of while nothing is lost.
        try database.moveLogIntoFile()
        try files.requireRoomForCopy()
        let former = key
        key = other
        do throws(StoreError) {
            try intoDraft { (draft) throws(StoreError) in
                try draft.copy(database, boundary)
                try draft.moveLogIntoFile()
            }
        } catch {
            key = former
            throw error
        }
        database.close()
        self.database = nil
        do throws(StoreError) {
            try adoptDraft()
        } catch {
            close()
            throw error
        }
    }

    /// Closes the file and gives up the folder; one that was made for a state that never came is deleted.
    public func close() {
        guard !isClosed else { return }
        replaceAll()
        isClosed = true
        files.removeEmpty(madeFolders)
        lock.release()
    }

    /// Bounds the file's size, as a full disk would.
    package func limit(pages: Int) throws(StoreError) { try database?.limit(pages: pages) }

    private var closed: StoreError { StoreError(.io, "\(files.path) is closed") }

    private func saveFirst(_ changes: StateChanges, _ boundary: StateBoundary) throws(StoreError) {
        try intoDraft { (draft) throws(StoreError) in
            try draft.save(changes, boundary)
            try draft.moveLogIntoFile()
        }
        try adoptDraft()
    }

    /// Puts the draft in the place of what is there.
    private func adoptDraft() throws(StoreError) {
        draft?.close()
        draft = nil
        do throws(StoreError) {
            if (try? files.isThere()) ?? false { StateDatabase.moveLogIntoFile(at: files.path) }
            try files.adoptDraft()
            database = try StateDatabase(path: files.path, isSmall: false, key: key)
        } catch {
            dropDraft()
            throw error
        }
    }

    /// After a failure nothing is left of it, and the next first save begins anew.
    private func intoDraft(_ body: (StateDatabase) throws(StoreError) -> Void) throws(StoreError) {
        do throws(StoreError) {
            if draft == nil {
                try files.removeDraft()
                draft = try StateDatabase(newAt: files.draft, key: key)
            }
            if let draft { try body(draft) }
        } catch {
            dropDraft()
            throw error
        }
    }

    /// Deletes the draft: it takes room, and may be plain beside a sealed state. What cannot be deleted now is told of by the next opening.
    private func dropDraft() {
        draft?.close()
        draft = nil
        try? files.removeDraft()
    }
}
