import Foundation
import Testing

/// Another program joins the daemon's group. Run with `KAFKA_BOOTSTRAP=host:port`; `FRESHET_NIGHTLY=1` has it come and go for minutes.
@Suite(.enabled(if: TopicSpace.bootstrap != nil, "KAFKA_BOOTSTRAP names no broker"), .serialized)
struct StrayConsumerTests {
    private static let rounds = Nightly.isOn ? 20 : 1

    @Test("FAULTS 9: a stray consumer in the group, committing offsets as it reads, changes nothing")
    func aStrayConsumerChangesNothing() throws {
        let topic = try EventTopic("joined")
        defer { topic.delete() }
        let daemon = try topic.daemon("joined")
        let process = try daemon.start("joined")
        for first in (0..<Self.rounds).map({ $0 * 3000 }) {
            try topic.writeClicks(first..<first + 1000, poison: 10)
            let stray = try stray(in: daemon.group, reading: topic.space.topic("events"), of: topic.space)
            try topic.writeClicks(first + 1000..<first + 2000, poison: 10)
            try daemon.waitUntilRead(by: process)
            // It commits every 100 ms.
            sleep(1)
            kill(stray.processIdentifier, SIGKILL)
            try topic.writeClicks(first + 2000..<first + 3000, poison: 10)
            try daemon.waitUntilRead(by: process)
        }
        process.send(SIGTERM)
        let end = process.waitForEnd()
        #expect(end == 0, "\(process.logged)")
        let next = try daemon.runToEnd("next")
        #expect(try next.replayedBatches() == 0)
        let calm = try topic.daemon("calm")
        try calm.runToEnd("calm")
        for output in ["recommendations", "similar-items", "dead-letters"] {
            let count = try daemon.expectSamePublished(output, as: calm)
            #expect(count > 0, "\(output)")
        }
        let (expected, found) = (try calm.digests(), try daemon.digests())
        #expect(found == expected)
    }

    private func stray(in group: String, reading topic: String, of space: TopicSpace) throws -> Process {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "kcat", "-b", space.brokers, "-X", "auto.commit.interval.ms=100", "-X", "auto.offset.reset=earliest", "-G", group, topic,
        ]
        let words = space.folder.appending(path: "stray")
        _ = FileManager.default.createFile(atPath: words.path(), contents: nil)
        process.standardOutput = FileHandle.nullDevice
        process.standardError = try FileHandle(forWritingTo: words)
        try process.run()
        let isMember = waitUntil { (try? String(contentsOf: words, encoding: .utf8))?.contains("assigned") ?? false }
        #expect(isMember, "the stray consumer gets no partition")
        return process
    }
}
