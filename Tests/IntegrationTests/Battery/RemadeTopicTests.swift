import Foundation
import Testing

/// FAULTS 26: a topic that is deleted and made anew is noticed, also while it is read. Run with `KAFKA_BOOTSTRAP=host:port`.
@Suite(.enabled(if: TopicSpace.bootstrap != nil, "KAFKA_BOOTSTRAP names no broker"), .serialized)
struct RemadeTopicTests {
    /// The new log ends before, at, and behind the place that is read next; the brokers show that the topic is gone, or are too late to.
    @Test("FAULTS 26: an input deleted and made anew while it is read stops the daemon", arguments: [(100, 0), (300, 0), (900, 0), (900, 8)])
    func anInputMadeAnewStopsTheDaemon(records: Int, gap: Int) throws {
        let topic = try EventTopic("remade")
        defer { topic.delete() }
        let daemon = try topic.daemon("remade")
        try topic.writeClicks(0..<300)
        let process = try daemon.start("first")
        try daemon.waitUntilRead(by: process)
        sleep(2)
        try topic.space.deleteTopic(topic.space.topic("events"), thenPartitions: gap == 0 ? 1 : nil)
        let since = ContinuousClock.now
        if gap > 0 {
            sleep(UInt32(gap))
            try topic.space.createTopic("events", partitions: 1)
        }
        try topic.writeClicks(1000..<1000 + records)
        let end = process.waitForEnd()
        print("\(records) records after \(gap) s: ended after \(ContinuousClock.now - since)")
        #expect(end == 78)
        #expect(try process.lastError().contains("made anew"))
        let next = try daemon.start("next")
        #expect(next.waitForEnd() == 78)
        #expect(try next.lastError().contains("made anew"))
    }

    /// The group's offsets go with the topic, so that the length of the new one is no matter.
    @Test("FAULTS 26: an input deleted and made anew between two runs is refused by the next, which changes nothing", arguments: [100, 900])
    func anInputMadeAnewBetweenRunsIsRefused(records: Int) throws {
        let topic = try EventTopic("between")
        defer { topic.delete() }
        let daemon = try topic.daemon("between")
        try topic.writeClicks(0..<300)
        try daemon.runToEnd("first")
        let (digests, lists) = (try daemon.digests(), try daemon.published("recommendations").count)
        try topic.space.deleteTopic(topic.space.topic("events"))
        sleep(2)
        try topic.space.createTopic("events", partitions: 1)
        try topic.writeClicks(1000..<1000 + records)
        for name in ["second", "third"] {
            let run = try daemon.start(name)
            #expect(run.waitForEnd() == 78, "\(run.logged)")
            let error = try run.lastError()
            #expect(error.contains("made anew") && error.contains("kafka.group"), "\(error)")
        }
        #expect(try daemon.digests() == digests && daemon.published("recommendations").count == lists)
    }
}
