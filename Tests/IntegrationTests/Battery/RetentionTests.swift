import FreshetKafka
import Foundation
import Testing

/// What a state still needs of its inputs is not kept any more. Run with `FRESHET_KAFKA_SH`.
@Suite(.enabled(if: OwnBroker.script != nil, "FRESHET_KAFKA_SH names no script"), .serialized)
struct RetentionTests {
    @Test("FAULTS 26: a state whose offsets lie below the log's start is refused, and --rebuild goes on with what is kept")
    func aStateBelowTheLogsStartIsRefused() throws {
        let broker = try OwnBroker(options: ["--set", "log.initial.task.delay.ms=100", "--set", "log.retention.check.interval.ms=200"])
        let topic = try EventTopic("kept", brokers: broker.bootstrap)
        defer { topic.delete() }
        let daemon = try topic.daemon("daemon")
        try topic.writeClicks(0..<500)
        // The state stands at the log's start, the group behind three batches.
        let killed = try daemon.start("killed", killedAt: "committed:3")
        #expect(killed.waitForEnd() == -SIGKILL, "\(killed.logged)")
        try broker.useTool(
            "configs",
            ["--alter", "--entity-type", "topics", "--entity-name", topic.space.topic("events"), "--add-config", "retention.ms=1000"])
        let asking = try Consumer(KafkaClientConfiguration(brokers: broker.bootstrap), groupID: "asking")
        let isGone = try waitUntil { try asking.logRange(of: topic.inputs[0]).lowerBound >= 500 }
        #expect(isGone, "the broker keeps what it should not")
        let refused = try daemon.start("refused")
        #expect(refused.waitForEnd() == 78)
        let error = try refused.lastError()
        #expect(error.contains("from offset 0") && error.contains("from 500 on") && error.contains("--rebuild"), "\(error)")
        try topic.writeClicks(500..<600)
        let rebuilt = try daemon.start("rebuilt", ["--rebuild"])
        #expect(rebuilt.waitUntilReady() != nil, "\(rebuilt.logged)")
        try daemon.waitUntilRead(by: rebuilt)
        rebuilt.send(SIGTERM)
        let end = rebuilt.waitForEnd()
        #expect(end == 0, "\(rebuilt.logged)")
        #expect(rebuilt.logged.contains("lacks offsets 300 to 499"), "\(rebuilt.logged)")
    }

    @Test("FAULTS 26: a topic with more partitions than the state knows is refused at the start")
    func morePartitionsAreRefused() throws {
        let broker = try OwnBroker()
        let topic = try EventTopic("kept", brokers: broker.bootstrap)
        defer { topic.delete() }
        let daemon = try topic.daemon("wider")
        try topic.writeClicks(0..<100)
        try daemon.runToEnd("one")
        try broker.useTool("topics", ["--alter", "--topic", topic.space.topic("events"), "--partitions", "3"])
        let refused = try daemon.start("refused")
        #expect(refused.waitForEnd() == 78)
        let error = try refused.lastError()
        #expect(
            error.contains("\(topic.space.topic("events"))-0") && error.contains("\(topic.space.topic("events"))-2") && error.contains("--rebuild"),
            "\(error)")
    }
}
