import Foundation
import Testing

/// Topics that get partitions while they are read: a minute may pass until they are looked at. Run with `FRESHET_KAFKA_SH`, `FRESHET_NIGHTLY=1`.
@Suite(
    .enabled(if: OwnBroker.script != nil, "FRESHET_KAFKA_SH names no script"), .enabled(if: Nightly.isOn, "FRESHET_NIGHTLY is not 1"), .serialized)
struct AddedPartitionTests {
    @Test("FAULTS 26: partitions that are added while they are read stop the daemon: those of an input call for --rebuild, those beside for a start")
    func addedPartitionsStopTheDaemon() throws {
        let broker = try OwnBroker()
        let topic = try EventTopic("wider", brokers: broker.bootstrap)
        defer { topic.delete() }
        try topic.space.createTopic("rules", partitions: 1, settings: ["cleanup.policy": "compact"])
        let daemon = try topic.daemon("wider", settings: "  rules: \(topic.space.topic("rules"))\n" + EventTopic.standard)
        try topic.writeClicks(0..<100)
        for (name, remedy, code) in [("rules", "start again", Int32(74)), ("events", "--rebuild", 78)] {
            let run = try daemon.start(name)
            #expect(run.waitUntilReady() != nil, "\(run.logged)")
            try daemon.waitUntilRead(by: run)
            try broker.useTool("topics", ["--alter", "--topic", topic.space.topic(name), "--partitions", "2"])
            let hasEnded = waitUntil(within: .seconds(120)) { !run.isRunning }
            #expect(hasEnded && run.waitForEnd() == code, "\(run.logged)")
            let error = try run.lastError()
            #expect(error.contains("\(topic.space.topic(name))-1") && error.contains(remedy), "\(error)")
        }
        let refused = try daemon.start("refused")
        #expect(refused.waitForEnd() == 78, "\(refused.logged)")
        let rebuilt = try daemon.start("rebuilt", ["--rebuild"])
        #expect(rebuilt.waitUntilReady() != nil, "\(rebuilt.logged)")
        rebuilt.send(SIGTERM)
        #expect(rebuilt.waitForEnd() == 0, "\(rebuilt.logged)")
    }
}
