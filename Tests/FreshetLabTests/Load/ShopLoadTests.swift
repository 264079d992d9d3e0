import FreshetCore
import FreshetKernels
import FreshetLab
import FreshetRuntime
import Testing

@Suite struct ShopLoadTests {
    private struct Made: Equatable {
        var topic: ShopTopic
        var key: String
        var value: String
    }

    private func make(_ count: Int, seed: UInt64 = 1, run: String = "load") -> [Made] {
        var settings = LoadSettings()
        settings.users = 1000
        settings.items = 500
        settings.seed = seed
        settings.run = run
        var load = ShopLoad(settings)
        let (key, value) = (ByteBuffer(), ByteBuffer())
        return (0..<count).map { number in
            let topic = load.next(at: EventTime(milliseconds: 1_764_000_000_000 + Int64(number)), key: key, value: value)
            return Made(topic: topic, key: key.view.text, value: value.view.text)
        }
    }

    @Test func theSeedMakesIt() {
        #expect(make(500) == make(500))
        #expect(make(500) != make(500, seed: 2))
        #expect(make(500).first?.value.contains("\"event_id\":\"load-0\"") == true)
    }

    @Test func everyEventIsAcceptedAsWhatItIs() {
        let decoder = EventDecoder(format: .freshet, topicType: nil, recordBytesMax: 1 << 20)
        let arena = ByteArena()
        var types: [EventType: Int] = [:]
        for (number, made) in make(10_000).enumerated() {
            let bytes = ByteBuffer()
            bytes.append(text: made.value)
            guard case .event(let event) = decoder.decode(value: bytes.view, key: nil, recordTime: nil, into: arena) else {
                Issue.record("not acceptable: \(made.value)")
                continue
            }
            #expect(event.user.text == made.key)
            #expect(ShopLoad.number(ofEvent: event.eventID.buffer) == number)
            #expect(event.time.milliseconds == 1_764_000_000_000 + Int64(number))
            #expect(event.type == [.clicks: .click, .carts: .cart, .purchases: .purchase][made.topic])
            types[event.type, default: 0] += 1
            arena.releaseAll()
        }
        #expect((8800...9200).contains(types[.click] ?? 0) && (650...950).contains(types[.cart] ?? 0) && (120...280).contains(types[.purchase] ?? 0))
    }

    @Test func someUsersComeOftenAndNoneAlwaysDoes() {
        let counts = Dictionary(grouping: make(50_000), by: \.key).values.map(\.count).sorted()
        #expect(counts.count > 900)
        #expect(counts[counts.count - 1] > counts[counts.count / 2] * 5)
        #expect(counts[counts.count - 1] < 2500)
    }

    @Test(arguments: [("bench-12", 12), ("a-b-7", 7), ("bench-", nil), ("12", nil), ("bench-1x", nil)] as [(String, Int?)])
    func theNumberIsReadFromTheID(_ id: String, _ number: Int?) {
        #expect(ShopLoad.number(ofEvent: Array(id.utf8)) == number)
    }
}

@Suite struct LoadTopicsTests {
    private func topics(_ events: [Configuration.EventTopic]) -> LoadTopics? {
        var configuration = Configuration()
        configuration.topics.events = events
        return LoadTopics(of: configuration)
    }

    @Test func eachTypeHasItsTopic() {
        let all: [Configuration.EventTopic] = [.init(name: "all"), .init(name: "carts", type: .cart)]
        let found = topics(all)
        #expect(found?.clicks == "all" && found?.carts == "carts" && found?.purchases == "all")
        #expect(found?.names == ["all", "carts"])
        #expect(LoadTopics(prefix: "a-").names == ["a-carts", "a-clicks", "a-purchases"])
    }

    @Test func aTypeWithoutATopicIsTold() {
        #expect(topics([.init(name: "clicks", type: .click), .init(name: "carts", type: .cart)]) == nil)
        #expect(topics([]) == nil)
    }
}
