import FreshetCore
import Foundation
import Testing

/// What an operator changed while the daemon was down, by a crash. Run with `KAFKA_BOOTSTRAP=host:port`.
@Suite(.enabled(if: TopicSpace.bootstrap != nil, "KAFKA_BOOTSTRAP names no broker"), .serialized)
struct ChangedSettingsTests {
    @Test("FAULTS 37: settings that shape state are refused after a crash with the remedy, others go on")
    func onlyWhatShapesStateIsRefused() throws {
        let topic = try EventTopic("changed")
        defer { topic.delete() }
        let start = EventTopic.anHourAgo
        try topic.write((0..<2000).map { .event("u\($0 % 200)", "i\($0 % 70)", at: start + Int64($0) * 100) })
        let whole = try topic.daemon("whole")
        try whole.runToEnd("whole")
        let daemon = try topic.daemon("changed")
        let killed = try daemon.start("killed", killedAt: "committed:7")
        #expect(killed.waitForEnd() == -SIGKILL)
        let batches = try daemon.journalledBatches()

        for shaping in ["events: {tick: off, session_gap: 31m}", "events: {tick: off}\nsignals: {item_similarity: {window: 29d}}", "seed: 7"] {
            let other = try topic.daemon("changed", settings: shaping)
            let run = try other.start("refused")
            let end = run.waitForEnd()
            #expect(end == 78 && run.logged.contains("--rebuild"), "\(shaping): \(run.logged)")
        }
        #expect(try daemon.journalledBatches() == batches, "a refused start changes nothing")

        let free = """
            state: {checkpoint_events_max: 70, checkpoint_interval: 2s}
            batch: {events_max: 37, max_wait: 5ms}
            events: {tick: off, max_future: 1m}
            publish: {conflate: false}
            """
        let changed = try topic.daemon("changed", settings: free)
        let ended = try changed.runToEnd("changed")
        #expect(try ended.replayedBatches() > 0)
        #expect(try changed.digests() == whole.digests())
        #expect(try changed.published("recommendations") == whole.published("recommendations"))
    }
}
