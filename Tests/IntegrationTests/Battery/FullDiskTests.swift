import FreshetCore
import Foundation
import Testing

/// A disk without room costs checkpoints, and nothing else. Run with `KAFKA_BOOTSTRAP=host:port`, as root.
@Suite(
    .enabled(if: TopicSpace.bootstrap != nil, "KAFKA_BOOTSTRAP names no broker"),
    .enabled(if: SmallDisk.isPossible, "only root may mount a small disk"), .serialized)
struct FullDiskTests {
    private static let settings = """
        state: {checkpoint_events_max: 100, checkpoint_interval: 1s}
        batch: {events_max: 100}
        events: {tick: off}
        publish: {conflate: false}
        """

    @Test("FAULTS 23: with a full disk serving goes on, the last checkpoint stands, and it heals when space returns")
    func servingGoesOnAndCheckpointsHeal() throws {
        let topic = try EventTopic("full")
        defer { topic.delete() }
        let disk = try SmallDisk(at: topic.space.folder.appending(path: "full"), mebibytes: 8)
        defer { disk.unmount() }
        let daemon = try topic.daemon("full", settings: Self.settings)
        let start = EventTopic.anHourAgo
        try write(0..<1000, start, to: topic)
        try daemon.runToEnd("filled")
        let saved = try savedBatch(of: daemon)

        let full = try daemon.start("full")
        #expect(full.waitUntilReady() != nil, "\(full.logged)")
        try disk.fill()
        try write(1000..<3000, start, to: topic)
        try daemon.waitUntilRead(by: full)
        #expect(try lists(of: daemon) == 3000, "serving goes on")
        #expect(waitUntil(within: .seconds(20)) { full.logged.contains("checkpoint failed") }, "\(full.logged)")
        let alarm = try #require(full.logged.split(separator: "\n").last { $0.contains("checkpoint failed") })
        #expect(alarm.contains("\"level\":\"error\"") && alarm.contains("the last one stands") && alarm.contains("make room"), "\(alarm)")
        full.send(SIGKILL)
        #expect(full.waitForEnd() == -SIGKILL)

        try disk.makeRoom()
        #expect(try savedBatch(of: daemon) == saved, "the last checkpoint stands")
        try disk.fill()
        let again = try daemon.start("again")
        #expect(again.waitUntilReady() != nil, "\(again.logged)")
        #expect(try again.replayedBatches() > 0)
        try disk.makeRoom()
        try write(3000..<3500, start, to: topic)
        try daemon.waitUntilRead(by: again)
        let batches = Int64(try daemon.journalledBatches().count)
        // Nobody asks for it: the next checkpoint that is due takes along what could not be saved.
        sleep(3)
        again.send(SIGKILL)
        #expect(again.waitForEnd() == -SIGKILL)
        #expect(try savedBatch(of: daemon) == batches)
        #expect(try lists(of: daemon) == 3500)

        let calm = try topic.daemon("calm", settings: Self.settings)
        try calm.runToEnd("calm")
        #expect(try daemon.digests() == calm.digests())
    }

    /// A first start that can save nothing says so and changes nothing.
    @Test("FAULTS 23: a first start on a full disk ends with 74 and goes well once there is room")
    func aFirstStartNeedsRoom() throws {
        let topic = try EventTopic("fullstart")
        defer { topic.delete() }
        let disk = try SmallDisk(at: topic.space.folder.appending(path: "disk"), mebibytes: 4)
        defer { disk.unmount() }
        let daemon = try topic.daemon("disk", settings: Self.settings)
        try write(0..<100, EventTopic.anHourAgo, to: topic)
        try disk.fill()
        for number in 0..<2 {
            let run = try daemon.start("full-\(number)")
            let end = run.waitForEnd()
            #expect(end == 74 && run.logged.contains("make room"), "\(run.logged)")
        }
        try disk.makeRoom()
        try daemon.runToEnd("roomy")
        #expect(try lists(of: daemon) == 100)
    }

    private func write(_ numbers: Range<Int>, _ start: Int64, to topic: EventTopic) throws {
        try topic.write(numbers.map { .event("u\($0 % 700)", "i\($0 % 90)", at: start + Int64($0) * 100) })
    }

    private func lists(of daemon: TestDaemon) throws -> Int { try daemon.published("recommendations").count }

    private func savedBatch(of daemon: TestDaemon) throws -> Int64 { try #require(try daemon.inspect(["state"])["batch"]?.integer) }
}
