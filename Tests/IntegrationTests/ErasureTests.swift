import FreshetCore
import FreshetKafka
import Foundation
import Testing

/// A user who is forgotten, on real, compacted topics. Run with `KAFKA_BOOTSTRAP=host:port`.
@Suite(.enabled(if: TopicSpace.bootstrap != nil, "KAFKA_BOOTSTRAP names no broker"), .serialized)
struct ErasureTests {
    private static let victim = "victim-5c1b9e"
    /// Compaction comes as soon as it can.
    private static let compacted = [
        "cleanup.policy": "compact", "segment.ms": "100", "min.cleanable.dirty.ratio": "0.001", "delete.retention.ms": "0",
        "min.compaction.lag.ms": "0",
    ]

    @Test("No byte of a forgotten user's id is left in state files, journal, compacted outputs or logs; late events and a replay bring nothing back")
    func nothingIsLeftOfTheId() throws {
        let topic = try EventTopic("erasure", partitions: 2)
        defer { topic.delete() }
        try topic.space.createTopic("erasures", partitions: 1, settings: Self.compacted)
        for name in ["recommendations", "erasure-receipts"] { try topic.space.createTopic("shop-\(name)", partitions: 1, settings: Self.compacted) }
        let lines = "  erasures: \(topic.space.topic("erasures"))\n  receipts: \(topic.space.topic("shop-erasure-receipts"))\n"
        let daemon = try topic.daemon("shop", settings: lines + EventTopic.standard)
        try topic.writeClicks(0..<500)
        let start = EventTopic.anHourAgo
        let seen = (0..<20).map { RawRecord.event(Self.victim, "i\($0)", at: start + 600 + Int64($0), more: ",\"event_id\":\"v\($0)\"") }
        try topic.write(seen)
        let first = try daemon.start("first")
        try daemon.waitUntilRead(by: first)
        #expect(try hits(daemon.published("recommendations")) > 0)
        try topic.write([RawRecord(topic: "erasures", key: Array(Self.victim.utf8), value: Array("{\"timestamp\":\(EventTopic.now)}".utf8))])
        let isReceived = try waitUntil { try daemon.published("erasure-receipts").count == 1 }
        #expect(isReceived, "\(first.logged)")
        // What it did before comes late, and again.
        try topic.write(seen + [.event(Self.victim, "i30", at: start + 1_000)])
        try daemon.waitUntilRead(by: first)
        first.send(SIGKILL)
        _ = first.waitForEnd()
        try daemon.runToEnd("second")
        try expectNothing(of: daemon, topic, logs: ["first", "second"])
        // A state made anew from the topics: the erasure is read before the first event.
        let anew = topic.space.folder.appending(path: "replayed").path()
        _ = try FreshetProcess.output(["replay", "--config", daemon.configuration.path(), "--from", "2020-01-01T00:00:00Z", "--state", anew])
        #expect(try bytes(in: anew) == 0)
    }

    private func expectNothing(of daemon: TestDaemon, _ topic: EventTopic, logs: [String]) throws {
        #expect(try bytes(in: daemon.state.path()) == 0)
        #expect(try hits(daemon.published("journal")) == 0 && hits(daemon.published("erasure-receipts")) == 0)
        for log in logs {
            let text = try String(contentsOf: topic.space.folder.appending(path: "\(log).log"), encoding: .utf8)
            #expect(!text.contains(Self.victim))
        }
        // Compaction takes closed segments only: what follows closes them.
        var next = 500
        let isGone = try waitUntil(within: .seconds(90)) {
            try topic.writeClicks(next..<next + 10)
            next += 10
            let run = try daemon.start("more-\(next)")
            #expect(run.waitUntilReady() != nil, "\(run.logged)")
            try daemon.waitUntilRead(by: run)
            run.send(SIGTERM)
            #expect(run.waitForEnd() == 0, "\(run.logged)")
            sleep(2)
            return try hits(daemon.published("recommendations")) == 0
        }
        #expect(isGone, "compaction has left lists of a forgotten user")
    }

    /// Records that hold the id, tombstones' keys among them.
    private func hits(_ records: [PublishedRecord]) -> Int {
        let id = Data(Self.victim.utf8)
        return records.count { record in
            [record.key, record.value].contains { $0.map { Data($0).range(of: id) != nil } ?? false }
        }
    }

    /// Files of a folder that hold the id.
    private func bytes(in folder: String) throws -> Int {
        let id = Data(Self.victim.utf8)
        let files = try FileManager.default.subpathsOfDirectory(atPath: folder)
        return try files.count { file in
            try Data(contentsOf: URL(filePath: folder).appending(path: file)).range(of: id) != nil
        }
    }
}
