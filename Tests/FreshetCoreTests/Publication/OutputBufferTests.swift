import FreshetKernels
import Testing

@testable import FreshetCore

@Suite struct OutputBufferTests {
    private struct Record: Equatable {
        struct Header: Equatable {
            var name: String
            var value: String?
        }

        var topic: OutputTopic
        var key: String?
        var value: String?
        var headers: [Header] = []
    }

    private func records(_ buffer: OutputBuffer) -> [Record] {
        (0..<buffer.count).map { index in
            var record = Record(topic: buffer.topic(index), key: buffer.key(index)?.text, value: buffer.value(index)?.text)
            buffer.forEachHeader(index) { record.headers.append(Record.Header(name: $0.text, value: $1?.text)) }
            return record
        }
    }

    private func text(_ random: inout SplitMix64) -> String? {
        random.next(below: 5) == 0 ? nil : String(repeating: "é", count: random.next(below: 4)) + "\(random.next(below: 1000))"
    }

    @Test func recordsReadBackAsTheyWereWrittenWithoutThoseWithdrawn() {
        for seed in UInt64(0)..<50 {
            var random = SplitMix64(seed: seed)
            let maker = EventMaker()
            let buffer = OutputBuffer()
            var reference: [Record] = []
            var withdrawn: Set<Int> = []
            for _ in 0..<200 {
                let topic = OutputTopic.allCases[random.next(below: OutputTopic.allCases.count)]
                let (key, value) = (text(&random), text(&random))
                if random.next(below: 2) == 0 {
                    buffer.append(topic, key: key.map(maker.view), value: value.map(maker.view))
                    reference.append(Record(topic: topic, key: key, value: value))
                } else {
                    buffer.begin(topic, key: key.map(maker.view))
                    buffer.bytes.append(text: value ?? "")
                    buffer.end()
                    reference.append(Record(topic: topic, key: key, value: value ?? ""))
                }
                for _ in 0..<random.next(below: 3) {
                    let header = Record.Header(name: "h\(random.next(below: 9))", value: text(&random))
                    buffer.appendHeader(maker.view(header.name), header.value.map(maker.view))
                    reference[reference.count - 1].headers.append(header)
                }
                if seed > 0, random.next(below: 4) == 0 {
                    withdrawn.insert(random.next(below: reference.count))
                    for index in withdrawn { buffer.withdraw(index) }
                }
            }
            #expect(records(buffer) == reference, "seed \(seed)")
            buffer.removeWithdrawn()
            let kept = reference.indices.filter { !withdrawn.contains($0) }.map { reference[$0] }
            #expect(records(buffer) == kept && (seed == 0 || kept.count < reference.count), "seed \(seed)")
            buffer.removeAll()
            #expect(buffer.count == 0 && buffer.bytes.count == 0)
        }
    }

    @Test func anEmptyValueIsNoTombstone() {
        let buffer = OutputBuffer()
        buffer.append(.recommendations, key: .empty, value: .empty)
        buffer.append(.recommendations, key: nil, value: nil)
        #expect(buffer.key(0) != nil && buffer.value(0) != nil)
        #expect(buffer.key(1) == nil && buffer.value(1) == nil)
    }

    @Test func aHeaderOfTextIsItsUTF8() {
        let buffer = OutputBuffer()
        buffer.append(.deadLetters, key: nil, value: nil)
        buffer.appendHeader("freshet.detail", "naïve 😀")
        buffer.appendHeader("empty", "")
        #expect(records(buffer)[0].headers == [Record.Header(name: "freshet.detail", value: "naïve 😀"), Record.Header(name: "empty", value: "")])
    }
}
