import FreshetCore
import Testing

@testable import FreshetLab

@Suite struct ShopperSessionTests {
    private func record(_ user: String, _ id: String, _ fields: String, at time: Int64, _ expectation: ShopRecord.Expectation = .applied)
        -> ShopRecord
    {
        ShopRecord(
            topic: .clicks, key: Array(user.utf8), value: Array("{\"event_id\":\"\(id)\",\(fields)}".utf8), arrival: EventTime(milliseconds: time),
            expectation: expectation)
    }

    private func click(_ user: String, _ id: String, _ item: String, at time: Int64) -> ShopRecord {
        record(user, id, "\"type\":\"click\",\"item_id\":\"\(item)\"", at: time)
    }

    private func publish(_ user: String, _ json: String, to session: ShopperSession) {
        Array(user.utf8).withUnsafeBytes { key in Array(json.utf8).withUnsafeBytes { session.note(key: key, value: $0) } }
    }

    @Test func oneShopperIsFollowedAndEachListStandsUnderItsEvent() {
        let session = ShopperSession()
        #expect(session.lines.isEmpty)
        session.note(click("u123", "e1", "shoes-1", at: 1000))
        session.note(click("u999", "e2", "lamps-1", at: 1001))
        session.note(click("u123", "e3", "shoes-2", at: 1002))
        publish(
            "u123",
            #"{"trigger":{"event_id":"e1"},"items":[{"item_id":"shoes-2","because":[{"signal":"next","item_id":"shoes-1","share":1}]},{"item_id":"rugs-1","because":[{"signal":"popularity","share":1}]}]}"#,
            to: session)
        publish("u999", #"{"trigger":{"event_id":"e3"},"items":[]}"#, to: session)
        #expect(
            session.lines == [
                "shopper u123:", "  click shoes-1", "    → shoes-2 (next of shoes-1), rugs-1 (popularity)", "  click shoes-2", "    → the list stays",
            ])
    }

    @Test func afterSilenceAnotherShopperIsFollowed() {
        let session = ShopperSession()
        session.note(click("u123", "e1", "shoes-1", at: 1000))
        session.note(click("u456", "e2", "lamps-1", at: 1000 + ShopperSession.silence))
        #expect(session.lines.first == "shopper u123:")
        session.note(click("u456", "e3", "lamps-2", at: 1001 + ShopperSession.silence))
        #expect(session.lines.first == "shopper u456:")
    }

    @Test func onlyTheLastEventsAreShown() {
        let session = ShopperSession()
        for number in Int64(0)..<10 { session.note(click("u123", "e\(number)", "shoes-\(number)", at: 1000 + number)) }
        #expect(session.lines.count == 1 + 2 * ShopperSession.eventsShown)
        #expect(session.lines[1] == "  click shoes-6")
    }

    @Test func visitorsBusyUsersAndBadRecordsAreNotFollowed() {
        let session = ShopperSession()
        session.note(click("v12345", "e1", "a", at: 1))
        session.note(click("u1", "e2", "a", at: 2))
        session.note(record("u123", "e3", "\"type\":\"click\"", at: 3, .rejected(.missingItem)))
        session.note(record("u123", "e4", "\"type\":\"click\"", at: 3, .duplicate))
        #expect(session.lines.isEmpty)
    }

    @Test func searchesAndLoginsAreShownByTheirOwnWords() {
        let session = ShopperSession()
        session.note(record("u123", "e1", #""type":"search","query":"red shoes""#, at: 1))
        session.note(record("u123", "e2", #""type":"identify","visitor_id":"v9""#, at: 2))
        #expect(session.lines.filter { $0.hasPrefix("  ") && !$0.contains("→") } == ["  search red shoes", "  identify v9"])
    }

    @Test func aListThatIsNoJSONIsLeftOut() {
        let session = ShopperSession()
        session.note(click("u123", "e1", "a", at: 1))
        publish("u123", "{", to: session)
        publish("u123", #"{"trigger":null,"cause":"republish","items":[]}"#, to: session)
        #expect(session.lines.last == "    → the list stays")
    }
}
