public import FreshetCore
import FreshetKernels

/// A seeded shop: visitors browse, fill carts, buy, log in, and some of its records are late, doubled or broken.
///
/// A pure value: `next` depends on the settings and on how often it was called. Needs no clock; event time advances with each event.
public struct SimulatedShop: Sendable {
    /// What the shop is like.
    public let settings: ShopSettings
    /// The time at which the next event happens.
    public private(set) var time: EventTime

    private let assortment: Assortment
    private let userRanks: ZipfSampler
    private var random: SplitMix64
    private var visits: [Visit] = []
    private var lastBought: [Int: Int] = [:]
    /// Late records, the one that arrives next at the end.
    private var delayed: [ShopRecord] = []
    private var eventsMade = 0
    private var visitsMade = 0
    private var defectsMade = 0
    private var fractionOfMillisecond = 0.0

    /// A shop that has just opened.
    public init(settings: ShopSettings = ShopSettings()) {
        self.settings = settings
        time = settings.start
        assortment = Assortment(items: settings.items)
        userRanks = ZipfSampler(count: settings.users)
        random = SplitMix64(seed: settings.seed)
        let visitors = max(8, Int(settings.eventsPerSecond * settings.secondsBetweenClicks))
        for _ in 0..<visitors { visits.append(newVisit()) }
    }

    /// The next record, in the order of arrival. There is always one.
    public mutating func next() -> ShopRecord {
        while true {
            if let late = delayed.last, late.arrival <= time { return delayed.removeLast() }
            let record = deliver(nextRecord())
            advanceTime()
            if let record { return record }
        }
    }

    private var season: Int { eventsMade / max(settings.trendEvents, 1) }

    /// Intervals between 0 and twice the mean.
    private mutating func advanceTime() {
        let milliseconds = random.nextUnit() * 2000 / settings.eventsPerSecond + fractionOfMillisecond
        let whole = Int64(milliseconds)
        fractionOfMillisecond = milliseconds - Double(whole)
        time = time.advanced(by: whole)
    }

    private mutating func newVisit() -> Visit {
        visitsMade += 1
        let user = userRanks.next(&random)
        // Users come back to what they like; the season's fashion draws the others.
        let taste = Int(SplitMix64.mix(settings.seed ^ UInt64(user)) % UInt64(Assortment.categories.count))
        let category = random.chance(in1000: 600) ? taste : assortment.anyCategory(season: season, &random)
        let isAnonymous = random.chance(in1000: settings.anonymousShare)
        return Visit(user: user, number: visitsMade, isAnonymous: isAnonymous, category: category, season: season, &random)
    }

    private mutating func nextRecord() -> ShopRecord {
        eventsMade += 1
        if !settings.defects.isEmpty, random.chance(in1000: settings.badShare) { return badRecord() }
        let at = random.next(below: visits.count)
        let visit = visits[at]
        let action = visits[at].next(in: assortment, bought: lastBought[visit.user], &random)
        if action.type == .purchase { lastBought[visit.user] = action.item }
        if action.type == .return { lastBought[visit.user] = nil }
        let record = goodRecord(action, of: visits[at])
        if visits[at].isOver { visits[at] = newVisit() }
        return record
    }

    private func goodRecord(_ action: ShopAction, of visit: Visit) -> ShopRecord {
        let user = userID(of: visit, action.type)
        return ShopRecord(
            topic: topic(of: action.type), key: Array(user.utf8), value: message(action, of: visit, user: user).bytes, arrival: time,
            expectation: .applied)
    }

    /// The visitor's id stands in for the user's until the login, and where the browser keeps it.
    private func userID(of visit: Visit, _ type: EventType) -> String {
        let isVisitor = visit.isAnonymous || (visit.beganAnonymous && visit.keepsVisitorID && type != .identify)
        return isVisitor ? "v\(visit.number)" : "u\(visit.user)"
    }

    private func topic(of type: EventType) -> ShopTopic {
        switch type {
        case .click: .clicks
        case .cart, .removeFromCart: .carts
        case .purchase, .return: .purchases
        case .search, .impression, .identify: .others
        }
    }

    private func message(_ action: ShopAction, of visit: Visit, user: String) -> ShopMessage {
        var message = ShopMessage()
        message.set("event_id", text: eventID)
        message.set("user_id", text: user)
        if action.type == .identify { message.set("visitor_id", text: "v\(visit.number)") }
        message.set("session_id", text: "s\(visit.number)")
        if let item = action.item {
            let cents = assortment.cents(of: item)
            message.set("item_id", text: assortment.id(of: item))
            message.set("price", json: "\(cents / 100).\(cents % 100)")
            message.set("quantity", json: "1")
            message.set("currency", text: "EUR")
        }
        if let query = action.query { message.set("query", text: Assortment.categories[query]) }
        if action.type == .purchase { message.set("order_id", text: "o\(eventsMade)") }
        message.set("type", text: "\(action.type.name)")
        message.set("timestamp", text: timestamp)
        return message
    }

    private var timestamp: String {
        let bytes = ByteBuffer(capacity: 32)
        bytes.append(rfc3339: time)
        return bytes.view.text
    }

    /// Looks like a random UUID's first half, and is different for each event.
    private var eventID: String {
        let digits = String(SplitMix64.mix(settings.seed &+ UInt64(eventsMade) &* 0x9e37_79b9_7f4a_7c15), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    private mutating func badRecord() -> ShopRecord {
        let defect = settings.defects[defectsMade % settings.defects.count]
        defectsMade += 1
        let visit = visits[random.next(below: visits.count)]
        let user = userID(of: visit, .click)
        let item = assortment.item(in: 0, season: season, &random)
        let click = message(ShopAction(type: .click, item: item), of: visit, user: user)
        return ShopRecord(
            topic: defect == .missingType ? .others : .clicks, key: Array(user.utf8),
            value: defect.spoil(click, at: time, recordBytesMax: settings.recordBytesMax), arrival: time, expectation: .rejected(defect.code))
    }

    /// Delays and doubles; `nil` where the record arrives later.
    private mutating func deliver(_ record: ShopRecord) -> ShopRecord? {
        var record = record
        let isDelayed = random.chance(in1000: settings.delayedShare)
        if isDelayed { delay(&record) }
        if record.expectation == .applied, random.chance(in1000: settings.duplicateShare) {
            var copy = record
            copy.expectation = .duplicate
            delay(&copy)
            insert(copy)
        }
        guard isDelayed else { return record }
        insert(record)
        return nil
    }

    private mutating func delay(_ record: inout ShopRecord) {
        record.arrival = record.arrival.advanced(by: Int64(1 + random.next(below: max(settings.delayMax, 1))))
    }

    private mutating func insert(_ record: ShopRecord) {
        let at = delayed.lastIndex { $0.arrival > record.arrival }.map { $0 + 1 } ?? 0
        delayed.insert(record, at: at)
    }
}
