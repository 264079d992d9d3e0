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
}
