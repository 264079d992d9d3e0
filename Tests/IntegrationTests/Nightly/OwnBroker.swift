import Foundation
import Testing

/// A real Kafka of a test's own, which it may kill, started by the script that `FRESHET_KAFKA_SH` names. It ends with its owner.
final class OwnBroker {
    /// The script, from the environment.
    static let script: URL? = ProcessInfo.processInfo.environment["FRESHET_KAFKA_SH"].map { URL(filePath: $0) }
    private static let portsTried = 5

    /// Its address.
    let bootstrap: String
    private let folder: URL

    init() throws {
        let parent = FileManager.default.temporaryDirectory.appending(path: "freshet-broker-\(UInt64.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
        var started: (folder: URL, bootstrap: String)?
        for attempt in 0..<Self.portsTried where started == nil {
            // Below the range that outgoing connections use; a broker takes three ports from this one on.
            let port = 10 * Int.random(in: 2000..<3000)
            let folder = parent.appending(path: "\(attempt)")
            let (code, output) = try Self.run(["start", folder.path(), "--port", "\(port)"])
            if code == 0 { started = (folder, output.trimmingCharacters(in: .whitespacesAndNewlines)) }
        }
        (folder, bootstrap) = try #require(started, "no broker could be started")
    }

    deinit {
        _ = try? Self.run(["stop", folder.path()])
        try? FileManager.default.removeItem(at: folder.deletingLastPathComponent())
    }

    /// SIGKILL, and the same broker again with the data that it had; returns once it answers.
    func killAndRestart() throws {
        for verb in ["kill", "restart"] {
            let (code, output) = try Self.run([verb, folder.path()])
            try #require(code == 0, "\(verb): \(output)")
        }
    }

    private static func run(_ arguments: [String]) throws -> (code: Int32, output: String) {
        let process = Process()
        let pipe = Pipe()
        let script: URL = try #require(script, "FRESHET_KAFKA_SH names no script")
        process.executableURL = script
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = pipe
        try process.run()
        let bytes = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: bytes, as: UTF8.self))
    }
}
