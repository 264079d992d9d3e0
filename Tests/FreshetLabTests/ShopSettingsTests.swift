import FreshetCore
import FreshetKernels
import FreshetLab
import Testing

/// Each setting of the shop does what it says, and nothing else.
@Suite struct ShopSettingsTests {
    private func records(_ count: Int, _ change: (inout ShopSettings) -> Void) -> [ShopRecord] { SimulatedShopTests.records(count, change) }

    private func types(_ records: [ShopRecord]) throws -> [String: Int] {
        var types: [String: Int] = [:]
        for record in records where record.expectation == .applied { types[try SimulatedShopTests.fields(record)["type"] ?? "", default: 0] += 1 }
        return types
    }

    @Test func withoutDefectsEveryRecordIsGood() {
        for change: (inout ShopSettings) -> Void in [{ $0.badShare = 0 }, { $0.defects = [] }] {
            #expect(records(5000, change).allSatisfy { $0.expectation == .applied || $0.expectation == .duplicate })
        }
    }

    @Test func onlyTheDefectsAskedForComeUp() {
        let bad = records(5000) { settings in
            settings.badShare = 200
            settings.defects = [.missingUser, .negativePrice]
        }.compactMap { record -> RejectionCode? in if case .rejected(let code) = record.expectation { code } else { nil } }
        #expect(Set(bad) == [.missingUser, .outOfRange])
        let missing = bad.filter { $0 == .missingUser }.count
        #expect(abs(2 * missing - bad.count) <= 300, "they take turns, and some arrive late")
        #expect(abs(bad.count - 1000) < 150)
    }

    @Test func withoutDuplicatesEveryEventComesOnce() throws {
        let all = records(5000) { $0.duplicateShare = 0 }
        #expect(!all.contains { $0.expectation == .duplicate })
        let ids = try all.filter { $0.expectation == .applied }.compactMap { try SimulatedShopTests.fields($0)["event_id"] }
        #expect(Set(ids).count == ids.count)
    }

    @Test func withoutDelaysEventsArriveInTheOrderOfTheirTimes() throws {
        let all = records(5000) { settings in
            settings.delayedShare = 0
            settings.duplicateShare = 0
        }.filter { $0.expectation == .applied }
        let times = try all.map { try SimulatedShopTests.time(SimulatedShopTests.fields($0)) }
        #expect(zip(times, times.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(zip(times, all).allSatisfy { $0 == $1.arrival })
    }

    @Test func whereEveryoneLogsInFirstNobodyIsAVisitor() throws {
        let all = records(5000) { $0.anonymousShare = 0 }
        #expect(try types(all)["identify"] == nil)
        #expect(all.filter { $0.expectation == .applied }.allSatisfy { $0.key.first == UInt8(ascii: "u") })
    }

    @Test func thePaceIsThatOfTheSetting() {
        for pace in [1.0, 50, 1000] {
            let all = records(4000) { $0.eventsPerSecond = pace }
            guard let first = all.first, let last = all.last else { continue }
            let seconds = Double(last.arrival.milliseconds - first.arrival.milliseconds) / 1000
            #expect(abs(seconds * pace - 4000) < 300, "\(pace) a second: \(seconds) s")
        }
    }

    @Test func usersAndItemsAreAsManyAsTheSettingAllows() throws {
        let all = records(20_000) { settings in
            settings.users = 20
            settings.items = 300
            settings.anonymousShare = 0
        }.filter { $0.expectation == .applied }
        #expect(Set(all.map(\.key)).count == 20)
        #expect(Set(try all.compactMap { try SimulatedShopTests.fields($0)["item_id"] }).count <= 300)
    }

    @Test func whatIsBoughtWasInTheCartAndWhatComesBackWasBought() throws {
        let all = records(20_000) { settings in
            settings.delayedShare = 0
            settings.duplicateShare = 0
            settings.badShare = 0
        }
        var carts: [String: Set<String>] = [:]
        var returns = 0
        var bought: Set<String> = []
        for record in all {
            let fields = try SimulatedShopTests.fields(record)
            guard let session = fields["session_id"], let item = fields["item_id"] else { continue }
            switch fields["type"] {
            case "cart": #expect(carts[session, default: []].insert(item).inserted, "once in the cart is enough")
            case "remove_from_cart": #expect(carts[session]?.remove(item) != nil)
            case "purchase":
                #expect(carts[session]?.remove(item) != nil)
                bought.insert(item)
            case "return":
                #expect(bought.contains(item))
                returns += 1
            default: continue
            }
        }
        #expect(returns > 0 && bought.count > 50)
    }
}
