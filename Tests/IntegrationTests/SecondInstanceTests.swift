import Foundation
import Testing

/// Of two instances of one group exactly one serves. Run with `KAFKA_BOOTSTRAP=host:port`.
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
