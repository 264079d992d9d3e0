import FreshetCore
import Foundation
import Testing

/// A run of the built `freshet`, its log in a file.
final class FreshetProcess {
    /// The binary that was built with these tests.
    static let binary: URL? = {
        var folder = URL(filePath: #filePath).deletingLastPathComponent()
        while folder.path() != "/", !FileManager.default.fileExists(atPath: folder.appending(path: "Package.swift").path()) {
            folder.deleteLastPathComponent()
        }
        return ["release", "debug"].map { folder.appending(path: ".build/\($0)/freshet") }
            .first { FileManager.default.isExecutableFile(atPath: $0.path()) }
    }()

    private let process = Process()
    private let log: URL
    private let started = ContinuousClock.now

    /// Starts `freshet` with `arguments`; `killedAt` is the step of the protocol at which it kills itself, as `committed:1`.
    init(_ arguments: [String], log: URL, killedAt: String? = nil) throws {
        self.log = log
        _ = FileManager.default.createFile(atPath: log.path(), contents: nil)
        let binary: URL = try #require(Self.binary, "build the binary first: swift build -c release")
        process.executableURL = binary
        process.arguments = arguments
        process.environment = killedAt.map { ["FRESHET_KILL_AT": $0] } ?? [:]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = try FileHandle(forWritingTo: log)
        try process.run()
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }

    var isRunning: Bool { process.isRunning }

    /// Its number, for what the system tells of it.
    var number: Int32 { process.processIdentifier }

    /// What it has logged so far.
    var logged: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }

    /// The fields of the last log line with this message.
    func lastLine(_ message: String) throws -> JSONValue {
        let line = logged.split(separator: "\n").last { $0.contains("\"message\":\"\(message)\"") }
        return try JSONValue(String(try #require(line, "no line \(message): \(logged)")))
    }

    /// The last error that it has logged.
    func lastError() throws -> String {
        let line = try #require(logged.split(separator: "\n").last { $0.contains("\"level\":\"error\"") }, "no error: \(logged)")
        return try JSONValue(String(line))["message"]?.string ?? ""
    }

    /// Waits for the log line `ready`; the time from the start to it, or `nil` where the process ends or a minute passes first.
    func waitUntilReady(within limit: Duration = .seconds(60)) -> Duration? {
        let isReady = waitUntil(within: limit) { logged.contains(#""message":"ready""#) || !isRunning }
        return isReady && logged.contains(#""message":"ready""#) ? ContinuousClock.now - started : nil
    }

    func send(_ signal: Int32) {
        if isRunning { kill(process.processIdentifier, signal) }
    }

    /// Waits for its end: the exit code, or the signal's number below zero; `nil` after a minute.
    func waitForEnd() -> Int32? {
        guard waitUntil({ !isRunning }) else { return nil }
        return process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
    }

    /// Runs a verb to its end and answers its standard output; it must end with one of `codes`.
    static func output(_ arguments: [String], codes: Set<Int32> = [0]) throws -> String {
        let process = Process()
        let pipe = Pipe()
        let binary: URL = try #require(binary, "build the binary first: swift build -c release")
        process.executableURL = binary
        process.arguments = arguments
        process.environment = [:]
        process.standardOutput = pipe
        try process.run()
        let bytes = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        #expect(codes.contains(process.terminationStatus), "\(process.terminationStatus) of \(arguments)")
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Asks every 2 ms whether `condition` holds, for at most a minute; whether it did.
func waitUntil(within limit: Duration = .seconds(60), _ condition: () throws -> Bool) rethrows -> Bool {
    let deadline = ContinuousClock.now + limit
    while ContinuousClock.now < deadline {
        if try condition() { return true }
        usleep(2_000)
    }
    return false
}
