import Foundation
import Testing

/// Of two instances of one group exactly one serves. Run with `KAFKA_BOOTSTRAP=host:port`; `FRESHET_NIGHTLY=1` has many take over.
@Suite(.enabled(if: TopicSpace.bootstrap != nil, "KAFKA_BOOTSTRAP names no broker"), .serialized)
struct SecondInstanceTests {
    @Test("FAULTS 33: on the same folder the second instance is turned away with 75") func onTheSameFolderTheSecondIsTurnedAway() throws {
        try expectOneServes { daemon, first in
            let second = try daemon.start("second")
            let end = second.waitForEnd()
            #expect(end == 75, "\(second.logged)")
            return first
        }
    }

    /// As on another host: the folder's lock does not help, the fence at the broker does.
    @Test("FAULTS 33: on another folder the first instance is fenced and exits 75, the second serves") func onAnotherFolderTheFirstIsFenced() throws {
        try expectOneServes { daemon, first in
            let second = try daemon.start("second", state: "elsewhere")
            #expect(second.waitUntilReady() != nil, "\(second.logged)")
            return second
        } whileServing: { first in
            let end = first.waitForEnd()
            #expect(end == 75, "\(first.logged)")
        }
    }

    /// Each on a folder of its own, as on a host of its own, with the operator's word that the state is to be made anew.
    @Test("FAULTS 9, 33: instances take over from one another under load: each time the older one is fenced, and together they do what one does")
    func instancesTakeOverFromOneAnother() throws {
        let topic = try EventTopic("handed")
        defer { topic.delete() }
        let daemon = try topic.daemon("handed")
        var serving = try daemon.start("host-0", state: "host-0")
        #expect(serving.waitUntilReady() != nil, "\(serving.logged)")
        let rounds = Nightly.isOn ? 30 : 3
        for round in 1...rounds {
            let first = (round - 1) * 600
            try topic.writeClicks(first..<first + 300, poison: 10)
            let next = try daemon.start("host-\(round)", ["--rebuild"], state: "host-\(round)")
            #expect(next.waitUntilReady() != nil, "\(next.logged)")
            // One that has nothing to send does not meet the fence.
            try topic.writeClicks(first + 300..<first + 600, poison: 10)
            let end = serving.waitForEnd()
            #expect(end == 75, "\(serving.logged)")
            serving = next
        }
        try daemon.waitUntilRead(by: serving)
        serving.send(SIGTERM)
        #expect(serving.waitForEnd() == 0, "\(serving.logged)")
        let calm = try topic.daemon("calm")
        try calm.runToEnd("calm")
        for output in ["recommendations", "similar-items", "dead-letters"] {
            let count = try daemon.expectSamePublished(output, as: calm)
            #expect(count > 0, "\(output)")
        }
        #expect(try daemon.digests(state: "host-\(rounds)") == calm.digests())
    }

    @Test("FAULTS 9, 33: at least once, where nothing fences, one of two instances gives way within seconds and exits 75")
    func atLeastOnceOneGivesWay() throws {
        let topic = try EventTopic("double")
        defer { topic.delete() }
        let daemon = try topic.daemon("double", kafka: "delivery: at_least_once")
        let first = try daemon.start("first")
        #expect(first.waitUntilReady() != nil, "\(first.logged)")
        let second = try daemon.start("second", state: "elsewhere")
        let isDecided = waitUntil(within: .seconds(20)) { !first.isRunning || !second.isRunning }
        #expect(isDecided)
        sleep(3)
        let (serving, ended) = first.isRunning ? (first, second) : (second, first)
        #expect(serving.isRunning, "\(serving.logged)")
        #expect(ended.waitForEnd() == 75, "\(ended.logged)")
        try topic.writeClicks(0..<300, poison: 10)
        try daemon.waitUntilRead(by: serving)
        serving.send(SIGTERM)
        #expect(serving.waitForEnd() == 0, "\(serving.logged)")
        #expect(try daemon.published("recommendations").count == 270 && daemon.published("dead-letters").count == 30)
    }

    /// Starts a first instance, lets `meet` start a second one and tell which of them serves, and writes the log only then.
    private func expectOneServes(
        _ meet: (TestDaemon, FreshetProcess) throws -> FreshetProcess, whileServing: (FreshetProcess) -> Void = { _ in }
    ) throws {
        let log = try ShopLog(records: 3000)
        defer { log.delete() }
        let daemon = try log.daemon("pair", conflates: false)
        let first = try daemon.start("first")
        #expect(first.waitUntilReady() != nil, "\(first.logged)")
        let serving = try meet(daemon, first)
        try log.write()
        whileServing(first)
        try daemon.waitUntilRead(by: serving)
        serving.send(SIGTERM)
        let end = serving.waitForEnd()
        #expect(end == 0, "\(serving.logged)")
        let causes = try daemon.published("recommendations").compactMap { try Cause($0) }
        #expect(!causes.isEmpty)
        #expect(Set(causes).count == causes.count)
        #expect(try daemon.published("dead-letters").map { $0.error ?? "none" }.sorted() == log.rejections)
    }
}

/// The user of a published list and the event that caused it: no two lists share both.
private struct Cause: Hashable {
    private struct List: Decodable {
        var trigger: Trigger?
    }

    private struct Trigger: Decodable, Hashable {
        var topic: String
        var partition: Int
        var offset: Int64
    }

    private var user: [UInt8]?
    private var trigger: Trigger

    /// `nil` where no event caused the list, and for the tombstone of a visitor who became a user.
    init?(_ record: PublishedRecord) throws {
        guard let value = record.value, let trigger = try JSONDecoder().decode(List.self, from: Data(value)).trigger else { return nil }
        user = record.key
        self.trigger = trigger
    }
}
