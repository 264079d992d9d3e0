import Foundation
import Testing

/// Topics that are written are deleted while a daemon runs. Run with `KAFKA_BOOTSTRAP=host:port`.
@Suite(.enabled(if: TopicSpace.bootstrap != nil, "KAFKA_BOOTSTRAP names no broker"), .serialized)
struct MissingOutputTests {
    /// Every tenth record is poison.
    private static let records = 200

    @Test(
        "FAULTS 13, 22: while an output is missing the daemon halts with a clear error, drops nothing, and goes on when it is back",
        arguments: ["dead-letters", "recommendations", "journal"])
    func aMissingOutputIsWaitedFor(output: String) throws {
        let topic = try EventTopic("missing")
        defer { topic.delete() }
        let daemon = try topic.daemon("daemon")
        let process = try daemon.start("run")
        try topic.writeClicks(0..<Self.records, poison: 10)
        try daemon.waitUntilRead(by: process)
        try topic.space.deleteTopic(daemon.topic(output))
        try topic.writeClicks(Self.records..<2 * Self.records, poison: 10)
        let deleted = ContinuousClock.now
        let isTold = waitUntil { process.logged.contains("not ready") || process.logged.contains("broker away") }
        print("\(output) missing: told after \(ContinuousClock.now - deleted)")
        #expect(isTold, "\(process.logged)")
        sleep(3)
        #expect(try !daemon.hasReadAll())
        try topic.space.createTopic(fullName: daemon.topic(output), partitions: 1)
        let made = ContinuousClock.now
        try daemon.waitUntilRead(by: process, within: .seconds(120))
        print("\(output) made anew: all is read after \(ContinuousClock.now - made)")
        process.send(SIGTERM)
        let end = process.waitForEnd()
        #expect(end == 0, "\(process.logged)")
        #expect(process.logged.contains(daemon.topic(output)), "\(process.logged)")
        #expect(try Figures(process.lastLine("figures")).records == 2 * Self.records)
        // What was there before went with the topic.
        let kept = output == "dead-letters" ? Self.records / 10 : Self.records / 5
        #expect(try daemon.published("dead-letters").count == kept)
        #expect(process.logged.contains("the journal was deleted and made anew") == (output == "journal"), "\(process.logged)")
        let next = try daemon.runToEnd("next")
        #expect(try next.replayedBatches() == 0)
    }
}
