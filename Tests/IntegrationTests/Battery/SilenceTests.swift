import FreshetCore
import Foundation
import Testing

/// Partitions and shops that are silent. Run with `KAFKA_BOOTSTRAP=host:port`.
@Suite(.enabled(if: TopicSpace.bootstrap != nil, "KAFKA_BOOTSTRAP names no broker"), .serialized)
struct SilenceTests {
    /// Three of four partitions never hold a record; then all are silent, and event time goes on in empty batches, through kills.
    @Test("FAULTS 18: idle partitions hold nothing up, and the empty batches of a silent shop are committed once each")
    func silenceHoldsNothingUpAndIsCommittedOnce() throws {
        let topic = try EventTopic("silent", partitions: 4)
        defer { topic.delete() }
        let settings = "batch: {events_max: 100}\npublish: {conflate: false}\nevents: {lateness: 1s}"
        let daemon = try topic.daemon("silent", settings: settings)
        for round in 0..<3 {
            // Time goes on by the clock once an event of the present was read.
            let start = EventTopic.now - 2_000
            try topic.write((0..<100).map { .event("u\($0 % 20)", "i\($0 % 9)", at: start + Int64($0) * 10, partition: 2) })
            let run = try daemon.start("silent-\(round)")
            try daemon.waitUntilRead(by: run)
            // Two ticks and a half.
            usleep(2_500_000)
            run.send(round < 2 ? SIGKILL : SIGTERM)
            #expect(run.waitForEnd() == (round < 2 ? -SIGKILL : 0), "\(run.logged)")
        }
        let journal = try daemon.published("journal").map { try JSONValue(String(decoding: try #require($0.value), as: UTF8.self)) }
        #expect(journal.compactMap { $0["batch"]?.integer } == Array(1...Int64(journal.count)), "each batch once")
        let ticks = journal.compactMap { $0["tick"]?.integer }
        #expect(ticks.count >= 3 && ticks == ticks.sorted())
        #expect(ticks.last ?? .max <= EventTopic.now - 1_000, "event time does not run ahead of the clock")
        #expect(try daemon.published("recommendations").count == 300, "an empty batch publishes nothing")
        #expect(try daemon.inspect(["state"])["batch"]?.integer == Int64(journal.count))
    }
}
