import FreshetCore
import FreshetKernels
import FreshetLab
import Foundation
import Testing

@Suite struct SimulatedShopTests {
    static func records(_ count: Int, seed: UInt64 = 1, _ change: (inout ShopSettings) -> Void = { _ in }) -> [ShopRecord] {
        var settings = ShopSettings()
        settings.seed = seed
        change(&settings)
        var shop = SimulatedShop(settings: settings)
        return (0..<count).map { _ in shop.next() }
    }

    /// The fields of a good record as text, read by another JSON reader than the daemon's.
    static func fields(_ record: ShopRecord) throws -> [String: String] {
        let object = try #require(try JSONSerialization.jsonObject(with: Data(record.value)) as? [String: Any])
        return object.mapValues { "\($0)" }
    }

    static func time(_ fields: [String: String]) throws -> EventTime {
        let text = Array(try #require(fields["timestamp"]).utf8)
        return try #require(text.withUnsafeBytes { EventTime(rfc3339: ByteView($0)) })
    }

    @Test func sameSeedSameBytes() {
        #expect(Self.records(5_000) == Self.records(5_000))
        #expect(Self.records(100) != Self.records(100, seed: 2))
    }

    @Test func copyGoesOnAsTheOriginal() {
        var shop = SimulatedShop()
        for _ in 0..<500 { _ = shop.next() }
        var copy = shop
        #expect((0..<500).map { _ in shop.next() } == (0..<500).map { _ in copy.next() })
    }

    @Test func goodRecordsHoldWhatTheContractNames() throws {
        var types: [String: Int] = [:]
        var ids: Set<String> = []
        for record in Self.records(20_000) where record.expectation == .applied {
            let fields = try Self.fields(record)
            let type = try #require(fields["type"])
            types[type, default: 0] += 1
            #expect(ids.insert(try #require(fields["event_id"])).inserted)
            #expect(fields["user_id"].map { Array($0.utf8) } == record.key)
            #expect((fields["visitor_id"] != nil) == (type == "identify"))
            #expect((fields["item_id"] != nil) == !["search", "identify"].contains(type))
            #expect((fields["query"] != nil) == (type == "search"))
            let time = try Self.time(fields)
            #expect(time <= record.arrival && record.arrival <= time.advanced(by: 5_000))
        }
        #expect(Set(types.keys) == Set(EventType.allCases.map { "\($0.name)" }))
        #expect(types["click"]! > 10_000)
        #expect(types["cart"]! > types["purchase"]! && types["purchase"]! > types["return"]!)
    }

    @Test func recordsArriveInOrderAndSomeEventsOutOfOrder() throws {
        let records = Self.records(10_000)
        #expect(zip(records, records.dropFirst()).allSatisfy { $0.arrival <= $1.arrival })
        let times = try records.filter { $0.expectation == .applied }.map { try Self.time(Self.fields($0)) }
        let inversions = zip(times, times.dropFirst()).filter { $0 > $1 }.count
        #expect(inversions > 500 && inversions < 1_500)
        // Ten events a second of event time.
        let span = records.last!.arrival.milliseconds - records[0].arrival.milliseconds
        #expect(abs(span - 1_000_000) < 50_000)
    }

    @Test func duplicatesAreExactCopies() {
        let records = Self.records(20_000)
        let originals = Set(records.filter { $0.expectation == .applied }.map(\.value))
        let duplicates = records.filter { $0.expectation == .duplicate }
        #expect(duplicates.count > 50)
        #expect(duplicates.filter { !originals.contains($0.value) }.count <= 5, "at most those whose original is still on its way")
    }

    @Test func everyDefectComesUp() {
        let bad = Self.records(10_000).filter { if case .rejected = $0.expectation { true } else { false } }
        #expect(abs(bad.count - 100) < 40)
        for code in Set(ShopDefect.allCases.map(\.code)) { #expect(bad.contains { $0.expectation == .rejected(code) }, "\(code.name)") }
        #expect(Set(ShopDefect.allCases.map(\.code)) == Set(RejectionCode.allCases).subtracting([.outputTooLarge, .noRoom]))
    }

    @Test func visitorsLogIn() throws {
        var visitors: Set<String> = []
        var joined: [String: String] = [:]
        for record in Self.records(20_000, { $0.delayedShare = 0 }) where record.expectation == .applied {
            let fields = try Self.fields(record)
            let user = fields["user_id"]!
            if user.hasPrefix("v") { visitors.insert(user) }
            guard let visitor = fields["visitor_id"] else { continue }
            #expect(visitors.contains(visitor), "a visitor was seen before the login")
            #expect(joined.updateValue(user, forKey: visitor) == nil, "and logs in once")
            #expect(user.hasPrefix("u"))
        }
        #expect(joined.count > 50)
    }

    /// What is clicked in one visit comes from one category far more often than two clicks picked at random.
    @Test func visitsStayInACategory() throws {
        let pairs = try Self.clickPairs(Self.records(20_000))
        let together = pairs.filter { Self.category($0) == Self.category($1) }.count
        let partners = pairs.map(\.1)
        let shifted = zip(pairs.map(\.0), partners.dropFirst(partners.count / 2) + partners.prefix(partners.count / 2))
        let byChance = shifted.filter { Self.category($0) == Self.category($1) }.count
        #expect(together > pairs.count / 2)
        #expect(together > 5 * byChance, "\(together) against \(byChance) of \(pairs.count)")
    }

    @Test func fashionChangesHalfWay() throws {
        let clicks = try Self.records(10_000).filter { $0.topic == .clicks && $0.expectation == .applied }.map { try Self.fields($0)["item_id"]! }
        func top(_ items: ArraySlice<String>) -> Set<String> {
            let counts = items.reduce(into: [String: Int]()) { $0[$1, default: 0] += 1 }
            return Set(counts.sorted { ($0.value, $0.key) > ($1.value, $1.key) }.prefix(20).map(\.key))
        }
        let half = clicks.count / 2
        let quarter = clicks.count / 4
        #expect(top(clicks[..<half]).intersection(top(clicks[half...])).count < 8)
        #expect(top(clicks[..<quarter]).intersection(top(clicks[quarter..<half])).count > 8, "and not before")
    }

    private static func category(_ item: String) -> Substring { item.prefix { $0 != "-" } }

    /// Each two successive clicks of a session.
    private static func clickPairs(_ records: [ShopRecord]) throws -> [(String, String)] {
        var last: [String: String] = [:]
        var pairs: [(String, String)] = []
        for record in records where record.topic == .clicks && record.expectation == .applied {
            let fields = try fields(record)
            let item = fields["item_id"]!
            if let before = last.updateValue(item, forKey: fields["session_id"]!), before != item { pairs.append((before, item)) }
        }
        return pairs
    }
}
