import FreshetKernels
import Testing

@testable import FreshetCore

/// The JSON of outputs against trees that are put together from what the engine answers.
@Suite struct ListEncodingTests {
    /// Ids that must be escaped, and ids of other scripts.
    private static func odd(_ name: String) -> String {
        let marks = ["", "\"", "\\", "\n", "\u{1}", "é", "😀", "/", "\t\r", "</script>"]
        return name + marks[Int(name.utf8.last ?? 0) % marks.count]
    }

    private func acts(_ seed: UInt64) -> [Act] {
        RandomLog().acts(150, seed: seed).map { act in
            var act = act
            act.user = ListEncodingTests.odd(act.user)
            if !act.item.isEmpty { act.item = ListEncodingTests.odd(act.item) }
            if !act.visitor.isEmpty { act.visitor = ListEncodingTests.odd(act.visitor) }
            act.id = ListEncodingTests.odd(act.id)
            return act
        }
    }

    private func time(_ time: EventTime) -> JSONValue {
        let bytes = ByteBuffer()
        bytes.append(rfc3339: time)
        return .string(bytes.view.text)
    }

    private func number(_ value: Double) -> JSONValue { value == value.rounded() ? .integer(Int64(value)) : .number(value) }

    private func object(_ members: [(String, JSONValue)]) -> JSONValue { .object(members.map { JSONValue.Member($0.0, $0.1) }) }

    private func items(_ list: RecommendedList, _ engine: Engine) -> JSONValue {
        .array(
            (0..<list.count).map { place in
                let because = list.reasons(of: list[place]).map { reason in
                    let item = reason.item.map { [("item_id", JSONValue.string(engine.itemID($0).text))] } ?? []
                    let signal = JSONValue.string(RecommendedList.signalNames[Int(reason.signal)].description)
                    return object([("signal", signal)] + item + [("share", number(Double(reason.share) / 10_000))])
                }
                return object([
                    ("item_id", .string(engine.itemID(list[place].number).text)), ("score", number(list[place].score)), ("propensity", .integer(1)),
                    ("because", .array(because)),
                ])
            })
    }

    private func list(_ engine: Engine, _ user: UInt32, _ act: Act, offset: Int64) -> JSONValue {
        let list = RecommendedList()
        engine.recommend(user: user, limit: 5, into: list)
        let trigger = object([
            ("topic", .string("to\"pic")), ("partition", .integer(3)), ("offset", .integer(offset)), ("event_id", .string(act.id)),
        ])
        return object([
            ("user_id", .string(engine.userID(user).text)), ("generated_at", time(EventTime(milliseconds: act.time))), ("trigger", trigger),
            ("model_version", .string("counts-1")), ("rung", .string(list.rung.name.description)), ("items", items(list, engine)),
        ])
    }

    private func similar(_ engine: Engine, _ item: UInt32, at time: EventTime) -> JSONValue {
        let similar = engine.signals.similarity.similar(to: item, limit: 5)
        let items = similar.indices.map { place in
            let cell = engine.signals.similarity.cell(item, similar[place].number) ?? PairCell()
            return object([
                ("item_id", .string(engine.itemID(similar[place].number).text)), ("similarity", number(similar[place].similarity)),
                ("count", .integer(Int64(cell.count))), ("users", .integer(Int64(cell.users))),
            ])
        }
        return object([("item_id", .string(engine.itemID(item).text)), ("generated_at", self.time(time)), ("items", .array(items))])
    }

    @Test func recordsAreTheListsOfTheStateJustAfterTheirEvent() throws {
        var lists = 0
        var similars = 0
        for seed in UInt64(0)..<20 {
            let maker = EventMaker()
            let publication = PublicationTests.publication { $0.conflate = false }
            let engine = publication.engine
            let outputs = OutputBuffer()
            for (offset, act) in acts(seed).enumerated() {
                outputs.removeAll()
                publication.begin(outputs)
                let event = act.made(by: maker)
                publication.foresee(event)
                _ = publication.apply(event, from: EventOrigin(topic: maker.view("to\"pic"), partition: 3, offset: Int64(offset)))
                publication.finish()
                for index in 0..<outputs.count {
                    guard let key = outputs.key(index), let value = outputs.value(index) else { continue }
                    let tree = try JSONValue(value)
                    if outputs.topic(index) == .recommendations {
                        let user = try #require(engine.userNumber(key))
                        guard case .object(let members) = tree else { throw JSONError(offset: 0, problem: "no object") }
                        let others = JSONValue.object(members.filter { $0.name != "rules" })
                        #expect(others == list(engine, user, act, offset: Int64(offset)), "seed \(seed), event \(offset)")
                        for rule in tree["rules"]?.elements ?? [] {
                            #expect(rule["rule"]?.string == "bought" && rule["effect"]?.string == "removed")
                            let item = try #require(rule["item_id"]?.string.flatMap { engine.item($0) })
                            let place = try #require(engine.users[user].historyIndex(of: item))
                            #expect(engine.users[user].history[place].isBought, "seed \(seed), event \(offset)")
                        }
                        lists += 1
                    } else {
                        let item = try #require(engine.itemNumber(key))
                        #expect(tree == similar(engine, item, at: event.time), "seed \(seed), event \(offset)")
                        similars += 1
                    }
                }
            }
        }
        #expect(lists > 1000 && similars > 1000)
    }

    @Test func anEventWithoutAnIdTriggersWithNull() throws {
        let maker = EventMaker()
        var event = maker.event(.click, "u", "i", at: 5)
        event.eventID = .empty
        let bytes = ByteBuffer()
        bytes.append(Trigger(event: event, origin: EventOrigin(topic: maker.view("t"), partition: 0, offset: 9)))
        #expect(bytes.view.text == #"{"topic":"t","partition":0,"offset":9,"event_id":null}"#)
        bytes.removeAll()
        bytes.append(Trigger(cause: "republish", time: EventTime(milliseconds: 1)))
        #expect(bytes.view.text == #"null,"cause":"republish""#)
    }
}
