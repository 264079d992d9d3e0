import Foundation
import Testing

/// A disk of a few mebibytes, a tmpfs, which only root may mount.
struct SmallDisk {
    /// Whether this process may mount one.
    static let isPossible: Bool = {
        let folder = FileManager.default.temporaryDirectory.appending(path: "freshet-mount-\(UInt64.random(in: 0 ... .max))")
        defer { try? FileManager.default.removeItem(at: folder) }
        guard let disk = try? SmallDisk(at: folder, mebibytes: 1) else { return false }
        disk.unmount()
        return true
    }()

    private let folder: URL
    private var ballast: URL { folder.appending(path: "ballast") }

    init(at folder: URL, mebibytes: Int) throws {
        self.folder = folder
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Self.run("mount", "-t", "tmpfs", "-o", "size=\(mebibytes)m", "freshet-test", folder.path())
    }

    /// Takes it away, with all that is on it.
    func unmount() { try? Self.run("umount", "-l", folder.path()) }

    /// Takes all the room that is left.
    func fill() throws {
        _ = FileManager.default.createFile(atPath: ballast.path(), contents: nil)
        let file = try FileHandle(forWritingTo: ballast)
        defer { try? file.close() }
        for size in [1 << 16, 1 << 12, 1] {
            let zeros = Data(count: size)
            while (try? file.write(contentsOf: zeros)) != nil {}
        }
    }

    /// Gives it back.
    func makeRoom() throws { try FileManager.default.removeItem(at: ballast) }

    private struct MountError: Error {}

    private static func run(_ words: String...) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = words
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw MountError() }
    }
}
