import FreshetKernels

@testable import FreshetCore

/// A record of a side topic, as a test says it.
struct SideAct: Equatable {
    var topic: SideTopic
    var key: String
    var value: String?
}

/// Random records of a small shop's side topics.
struct RandomSides {
    var random: SplitMix64
    var items = 8
    static let categories = ["Tea", "Tea > Green", "Tea > Green > Sencha", "Cups", "Teapots"]
    static let brands = ["A", "B", ""]

    init(seed: UInt64) { random = SplitMix64(seed: seed ^ 0x51de) }

    mutating func acts(_ count: Int) -> [SideAct] { (0..<count).map { _ in random.next(below: 4) == 0 ? rule() : item() } }

    private mutating func pick(_ texts: [String]) -> String { texts[random.next(below: texts.count)] }
    private mutating func itemID() -> String { "i\(random.next(below: items))" }

    mutating func item() -> SideAct {
        guard random.next(below: 8) > 0 else { return SideAct(topic: .catalogue, key: itemID(), value: nil) }
        var fields = ["\"title\":\"t\(random.next(below: 3))\"", "\"category\":\"\(pick(RandomSides.categories))\""]
        fields.append("\"brand\":\"\(pick(RandomSides.brands))\"")
        if random.next(below: 4) == 0 { fields.append("\"available\":false") }
        if random.next(below: 4) == 0 { fields.append("\"parent_id\":\"\(itemID())\"") }
        if random.next(below: 2) == 0 { fields.append("\"price\":\(random.next(below: 90)).5") }
        return SideAct(topic: .catalogue, key: itemID(), value: "{\(fields.joined(separator: ","))}")
    }

    mutating func rule() -> SideAct {
        let name = "r\(random.next(below: 4))"
        let targets: String =
            switch random.next(below: 3) {
            case 0: "\"items\":[\"\(itemID())\",\"\(itemID())\"]"
            case 1: "\"categories\":[\"\(pick(RandomSides.categories))\"]"
            default: "\"brands\":[\"\(pick(["A", "B"]))\"]"
            }
        let value: String? =
            switch random.next(below: 8) {
            case 0, 1: nil
            case 2: "{\"type\":\"hide\",\(targets)}"
            case 3: "{\"type\":\"boost\",\"factor\":\(1 + random.next(below: 4)).5,\(targets)}"
            case 4: "{\"type\":\"pin\",\"position\":\(1 + random.next(below: 3)),\"items\":[\"\(itemID())\",\"\(itemID())\"]}"
            case 5: "{\"type\":\"cap\",\"by\":\"category\",\"max\":\(1 + random.next(below: 2))}"
            case 6: "{\"type\":\"cap\",\"by\":\"brand\",\"max\":1,\(targets)}"
            default: "{\"type\":\"repurchase\",\"after_days\":0.00001,\(targets)}"
            }
        return SideAct(topic: .rules, key: name, value: value)
    }
}

/// Why `read` refuses a value; `nil` where it does not.
func rejection<Value>(of text: String, _ read: (ByteView) throws -> Value) -> RejectionCode? {
    do {
        _ = try text.withView(read)
        return nil
    } catch {
        return (error as? Rejection)?.code
    }
}
