import FreshetCore
import FreshetKernels
import Testing

@Suite struct JSONWritingTests {
    private func written(_ body: (ByteBuffer) -> Void) -> String {
        let buffer = ByteBuffer()
        body(buffer)
        return buffer.view.text
    }

    @Test func escapesWhatMustBeEscaped() {
        let arena = ByteArena()
        let text = "é\"\\/\n\r\t\0\u{1f}\u{7f}😀"
        #expect(written { $0.appendJSON(string: view(text, in: arena)) } == #""é\"\\/\n\r\t\u0000\u001f"# + "\u{7f}😀\"")
        #expect(written { $0.appendJSON(string: .empty) } == "\"\"")
    }

    @Test func oneSpecialByteAnywhereIsFound() {
        let arena = ByteArena()
        for length in 1...20 {
            for place in 0..<length {
                for byte in UInt8(0)..<128 {
                    var bytes = [UInt8](repeating: UInt8(ascii: "x"), count: length)
                    bytes[place] = byte
                    let text = written { $0.appendJSON(string: view(String(decoding: bytes, as: UTF8.self), in: arena)) }
                    let isEscaped = byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
                    #expect(text.utf8.contains(UInt8(ascii: "\\")) == isEscaped, "byte \(byte) at \(place) of \(length)")
                    #expect(isEscaped || text.utf8.count == length + 2)
                }
            }
        }
    }

    @Test(
        arguments: [
            (5, "5"), (0, "0"), (-0.0, "-0"), (0.1, "0.1"), (19.9, "19.9"), (1e-5, "0.00001"), (1e-7, "1e-07"), (1e15, "1000000000000000"),
            (1e16, "1e+16"), (.greatestFiniteMagnitude, "1.7976931348623157e+308"), (.leastNonzeroMagnitude, "5e-324"), (.nan, "null"),
            (.infinity, "null"), (-.infinity, "null"), (1.0 / 3, "0.3333333333333333"),
        ] as [(Double, String)])
    func numbersAreShort(number: Double, text: String) {
        #expect(written { $0.append(double: number) } == text)
    }

    @Test func numbersReadBackAndAreJSON() {
        var random = SplitMix64(seed: 3)
        for round in 0..<20_000 {
            let number = round % 2 == 0 ? Double(bitPattern: random.next()) : (random.nextUnit() * 1e6).rounded() / 100
            guard number.isFinite else { continue }
            let text = written { $0.append(double: number) }
            #expect(Double(text)?.bitPattern == number.bitPattern)
            #expect(StrictJSON.acceptsValue(Array(text.utf8)))
        }
    }

    @Test(arguments: [4, 5, 9, 15])
    func scoresOfFewDecimalsAreTheShortestNumbers(places: Int) {
        var random = SplitMix64(seed: UInt64(places))
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        for _ in 0..<20_000 {
            let bound = 1 << random.next(below: 50)
            let units = Double(random.next(below: min(bound, 1_000_000_000_000_000)))
            let score = units / scale
            let text = written { $0.append(score: score, places: places) }
            #expect(Double(text) == score)
            // Below 10⁻⁵ the other writer takes an exponent.
            if score == 0 || score >= 1e-5 { #expect(text == written { $0.append(double: score) }) }
            #expect(StrictJSON.acceptsValue(Array(text.utf8)))
        }
        for (score, text) in [(0, "0"), (1, "1"), (-1.5, "-1.5"), (0.25, "0.25"), (1e300, "1e+300"), (.nan, "null")] {
            #expect(written { $0.append(score: score, places: places) } == text)
        }
    }

    @Test func timesAreWrittenInUTC() {
        #expect(written { $0.append(rfc3339: EventTime(milliseconds: 1_795_514_400_123)) } == "2026-11-24T10:00:00.123Z")
        #expect(written { $0.append(rfc3339: EventTime(milliseconds: -1)) } == "1969-12-31T23:59:59.999Z")
        #expect(written { $0.append(rfc3339: .never) } == "0000-01-01T00:00:00.000Z")
        #expect(written { $0.append(rfc3339: EventTime(milliseconds: .max)) } == "9999-12-31T23:59:59.999Z")
    }

    @Test func encodedEventsReadBack() {
        var random = SplitMix64(seed: 11)
        let arena = ByteArena()
        let decoder = EventDecoder(format: .freshet, topicType: nil, recordBytesMax: 1 << 16)
        let buffer = ByteBuffer()
        for _ in 0..<5_000 {
            let event = anyEvent(&random, arena)
            buffer.removeAll()
            EventEncoder.encode(event, into: buffer)
            let decoded = decoder.decode(value: buffer.view, key: event.user, recordTime: nil, into: arena)
            #expect(Outcome(decoded) == .event(PlainEvent(event)))
            arena.releaseAll()
        }
    }

    private func anyEvent(_ random: inout SplitMix64, _ arena: ByteArena) -> Event {
        let scalars = Array("ab\"\\\n\0é😀/{".unicodeScalars)
        func text(_ random: inout SplitMix64) -> ByteView {
            let text = String(String.UnicodeScalarView((0..<random.next(below: 9)).map { _ in scalars[random.next(below: scalars.count)] }))
            return view(text, in: arena)
        }
        let type = EventType.allCases[random.next(below: EventType.allCases.count)]
        let time = EventTime(milliseconds: Int64(random.next(below: 4_000_000_000_000)) - 1_000_000_000_000)
        var event = Event(type: type, time: time, user: view("u\(random.next(below: 100))\"", in: arena), fingerprint: Fingerprint(high: 0, low: 0))
        event.item = type.needsItem ? view("i\(random.next(below: 100))", in: arena) : text(&random)
        event.visitor = type == .identify ? view("v\n", in: arena) : text(&random)
        event.session = text(&random)
        event.query = text(&random)
        event.segment = text(&random)
        event.eventID = text(&random)
        if random.next(below: 2) == 0 { event.price = random.nextUnit() * 1000 }
        if random.next(below: 2) == 0 { event.quantity = Double(random.next(below: 5)) }
        event.consent = random.next(below: 2) == 0
        return event
    }
}
