import FreshetCore
import FreshetKernels
import Testing

@testable import FreshetRuntime

@Suite struct BatchCountsTests {
    private func counted(_ outcomes: [Applied]) -> BatchCounts {
        var counts = BatchCounts()
        for outcome in outcomes { counts.count(outcome) }
        return counts
    }

    private func outcomes(_ random: inout SplitMix64) -> [Applied] {
        (0..<random.next(below: 60)).map { _ in
            switch random.next(below: 7) {
            case 6: .bot(BotReason.allCases[random.next(below: BotReason.allCases.count)], late: random.next(below: 2) == 0)
            case 0: .duplicate
            case 1: .ignored
            case 2: .rejected(RejectionCode.allCases[random.next(below: RejectionCode.allCases.count)])
            case 3: .applied(late: true)
            default: .applied(late: false)
            }
        }
    }

    @Test func everyRecordIsCountedOnce() {
        var random = SplitMix64(seed: 1)
        for _ in 0..<200 {
            let outcomes = outcomes(&random)
            let counts = counted(outcomes)
            #expect(counts.records == outcomes.count)
            #expect(counts.applied == outcomes.filter(\.isApplied).count)
            let late: [Applied] = [.applied(late: true)] + BotReason.allCases.map { Applied.bot($0, late: true) }
            #expect(counts.late == outcomes.filter(late.contains).count)
            for reason in BotReason.allCases {
                let bots: [Applied] = [.bot(reason, late: true), .bot(reason, late: false)]
                #expect(counts.bots[Int(reason.rawValue)] == outcomes.filter(bots.contains).count, "\(reason)")
            }
            #expect(counts.botEvents == counts.bots.reduce(0, +))
            #expect(counts.duplicates == outcomes.filter { $0 == .duplicate }.count && counts.ignored == outcomes.filter { $0 == .ignored }.count)
            for code in RejectionCode.allCases {
                #expect(counts.rejected[Int(code.rawValue)] == outcomes.filter { $0 == .rejected(code) }.count, "\(code)")
            }
        }
    }

    @Test func theCountsOfTwoBatchesAreTheirSum() {
        var random = SplitMix64(seed: 2)
        for _ in 0..<100 {
            let (first, second) = (outcomes(&random), outcomes(&random))
            var sum = counted(first)
            var other = counted(second)
            let outputs = OutputBuffer()
            outputs.append(.recommendations, key: nil, value: nil)
            outputs.append(.journal, key: nil, value: nil)
            other.countWritten(outputs)
            other.outputsRefused = 2
            other.keysDiffering = 3
            other.trackingAlarms = 2
            sum += other
            var expected = counted(first + second)
            expected.written[Int(OutputTopic.recommendations.rawValue)] = 1
            expected.written[Int(OutputTopic.journal.rawValue)] = 1
            expected.outputsRefused = 2
            expected.keysDiffering = 3
            expected.trackingAlarms = 2
            #expect(sum == expected)
            #expect(sum.written(.recommendations) == 1 && sum.written(.similarItems) == 0)
        }
    }

    @Test func aDeadLetterIsTheRecordAsItCameAndThenTheReason() {
        let arena = ByteArena()
        let outputs = OutputBuffer()
        let original = OriginalRecord(
            key: view("k", arena), value: view("{bad", arena),
            headers: [.init(name: view("trace", arena), value: view("7", arena)), .init(name: view("empty", arena), value: nil)])
        let source = DeadLetterSource(topic: view("clicks", arena), partition: 3, offset: 41)
        outputs.appendDeadLetter(original, .malformed, detail: "not JSON", from: source)
        outputs.appendDeadLetter(nil, .recordTooLarge, detail: "too long", from: source)
        #expect(outputs.key(0)?.text == "k" && outputs.value(0)?.text == "{bad" && outputs.value(1) == nil)
        let reason = ["freshet.topic=clicks", "freshet.partition=3", "freshet.offset=41"]
        #expect(headers(outputs, 0) == ["trace=7", "empty=null", "freshet.error=malformed", "freshet.detail=not JSON"] + reason)
        #expect(headers(outputs, 1) == ["freshet.error=record_too_large", "freshet.detail=too long"] + reason)
    }

    private func view(_ text: String, _ arena: ByteArena) -> ByteView {
        var text = text
        return text.withUTF8 { arena.copy(ByteView(UnsafeRawBufferPointer($0))) }
    }

    private func headers(_ outputs: OutputBuffer, _ index: Int) -> [String] {
        var headers: [String] = []
        outputs.forEachHeader(index) { headers.append("\($0.text)=\($1?.text ?? "null")") }
        return headers
    }
}
