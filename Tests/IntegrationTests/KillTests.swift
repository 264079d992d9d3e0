import FreshetKernels
import FreshetRuntime
import Foundation
import Testing

/// SIGKILL at every step of the protocol and in between leaves no trace in outputs or state. Run with `KAFKA_BOOTSTRAP=host:port`.
@Suite(.enabled(if: TopicSpace.bootstrap != nil, "KAFKA_BOOTSTRAP names no broker"), .serialized)
struct KillTests {
    private static let kills = 30

    @Test("FAULTS 1, 2, 3: SIGKILL at every step and in between leaves no trace")
    func killedRunsPublishAndKeepWhatAnUninterruptedRunDoes() throws {
        let log = try ShopLog(records: 6000)
        defer { log.delete() }
        let (reference, killed) = try runBoth(log, conflates: false)
        for output in ["recommendations", "similar-items", "dead-letters"] {
            let count = try killed.expectSamePublished(output, as: reference)
            #expect(count > 0, "\(output)")
        }
        let deadLetters = try killed.published("dead-letters")
        #expect(deadLetters.map { $0.error ?? "none" }.sorted() == log.rejections)
        let (expected, found) = (try reference.digests(), try killed.digests())
        #expect(found == expected)
    }

    @Test func conflatedRunsEndWithTheSameListsAndState() throws {
        let log = try ShopLog(records: 6000)
        defer { log.delete() }
        let (reference, killed) = try runBoth(log, conflates: true)
        let (expected, found) = (try lastLists(of: reference), try lastLists(of: killed))
        #expect(!expected.isEmpty)
        #expect(found == expected)
        let (expectedDigests, foundDigests) = (try reference.digests(), try killed.digests())
        #expect(foundDigests == expectedDigests)
    }

    private func runBoth(_ log: ShopLog, conflates: Bool) throws -> (reference: TestDaemon, killed: TestDaemon) {
        try log.write()
        let reference = try log.daemon("whole", conflates: conflates)
        try reference.runToEnd("whole")
        let killed = try log.daemon("killed", conflates: conflates)
        for step in KillPlan.firstSteps { try kill(killed, at: step) }
        var random = SplitMix64(seed: 30)
        var starts: [Duration] = []
        for number in KillPlan.firstSteps.count..<Self.kills {
            let run = try killed.start("killed-\(number)")
            // By turns in the midst of a start (state is loaded, the journal read, batches are applied again) and of serving.
            if number % 2 == 0, let start = starts.last {
                usleep(UInt32(random.next(below: Int(start / .microseconds(1)))))
            } else {
                starts.append(try #require(run.waitUntilReady(), "\(run.logged)"))
                usleep(UInt32(random.next(below: 100_000)))
            }
            run.send(SIGKILL)
            #expect(run.waitForEnd() == -SIGKILL)
        }
        try killed.runToEnd("killed-last")
        starts.sort()
        print("from start to ready after SIGKILL, \(starts.count) starts: median \(starts[starts.count / 2]), most \(starts[starts.count - 1])")
        return (reference, killed)
    }

    private func kill(_ daemon: TestDaemon, at step: DaemonStep) throws {
        let run = try daemon.start("killed-\(step)", killedAt: "\(step.rawValue):1")
        if step == .drained {
            #expect(run.waitUntilReady() != nil, "\(run.logged)")
            run.send(SIGTERM)
        }
        let end = run.waitForEnd()
        #expect(end == -SIGKILL, "\(step) did not come: \(run.logged)")
    }

    /// The items of each user's last list; none where a tombstone is the last, as for a visitor who became a user.
    private func lastLists(of daemon: TestDaemon) throws -> [[UInt8]?: [String]] {
        var lists: [[UInt8]?: [String]] = [:]
        for record in try daemon.published("recommendations") {
            let list = try record.value.map { try JSONDecoder().decode(List.self, from: Data($0)) }
            lists[record.key] = list?.items.map(\.item_id) ?? []
        }
        return lists
    }

    /// What is compared of a published list; names are those of the record.
    private struct List: Decodable {
        var items: [Item]

        struct Item: Decodable {
            var item_id: String
        }
    }
}
