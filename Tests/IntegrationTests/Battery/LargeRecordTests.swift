import FreshetCore
import FreshetKernels
import Foundation
import Testing

/// Keys and values of every size. Run with `KAFKA_BOOTSTRAP=host:port`.
@Suite(.enabled(if: TopicSpace.bootstrap != nil, "KAFKA_BOOTSTRAP names no broker"), .serialized)
struct LargeRecordTests {
    private static let recordsMax = 150
    /// What a daemon may hold: records that wait (64 MiB), what the client library has read ahead (32 MiB), one batch of dead letters, the program.
    private static let memoryMax = 288 << 20

    @Test("FAULTS 19: huge keys, values of 1 MB, empty and null keys: bounded memory, and a reference where the body is too large")
    func sizesAreBounded() throws {
        let topic = try EventTopic("large", partitions: 2)
        defer { topic.delete() }
        let start = EventTopic.anHourAgo
        let large = "x".padding(toLength: 900_000, withPad: "x", startingAt: 0)
        var records: [RawRecord] = []
        for number in 0..<Self.recordsMax {
            let (time, user) = (start + Int64(number) * 1000, "u\(number)")
            switch number % 5 {
            case 0: records.append(.event(user, "i1", at: time, more: ",\"context\":\"\(large)\""))
            case 1: records.append(with(.event(user, "i2", at: time), key: Array(large.utf8)))
            case 2: records.append(with(.event(user, "i3", at: time), key: []))
            case 3: records.append(with(.event(user, "i4", at: time), key: nil))
            default: records.append(with(.event(user, "i5", at: time, more: ",\"price\":\"\(large.prefix(400_000))"), key: Array("k".utf8)))
            }
        }
        try topic.write(records)
        let (whole, tight) = (try topic.daemon("whole"), try topic.daemon("tight", settings: "events: {tick: off, max_record_bytes: 500KiB}"))
        let each = Self.recordsMax / 5
        for (daemon, rejected) in [(whole, ["malformed"]), (tight, ["malformed", "record_too_large"])] {
            let run = try daemon.start(daemon.group)
            try daemon.waitUntilRead(by: run)
            let peak = try run.peakMemory()
            #expect(peak < Self.memoryMax, "\(peak >> 20) MiB")
            run.send(SIGTERM)
            #expect(run.waitForEnd() == 0, "\(run.logged)")
            let letters = try daemon.published("dead-letters")
            #expect(Dictionary(grouping: letters, by: { $0.error ?? "" }).mapValues(\.count) == [String: Int](rejected.map { ($0, each) }) { $1 })
            for letter in letters where letter.error == "record_too_large" {
                #expect(letter.value == nil && letter.header("freshet.offset") != nil)
                #expect(letter.header("freshet.bytes").flatMap { Int($0) } ?? 0 > 900_000)
            }
            let applied = Self.recordsMax - letters.count
            #expect(try Figures(run.lastLine("figures")).applied == applied)
            #expect(Set(try daemon.published("recommendations").map(\.key)).count == applied, "\(daemon.group)")
        }
    }

    private func with(_ record: RawRecord, key: [UInt8]?) -> RawRecord {
        var record = record
        record.key = key
        return record
    }
}
