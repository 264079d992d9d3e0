import FreshetCore
import FreshetKernels
import Testing

@Suite struct EventFormatTests {
    @Test func everyPresetHasItsName() {
        for name in EventFormat.presetNames { #expect(EventFormat.preset(name)?.name == name) }
        #expect(EventFormat.preset("Freshet") == nil)
        #expect(EventFormat.presetNames.filter { EventFormat.preset($0)?.fitsTopics == true } == ["freshet", "taobao"])
    }

    @Test func everyFieldAndTypeHasItsName() {
        for field in EventField.allCases { #expect(EventField(name: "\(field.name)") == field) }
        for type in EventType.allCases { #expect(EventType(name: "\(type.name)") == type) }
        #expect(EventField(name: "currency") == nil)
        #expect(EventType(name: "Click") == nil)
    }

    @Test func aMappingRenamesFieldsAndTypes() throws {
        let format = try EventFormat(
            base: "freshet", fields: ["user_id": "customer", "timestamp": "at"], types: ["viewed": "click", "wished": "ignore"], time: "seconds")
        let record = #"{"customer":"c","item_id":"i","type":"viewed","at":12.5,"user_id":7}"#
        #expect(decode(record, format: format).outcome == .event(PlainEvent(.click, 12_500, user: "c", item: "i")))
        #expect(decode(#"{"customer":"c","item_id":"i","type":"wished"}"#, format: format).outcome == .ignored)
        #expect(decode(#"{"customer":"c","item_id":"i","type":"cart"}"#, format: format).outcome.event?.type == .cart)
        #expect(decode(#"{"customer":"c","item_id":"i","type":"cart","at":"12"}"#, format: format).outcome == .rejected(.wrongType))
    }

    @Test func aMappedTypeTakesThePlaceOfTheBases() throws {
        let format = try EventFormat(base: "freshet", fields: [:], types: ["click": "impression"])
        #expect(decode(#"{"user_id":"c","item_id":"i","type":"click"}"#, format: format).outcome.event?.type == .impression)
    }

    @Test func everyMistakeIsTold() {
        #expect {
            try EventFormat(
                base: "fresh", fields: ["user": "u", "item_id": "", "session_id": "user_id"], types: ["": "click", "a": "clack"], time: "minutes")
        } throws: { error in
            let mistakes = (error as? MappingMistakes)?.mistakes ?? []
            let keys = ["base", "time", "fields.item_id", "fields.user", "fields.session_id", "types.", "types.a"]
            return mistakes.map(\.key) == keys && mistakes.allSatisfy { !$0.problem.isEmpty }
        }
        #expect(throws: MappingMistakes.self) { try EventFormat(base: "taobao", fields: ["user_id": "u"], types: [:]) }
    }

    @Test func swappedNamesAreNoMistake() throws {
        let format = try EventFormat(base: "freshet", fields: ["user_id": "item_id", "item_id": "user_id"], types: [:])
        #expect(
            decode(#"{"user_id":"i","item_id":"u","type":"click"}"#, format: format).outcome == .event(PlainEvent(.click, 1000, user: "u", item: "i"))
        )
    }
}
