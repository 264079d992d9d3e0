import FreshetCore
import Testing

@testable import FreshetLab

@Suite struct ShopMessageTests {
    private func text(_ message: ShopMessage) -> String { String(decoding: message.bytes, as: UTF8.self) }

    @Test func fieldsStandInTheOrderInWhichTheyWereSet() {
        var message = ShopMessage()
        message.set("user_id", text: "u1")
        message.set("price", json: "1.99")
        message.set("user_id", text: "u2")
        #expect(text(message) == #"{"user_id":"u2","price":1.99}"#)
        #expect(message.json(of: "user_id") == "\"u2\"" && message.json(of: "item_id") == nil)
        message.remove("user_id")
        #expect(text(message) == #"{"price":1.99}"#)
        message.repeatField("price", json: "2")
        #expect(text(message) == #"{"price":1.99,"price":2}"#)
    }

    /// Each defect spoils one thing: without it the click is good.
    @Test(arguments: ShopDefect.allCases) func aDefectChangesTheClickItWasMadeOf(_ defect: ShopDefect) throws {
        var click = ShopMessage()
        for (name, value) in [("event_id", "e"), ("user_id", "u7"), ("item_id", "shoes-1"), ("type", "click"), ("timestamp", "2026-11-24T10:00:00Z")]
        {
            click.set(name, text: value)
        }
        click.set("price", json: "1.99")
        click.set("quantity", json: "1")
        let spoiled = defect.spoil(click, at: EventTime(milliseconds: 0), recordBytesMax: 1000)
        #expect(spoiled != click.bytes)
        #expect((spoiled.count > 1000) == (defect == .recordTooLarge))
        #expect(!"\(defect.code.name)".isEmpty)
        let good = try JSONValue(text(click))
        #expect(good["user_id"]?.string == "u7" && good["price"]?.number == 1.99)
    }
}
