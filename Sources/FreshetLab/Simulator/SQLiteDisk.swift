import FreshetRuntime
import Glibc

/// A disk of real files that SQLite writes: what a crash leaves is a copy of them as of the last save, the write-ahead log torn at its end.
final class SQLiteDisk: SimulatedDisk {
    private static let kept = 4
    /// What sealed ones are sealed with.
    private static let key = SecretKey(Array(repeating: 0x5e, count: SecretKey.byteCount)).map { KeyFile(path: "of the simulator", key: $0) }
    private static let names = ["state.sqlite", "state.sqlite-wal"]
    /// Where all its folders lie.
    private let root: String
    private let isSealed: Bool
    private var folders = 0
    /// Where the next process finds its state.
    private var folder = ""
    /// Copies as of the last saves, the newest last.
    private var saves: [String] = []

    /// A disk that holds nothing; `nil` where the system gives no temporary folder.
    init?(isSealed: Bool) {
        self.isSealed = isSealed
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(parent)/freshet-simulated-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { return nil }
        root = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        folder = newFolder(from: nil)
        saves = [newFolder(from: folder)]
    }

    deinit {
        for number in 1...max(folders, 1) {
            for name in SQLiteDisk.names + ["state.sqlite-shm", "lock"] { unlink("\(root)/\(number)/\(name)") }
            rmdir("\(root)/\(number)")
        }
        rmdir(root)
    }

    func open() throws(StoreError) -> any StateStore { try SQLiteStore(folder: folder, key: isSealed ? SQLiteDisk.key : nil) }

    func noteSave() {
        saves.append(newFolder(from: folder))
        if saves.count > SQLiteDisk.kept { saves.removeFirst() }
    }

    func crash(savesLost: Int) {
        saves.removeLast(min(savesLost, saves.count - 1))
        folder = newFolder(from: saves[saves.count - 1])
        let log = "\(folder)/state.sqlite-wal"
        // The beginning of a frame that was never finished: what a write that the crash cut off leaves.
        if let bytes = SQLiteDisk.read(log), bytes.count > 32 { _ = SQLiteDisk.write(bytes + bytes[32...].prefix(1_000), to: log) }
    }

    func copy() -> any SimulatedDisk { derived(from: folder) }

    func oldest() -> any SimulatedDisk { derived(from: saves[0]) }

    private func derived(from folder: String) -> any SimulatedDisk {
        guard let disk = SQLiteDisk(isSealed: isSealed) else { return MemoryDisk() }
        SQLiteDisk.copy(folder, to: disk.folder)
        disk.saves = [disk.newFolder(from: disk.folder)]
        return disk
    }

    private func newFolder(from folder: String?) -> String {
        folders += 1
        let made = "\(root)/\(folders)"
        mkdir(made, 0o755)
        if let folder { SQLiteDisk.copy(folder, to: made) }
        return made
    }

    private static func copy(_ from: String, to: String) {
        for name in names {
            if let bytes = read("\(from)/\(name)") { _ = write(bytes, to: "\(to)/\(name)") }
        }
    }

    private static func read(_ path: String) -> [UInt8]? {
        guard let file = fopen(path, "re") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            if count == 0 { return bytes }
            bytes += chunk[..<count]
        }
    }

    private static func write(_ bytes: [UInt8], to path: String) -> Bool {
        guard let file = fopen(path, "we") else { return false }
        let count = fwrite(bytes, 1, bytes.count, file)
        return fclose(file) == 0 && count == bytes.count
    }
}
