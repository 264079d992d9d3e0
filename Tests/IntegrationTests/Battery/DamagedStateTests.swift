import FreshetCore
import FreshetKernels
import Foundation
import Testing

/// A state that is not what was written is refused, each time with the remedy, and the remedy helps. Run with `KAFKA_BOOTSTRAP=host:port`.
@Suite(.enabled(if: TopicSpace.bootstrap != nil, "KAFKA_BOOTSTRAP names no broker"), .serialized)
struct DamagedStateTests {
    /// How a state folder is damaged.
    private enum Damage: CaseIterable {
        case flippedBits, truncated, emptied, noDatabase, databaseGone
    }

    @Test("FAULTS 24: a damaged state ends with 78 at every start, names --rebuild, and is made anew by it")
    func aDamagedStateIsRefusedUntilItIsRebuilt() throws {
        let topic = try EventTopic("damaged")
        defer { topic.delete() }
        let start = EventTopic.anHourAgo
        try topic.write((0..<3000).map { .event("u\($0 % 300)", "i\($0 % 70)", at: start + Int64($0) * 100) })
        let whole = try topic.daemon("whole")
        try whole.runToEnd("whole")
        let daemon = try topic.daemon("damaged")
        // Killed, so that the write-ahead log holds a part of the state.
        let killed = try daemon.start("killed", killedAt: "checkpointSaved:3")
        #expect(killed.waitForEnd() == -SIGKILL)
        let backup = topic.space.folder.appending(path: "backup")
        try FileManager.default.copyItem(at: daemon.state, to: backup)
        for damage in Damage.allCases {
            try FileManager.default.removeItem(at: daemon.state)
            try FileManager.default.copyItem(at: backup, to: daemon.state)
            try apply(damage, to: daemon.state)
            for attempt in 0..<2 {
                let run = try daemon.start("\(damage)-\(attempt)")
                let end = run.waitForEnd()
                #expect(end == 78, "\(damage): \(run.logged)")
                #expect(run.logged.contains("state.sqlite") && run.logged.contains("--rebuild"), "\(damage): \(run.logged)")
            }
        }
        let rebuilt = try daemon.start("rebuilt", ["--rebuild"])
        try daemon.waitUntilRead(by: rebuilt)
        rebuilt.send(SIGTERM)
        #expect(rebuilt.waitForEnd() == 0, "\(rebuilt.logged)")
        #expect(try daemon.digests() == whole.digests())
        #expect(try daemon.published("recommendations") == whole.published("recommendations"))
        let again = try daemon.runToEnd("again")
        #expect(try again.replayedBatches() == 0)
    }

    private func apply(_ damage: Damage, to folder: URL) throws {
        let file = folder.appending(path: "state.sqlite")
        let logs = ["-wal", "-shm"].map { URL(filePath: file.path() + $0) }
        switch damage {
        case .flippedBits:
            // In the database and in its log.
            for file in [file, logs[0]] {
                var bytes = try Data(contentsOf: file)
                var random = SplitMix64(seed: 24)
                for _ in 0..<bytes.count / 200 { bytes[random.next(below: bytes.count)] ^= 1 << UInt8(random.next(below: 8)) }
                try bytes.write(to: file)
            }
        case .truncated, .emptied, .noDatabase:
            for log in logs { try? FileManager.default.removeItem(at: log) }
            let bytes = try Data(contentsOf: file)
            let left =
                damage == .truncated ? bytes.prefix(bytes.count / 2) : damage == .emptied ? Data() : Data("no database".utf8) + bytes.dropFirst(11)
            try left.write(to: file)
        case .databaseGone: try FileManager.default.removeItem(at: file)
        }
    }
}
