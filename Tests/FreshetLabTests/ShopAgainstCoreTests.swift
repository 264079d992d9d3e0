import FreshetCore
import FreshetKernels
import FreshetLab
import Testing

/// What the shop says must become of its records is what becomes of them.
@Suite struct ShopAgainstCoreTests {
    private let publication: Publication
    private let arena = ByteArena()
    private let decoders: [ShopTopic: EventDecoder]

    init() {
        var silent = PublicationSettings()
        silent.recommendations = false
        silent.similarItems = false
        publication = Publication(engine: Engine(settings: EngineSettings()), settings: silent)
        let settings = ShopSettings()
        let types: [ShopTopic: EventType] = [.clicks: .click, .carts: .cart, .purchases: .purchase]
        let made = ShopTopic.allCases.map { topic in
            (topic, EventDecoder(format: .freshet, topicType: types[topic], recordBytesMax: settings.recordBytesMax))
        }
        decoders = Dictionary(uniqueKeysWithValues: made)
    }

    @Test func everyRecordMeetsItsExpectation() throws {
        var shop = SimulatedShop()
        var duplicatesExpected = 0
        var duplicatesSeen = 0
        for number in 0..<20_000 {
            let record = shop.next()
            let outcome = try outcome(of: record, number)
            switch record.expectation {
            case .rejected(let code): #expect(outcome == .rejected(code), "\(String(decoding: record.value, as: UTF8.self))")
            case .applied, .duplicate:
                // Of two copies of a late record either may come first.
                duplicatesExpected += record.expectation == .duplicate ? 1 : 0
                duplicatesSeen += outcome == .duplicate ? 1 : 0
                #expect(isInTime(outcome) || outcome == .duplicate, "\(String(decoding: record.value, as: UTF8.self))")
            }
        }
        #expect(abs(duplicatesExpected - duplicatesSeen) <= 1, "a copy may still be on its way")
        #expect(duplicatesExpected > 50)
    }

    /// The shop's busiest user does as much as only a bot would.
    private func isInTime(_ outcome: Applied) -> Bool {
        switch outcome {
        case .applied(let late), .bot(_, let late): !late
        case .duplicate, .ignored, .rejected: false
        }
    }

    private func outcome(of record: ShopRecord, _ number: Int) throws -> Applied {
        let decoder = try #require(decoders[record.topic])
        let decoded = record.value.withUnsafeBytes { value in
            record.key.withUnsafeBytes { key in
                decoder.decode(value: ByteView(value), key: ByteView(key), recordTime: record.arrival, into: arena)
            }
        }
        switch decoded {
        case .rejected(let code, _): return .rejected(code)
        case .ignored: return .ignored
        case .event(let event):
            // The runtime's verdict, which has a clock.
            if event.time > record.arrival.advanced(by: 300_000) { return .rejected(.inTheFuture) }
            publication.begin(nil)
            publication.foresee(event)
            let applied = publication.apply(event, from: EventOrigin(topic: .empty, partition: 0, offset: Int64(number)))
            publication.finish()
            return applied
        }
    }
}
