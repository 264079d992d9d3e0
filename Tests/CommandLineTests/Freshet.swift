import Foundation

/// A run of the binary that was built with these tests: what it wrote, and how it ended.
struct Freshet {
    var code: Int32
    var output: String
    var messages: String

    /// Runs one command line, with nothing of this process's environment but `environment`.
    static func run(_ arguments: [String], environment: [String: String] = [:]) throws -> Freshet {
        let process = Process()
        let (output, messages) = (Pipe(), Pipe())
        // The tests' binary lies beside it.
        process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().appending(path: "freshet")
        process.arguments = arguments
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = messages
        try process.run()
        // Less than a pipe holds is written to standard error: it can wait.
        let written = try output.fileHandleForReading.readToEnd() ?? Data()
        let told = try messages.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        let code = process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
        return Freshet(code: code, output: String(decoding: written, as: UTF8.self), messages: String(decoding: told, as: UTF8.self))
    }
}

/// A folder of files that ends with its owner.
final class ScratchFolder {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "freshet-command-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appending(path: name).path() }

    /// Writes a file and answers its path.
    func add(_ name: String, _ text: String) throws -> String {
        try Data(text.utf8).write(to: url.appending(path: name))
        return path(name)
    }

    func text(_ name: String) throws -> String { try String(contentsOf: url.appending(path: name), encoding: .utf8) }
}
