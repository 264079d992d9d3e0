import FreshetCore
import FreshetKernels

/// What a simulated shop says of its items, its rules, and whom to forget: some records of each, and some that say nothing acceptable.
struct SimulatedSides {
    static let topics: [(topic: SideTopic, name: String)] = [(.catalogue, "catalogue"), (.rules, "rules"), (.erasures, "erasures")]

    private let assortment: Assortment
    private let items: Int
    private let users: Int
    private let start: EventTime
    private var random: SplitMix64

    init(_ settings: ShopSettings) {
        assortment = Assortment(items: settings.items)
        items = settings.items
        users = settings.users
        start = settings.start
        random = SplitMix64(seed: settings.seed ^ 0x51de)
    }

    /// The next record of a topic that holds any.
    mutating func next() -> (topic: SideTopic, key: String, value: String?, expectation: ShopRecord.Expectation) {
        if random.next(below: 12) == 0 { return erasure() }
        let topic: SideTopic = random.next(below: 4) == 0 ? .rules : .catalogue
        if random.next(below: 25) == 0 { return (topic, "broken", "{\"type\":", .rejected(.malformed)) }
        let number = random.next(below: items)
        let id = assortment.id(of: number)
        guard topic == .rules else { return (topic, id, random.next(below: 10) == 0 ? nil : item(number), .applied) }
        return (topic, "rule-\(random.next(below: 5))", random.next(below: 3) == 0 ? nil : rule(id), .applied)
    }

    /// Somewhere in the run, or behind it; null says nobody, for compaction would remove it.
    private mutating func erasure() -> (topic: SideTopic, key: String, value: String?, expectation: ShopRecord.Expectation) {
        let key = "\(random.next(below: 4) == 0 ? "v" : "u")\(random.next(below: users))"
        guard random.next(below: 10) > 0 else { return (.erasures, key, nil, .rejected(.malformed)) }
        let time = start.advanced(by: Int64(random.next(below: 200_000)))
        return (.erasures, key, "{\"timestamp\":\(time.milliseconds)}", .applied)
    }

    private mutating func item(_ number: Int) -> String {
        let category = Assortment.categories[assortment.category(of: number)]
        var fields = "\"title\":\"\(category) no. \(number)\",\"category\":[\"goods\",\"\(category)\"],\"price\":\(assortment.cents(of: number))"
        fields += ",\"brand\":\"b\(random.next(below: 4))\",\"available\":\(random.next(below: 4) > 0)"
        if random.next(below: 4) == 0 { fields += ",\"parent_id\":\"\(assortment.id(of: random.next(below: items)))\"" }
        return "{\(fields)}"
    }

    private mutating func rule(_ id: String) -> String {
        let category = id.prefix { $0 != "-" }
        switch random.next(below: 6) {
        case 0: return "{\"type\":\"hide\",\"items\":[\"\(id)\"]}"
        case 1: return "{\"type\":\"hide\",\"categories\":[\"goods > \(category)\"]}"
        case 2: return "{\"type\":\"boost\",\"factor\":2.5,\"brands\":[\"b\(random.next(below: 4))\"]}"
        case 3: return "{\"type\":\"pin\",\"position\":\(1 + random.next(below: 3)),\"items\":[\"\(id)\"]}"
        case 4: return "{\"type\":\"cap\",\"by\":\"brand\",\"max\":\(1 + random.next(below: 3))}"
        default: return "{\"type\":\"repurchase\",\"after_days\":0.0001,\"categories\":[\"goods\"]}"
        }
    }
}
