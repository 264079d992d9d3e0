import Foundation
import Testing

/// States that are lost, old, or of another log. Run with `KAFKA_BOOTSTRAP=host:port`.
@Suite(.enabled(if: TopicSpace.bootstrap != nil, "KAFKA_BOOTSTRAP names no broker"), .serialized)
struct LostStateTests {
    @Test("FAULTS 36: a lost state is refused, and made anew on the operator's word; an old one catches up by itself: the same digests")
    func aLostOrOldStateIsMadeAnew() throws {
        let topic = try EventTopic("lost", partitions: 2)
        defer { topic.delete() }
        let daemon = try topic.daemon("daemon")
        let state = daemon.state
        let backup = topic.space.folder.appending(path: "backup")
        try topic.writeClicks(0..<1000, poison: 10)
        try daemon.runToEnd("one")
        try FileManager.default.copyItem(at: state, to: backup)
        try topic.writeClicks(1000..<3000, poison: 10)
        try daemon.runToEnd("two")
        let digests = try daemon.digests()
        let published = Dictionary(grouping: try daemon.published("recommendations"), by: \.key)

        try FileManager.default.removeItem(at: state)
        let refused = try daemon.start("refused")
        #expect(refused.waitForEnd() == 78)
        #expect(try refused.lastError().contains("--rebuild"), "\(refused.logged)")
        let rebuilt = try daemon.start("rebuilt", ["--rebuild"])
        #expect(rebuilt.waitUntilReady() != nil, "\(rebuilt.logged)")
        rebuilt.send(SIGTERM)
        let end = rebuilt.waitForEnd()
        #expect(end == 0, "\(rebuilt.logged)")
        #expect(try daemon.digests() == digests)

        try FileManager.default.removeItem(at: state)
        try FileManager.default.moveItem(at: backup, to: state)
        let restored = try daemon.start("restored")
        #expect(restored.waitUntilReady() != nil, "\(restored.logged)")
        #expect(try restored.replayedBatches() > 0)
        restored.send(SIGTERM)
        #expect(restored.waitForEnd() == 0, "\(restored.logged)")
        #expect(try daemon.digests() == digests)
        // What was sent is not sent again.
        let found = Dictionary(grouping: try daemon.published("recommendations"), by: \.key)
        #expect(found == published)
    }
}
