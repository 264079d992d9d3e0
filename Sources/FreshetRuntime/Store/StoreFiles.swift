import Glibc

/// The files of a state folder.
struct StoreFiles {
    /// Up to this size a check of the whole structure is quick.
    private static let smallBytesMax: Int64 = 256 << 20

    /// What SQLite keeps beside a database in use.
    private static let logSuffixes = ["-wal", "-shm"]

    let folder: String

    var path: String { "\(folder)/state.sqlite" }

    /// Where a database is made; it gets its name when it is whole.
    var draft: String { path + ".new" }

    var isSmall: Bool { (size(path) ?? 0) <= StoreFiles.smallBytesMax }

    /// The folder as a path from the root, so that what is said of it is true from wherever it is read.
    static func absolute(_ folder: String) -> String {
        guard !folder.hasPrefix("/"), let here = getcwd(nil, 0) else { return folder }
        defer { free(here) }
        return "\(String(cString: here))/\(folder.hasPrefix("./") ? String(folder.dropFirst(2)) : folder)"
    }

    /// Makes the folder and those above it; with `only` it must be there. Answers those that were made, the outermost first.
    static func makeFolder(_ folder: String, only: Bool) throws(StoreError) -> [String] {
        if access(folder, F_OK) == 0 { return [] }
        guard !only else { throw missing(folder) }
        var path = folder.hasPrefix("/") ? "/" : ""
        var made: [String] = []
        for part in folder.split(separator: "/") {
            path += path.isEmpty || path == "/" ? String(part) : "/\(part)"
            if mkdir(path, 0o755) == 0 { made.append(path) } else if errno != EEXIST { throw StoreError.system("cannot make the folder \(path)") }
        }
        return made
    }

    /// Deletes the folders that were made for a state that never came, up to the first that holds something.
    func removeEmpty(_ made: [String]) {
        guard made.last != nil, size(path) == nil else { return }
        unlink("\(folder)/lock")
        for folder in made.reversed() where rmdir(folder) != 0 { return }
    }

    static func missing(_ folder: String) -> StoreError {
        StoreError(.unusable, "there is no state in \(folder)", hint: "name the folder that `freshet run` or `freshet replay` wrote to")
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

    /// Throws where the disk has less room for this user than a copy of the state takes: a file of its size, and the log that fills it.
    func requireRoomForCopy() throws(StoreError) {
        var information = statvfs()
        guard let bytes = size(path), statvfs(folder, &information) == 0, information.f_frsize > 0 else { return }
        let (needed, block) = (2 * UInt64(bytes), UInt64(information.f_frsize))
        let blocks = UInt64(information.f_bavail)
        guard blocks < needed / block else { return }
        throw StoreError(
            .io, "cannot write \(path) anew: that takes about \((needed >> 20) + 1) MiB, and the disk has \((blocks * block) >> 20) MiB",
            hint: "make room; nothing is changed")
    }

    /// Deletes a draft that a crash left.
    func removeDraft() throws(StoreError) { try remove(draft) }

    /// Puts the draft, which is whole and closed, in the place of what is there, whose log holds nothing any more
    /// (`StateDatabase.moveLogIntoFile(at:)`): a crash leaves the old state, or the new one. An old one that could not be read is lost.
    func adoptDraft() throws(StoreError) {
        // The old file's log must not be taken for the new one's.
        for suffix in StoreFiles.logSuffixes { try unlinkFile(path + suffix) }
        guard rename(draft, path) == 0 else { throw StoreError.system("cannot name \(path)") }
        try removeDraft()
        try synchronizeFolder()
    }

    private func remove(_ path: String) throws(StoreError) {
        try unlinkFile(path)
        for suffix in StoreFiles.logSuffixes { try unlinkFile(path + suffix) }
    }

    private func unlinkFile(_ name: String) throws(StoreError) {
        guard unlink(name) == 0 || errno == ENOENT else { throw StoreError.system("cannot delete \(name)") }
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
