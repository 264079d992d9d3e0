import FreshetCore
import FreshetKafka
import FreshetKernels
import FreshetRuntime
import Testing

/// Which records are judged by a clock, by whose, and what is kept of those that are refused.
@Suite struct IntakeTests {
    private static let wall: Int64 = 1_795_000_000_000
    private static let maxFuture: Int64 = 60_000

    /// Records at hand, as a chunk of the client library.
    private final class TestChunk: RecordChunk {
        let records: [ConsumedRecord] = []
        let ends: [PartitionEnd] = []
        var headers: [(name: String, value: String?)] = []

        func forEachHeader(of record: ConsumedRecord, _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer?) -> Void) {
            for header in headers {
                Array(header.name.utf8).withUnsafeBytes { name in
                    guard let value = header.value else { return body(name, nil) }
                    Array(value.utf8).withUnsafeBytes { body(name, $0) }
                }
            }
        }

        func release() {}
    }

    private let clock = ManualClock(wallMilliseconds: IntakeTests.wall)
    private let arena = ByteArena()
    private let chunk = TestChunk()

    private func intake(judgedBelow: Int64 = 0, recordBytesMax: Int = 1000) -> Intake {
        Intake(
            decoders: [EventDecoder(format: .freshet, topicType: .click, recordBytesMax: recordBytesMax)], maxFuture: IntakeTests.maxFuture,
            clock: clock,
            judged: [RangeSet(0..<judgedBelow)])
    }

    private func read(
        _ intake: Intake, _ value: String?, key: String? = "u", offset: Int64 = 10, timestamp: Int64 = IntakeTests.wall,
        kind: ConsumedRecord.TimestampKind = .create
    ) -> PendingRecord {
        func bytes(_ text: String?) -> UnsafeRawBufferPointer? {
            guard let text else { return nil }
            var copy = text
            let view = copy.withUTF8 { arena.copy(ByteView(UnsafeRawBufferPointer($0))) }
            return view.buffer
        }
        let record = ConsumedRecord(partition: 0, offset: offset, timestamp: timestamp, timestampKind: kind, key: bytes(key), value: bytes(value))
        return intake.read(record, of: 0, in: chunk, into: arena)
    }

    private func click(at time: Int64) -> String { "{\"user_id\":\"u\",\"item_id\":\"i\",\"timestamp\":\(time)}" }

    private func isRefused(_ record: PendingRecord) -> Bool {
        if case .rejected(.inTheFuture, _) = record.content { record.isFutureVerdict } else { false }
    }

    @Test("FAULTS 15, 38: a producer's time is compared with our clock")
    func aProducersTimeIsComparedWithOurClock() {
        let edge = IntakeTests.wall + IntakeTests.maxFuture
        #expect(!isRefused(read(intake(), click(at: edge))))
        #expect(isRefused(read(intake(), click(at: edge + 1))))
        // The record's own time is the producer's, too: it excuses nothing.
        #expect(isRefused(read(intake(), click(at: edge + 1), timestamp: edge + 1)))
    }

    @Test func onATopicOfTheBrokersTimeThatOneIsCompared() {
        let broker = IntakeTests.wall - 3_600_000
        #expect(!isRefused(read(intake(), click(at: broker + IntakeTests.maxFuture), timestamp: broker, kind: .logAppend)))
        #expect(isRefused(read(intake(), click(at: broker + IntakeTests.maxFuture + 1), timestamp: broker, kind: .logAppend)))
        // Where the broker gave none, our clock is left.
        #expect(!isRefused(read(intake(), click(at: IntakeTests.wall), timestamp: -1, kind: .logAppend)))
    }

    /// An intake without decoders reads side topics only.
    @Test func whatASideTopicSaysMayBeAsLateAsAnEvent() {
        let intake = Intake(decoders: [], maxFuture: IntakeTests.maxFuture, clock: clock, judged: [])
        let broker = IntakeTests.wall - 3_600_000
        let edges: [(ConsumedRecord.TimestampKind, Int64)] = [(.create, IntakeTests.wall), (.logAppend, broker), (.none, IntakeTests.wall)]
        for (kind, reference) in edges {
            let record = read(intake, "{}", timestamp: kind == .none ? -1 : broker, kind: kind)
            let latest = intake.latestTime(brokerTime: record.hasBrokerTime ? record.timestamp : nil)
            #expect(latest == EventTime(milliseconds: reference + IntakeTests.maxFuture), "\(kind)")
        }
    }

    @Test func whatWasJudgedBeforeIsNotJudgedAgain() {
        let far = IntakeTests.wall + 365 * 86_400_000
        #expect(!isRefused(read(intake(judgedBelow: 11), click(at: far), offset: 10)), "the journal holds its verdict")
        #expect(isRefused(read(intake(judgedBelow: 10), click(at: far), offset: 10)))
    }

    @Test func timeMayGoOnByTheClockWhileEventsComeInTime() {
        let intake = intake()
        #expect(!intake.isCurrent)
        _ = read(intake, click(at: IntakeTests.wall - IntakeTests.maxFuture))
        #expect(intake.isCurrent)
        _ = read(intake, click(at: IntakeTests.wall - IntakeTests.maxFuture - 1))
        #expect(!intake.isCurrent, "a backfill is not the present")
        _ = read(intake, click(at: IntakeTests.wall))
        _ = read(intake, click(at: IntakeTests.wall + 86_400_000))
        #expect(intake.isCurrent, "one bad clock says nothing")
    }

    @Test func aRefusedRecordKeepsItsBytesAndHeaders() {
        chunk.headers = [("trace", "7"), ("empty", ""), ("null", nil)]
        let record = read(intake(), "{bad", key: "")
        #expect(record.original?.value?.text == "{bad")
        #expect(record.original?.key.map { $0.isEmpty } == true, "an empty key is no null")
        #expect(record.original?.headers.map { "\($0.name.text)=\($0.value?.text ?? "null")" } == ["trace=7", "empty=", "null=null"])
        let null = read(intake(), nil, key: nil)
        #expect(null.original != nil && null.original?.key == nil && null.original?.value == nil)
    }

    @Test func aRecordThatIsTooLongLeavesAReference() {
        chunk.headers = [("trace", "7")]
        let long = click(at: IntakeTests.wall)
        let record = read(intake(recordBytesMax: long.utf8.count - 1), long, key: "u7")
        #expect(record.original?.value == nil && record.original?.omittedBytes == long.utf8.count)
        #expect(record.original?.key?.text == "u7" && record.original?.headers.isEmpty == true)
        let key = String(repeating: "k", count: 257)
        #expect(read(intake(recordBytesMax: 5), long, key: key).original?.key == nil)
    }

    @Test func onlyWhatMayBecomeADeadLetterKeepsItsBytes() {
        #expect(read(intake(), click(at: IntakeTests.wall)).original == nil)
        let identify = "{\"type\":\"identify\",\"user_id\":\"u\",\"visitor_id\":\"v\"}"
        #expect(read(intake(), identify).original?.value?.text == identify, "only the state can judge it")
    }

    @Test func aRecordsBytesCountItsKeyAndValue() {
        let small = read(intake(), click(at: IntakeTests.wall), key: nil)
        let large = read(intake(), click(at: IntakeTests.wall), key: String(repeating: "k", count: 100))
        #expect(large.bytes - small.bytes == 100)
        #expect(small.bytes > click(at: IntakeTests.wall).utf8.count)
    }
}
