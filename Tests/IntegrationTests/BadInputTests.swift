import FreshetCore
import FreshetKafka
import FreshetKernels
import Foundation
import Testing

/// What is not acceptable stops nothing and is kept. Run with `KAFKA_BOOTSTRAP=host:port`.
@Suite(.enabled(if: TopicSpace.bootstrap != nil, "KAFKA_BOOTSTRAP names no broker"), .serialized)
struct BadInputTests {
    private static let partitions = 2

    /// Each bad record stands between two good ones of its partition.
    @Test("FAULTS 11: every kind of poison lands in dead letters, once, and the next good event is applied")
    func everyKindLandsInDeadLettersAndTheNextGoodEventIsApplied() throws {
        let bad = BadRecord.all
        #expect(Set(bad.map(\.code)) == Set(RejectionCode.allCases).subtracting([.outputTooLarge, .noRoom]))
        let space = try TopicSpace("bad")
        defer { space.delete() }
        let inputs = try space.createTopic("events", partitions: Self.partitions)
        let (records, places, good) = Self.interleaved(bad)
        try space.write(records)
        let settings = """
            events: {max_record_bytes: \(BadRecord.recordBytesMax >> 10)KiB}
            publish: {conflate: false}
            """
        let daemon = try TestDaemon("bad", in: space, reading: inputs, events: ["{name: \(space.topic("events"))}"], settings: settings)
        // A restart in the midst of poison does not loop.
        for step in ["collected", "applied"] {
            let killed = try daemon.start("killed-\(step)", killedAt: "\(step):1")
            #expect(killed.waitForEnd() == -SIGKILL, "\(killed.logged)")
        }
        let ended = try daemon.runToEnd("bad")
        let expected = Figures(applied: good.count, late: 0, deadLetters: bad.count, duplicates: 0, ignored: 0)
        #expect(try Figures(try ended.lastLine("figures")) == expected)
        let again = try daemon.runToEnd("again")
        #expect(try Figures(again.lastLine("figures")).records == 0)

        let letters = Dictionary(grouping: try daemon.published("dead-letters"), by: Place.init)
        #expect(letters.count == bad.count && letters.values.allSatisfy { $0.count == 1 })
        for (record, place) in zip(bad, places) {
            let letter = try #require(letters[place]?.first, "\(record.name)")
            expect(letter, tells: record, from: place, of: space.topic("events"))
        }
        #expect(Set(try daemon.published("recommendations").map { try Self.trigger(of: $0) }) == good)
    }

    private func expect(_ letter: PublishedRecord, tells record: BadRecord, from place: Place, of topic: String) {
        #expect(letter.error == "\(record.code.name)", "\(record.name)")
        #expect(letter.header("freshet.detail")?.isEmpty == false, "\(record.name)")
        #expect(letter.header("freshet.topic") == topic, "\(record.name)")
        #expect(letter.key == record.key, "\(record.name)")
        if record.code == .recordTooLarge {
            #expect(letter.value == nil && letter.header("freshet.bytes") == record.value.map { String($0.count) })
        } else {
            #expect(letter.value == record.value, "\(record.name)")
            #expect(letter.headers.first == "trace=\(record.name)", "the original's headers come first")
        }
    }

    /// Where a record stands in the one topic.
    private struct Place: Hashable {
        var partition: Int32
        var offset: Int64

        init(partition: Int32, offset: Int64) {
            self.partition = partition
            self.offset = offset
        }

        /// Where a dead letter says that its record stood.
        init(_ letter: PublishedRecord) {
            partition = letter.header("freshet.partition").flatMap { Int32($0) } ?? -1
            offset = letter.header("freshet.offset").flatMap { Int64($0) } ?? -1
        }
    }

    /// All records in their order, and where the bad and the good ones come to stand.
    private static func interleaved(_ bad: [BadRecord]) -> (records: [RawRecord], bad: [Place], good: Set<Place>) {
        var records: [RawRecord] = []
        var ends = [Int64](repeating: 0, count: partitions)
        var places: [Place] = []
        var good: Set<Place> = []
        var time = Int64(Date.now.timeIntervalSince1970 * 1000) - 3_600_000
        func append(_ record: RawRecord) -> Place {
            defer { ends[Int(record.partition)] += 1 }
            records.append(record)
            return Place(partition: record.partition, offset: ends[Int(record.partition)])
        }
        func appendGood(to partition: Int32) {
            time += 1000
            let value = "{\"user_id\":\"g\(records.count)\",\"item_id\":\"i\(records.count % 7)\",\"type\":\"click\",\"timestamp\":\(time)}"
            good.insert(append(RawRecord(topic: "events", partition: partition, key: Array("g\(records.count)".utf8), value: Array(value.utf8))))
        }
        for partition in 0..<Int32(partitions) { appendGood(to: partition) }
        for (number, record) in bad.enumerated() {
            let partition = Int32(number % partitions)
            let raw = RawRecord(topic: "events", partition: partition, key: record.key, value: record.value, header: ("trace", record.name))
            places.append(append(raw))
            appendGood(to: partition)
        }
        return (records, places, good)
    }

    private static func trigger(of record: PublishedRecord) throws -> Place {
        let bytes = try #require(record.value)
        let list = try bytes.withUnsafeBytes { try JSONValue(ByteView($0)) }
        let trigger = try #require(list["trigger"])
        return Place(partition: Int32(try #require(trigger["partition"]?.integer)), offset: try #require(trigger["offset"]?.integer))
    }
}
