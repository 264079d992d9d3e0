import FreshetKernels
import Testing

@testable import FreshetCore

@Suite struct SweepTests {
    @Test func oneRoundLooksAtEachNumberOnceWhereverItBegins() {
        var sweep = Sweep()
        for end in [1, 2, 7, 100] {
            for skipped in 0..<end {
                sweep.begin(below: end)
                for _ in 0..<skipped { _ = sweep.take() }
                sweep.begin(below: end)
                var taken: [UInt32] = []
                while let next = sweep.take() { taken.append(next) }
                #expect(taken.sorted() == (0..<UInt32(end)).map { $0 } && sweep.isDone)
            }
        }
        sweep.begin(below: 0)
        #expect(sweep.take() == nil && sweep.isDone)
    }

    @Test func whoComesDuringARoundTakesNobodysPlace() {
        var sweep = Sweep()
        sweep.begin(below: 100)
        while sweep.take() != nil {}
        // The next number is 100; one more user has come, and another one comes in the batch that bars something.
        sweep.begin(below: 101)
        var taken: Set<UInt32> = []
        while let next = sweep.take() { taken.insert(next) }
        #expect(taken == Set(0..<101))
    }

    @Test func whereItStandsIsStored() throws {
        var sweep = Sweep()
        sweep.begin(below: 9)
        _ = sweep.take()
        let bytes = ByteBuffer()
        sweep.encode(into: bytes)
        var reader = ByteReader(bytes.view)
        #expect(try Sweep(from: &reader) == sweep)
    }

    private func rule(_ name: String, _ value: String?) -> SideAct { SideAct(topic: .rules, key: name, value: value) }

    private func lists(_ lines: [String]) -> [String: [String]] {
        var lists: [String: [String]] = [:]
        for line in lines where line.hasPrefix("recommendations ") {
            lists[String(line.split(separator: " ")[1])] = PublicationTests.items(line)
        }
        return lists
    }

    /// Lists that were published before there was any rule.
    private func publication() -> (Publication, EventMaker, [String: [String]]) {
        let (publication, maker) = (PublicationTests.publication { _ in }, EventMaker())
        let acts = (0..<60).map { Act(type: .click, user: "u\($0 % 10)", item: "i\($0 % 7)", time: 1000 + Int64($0), id: "\($0)") }
        return (publication, maker, lists(StateTests.batch(publication, acts[...], maker)))
    }

    @Test func theFirstRuleTakesItemsOutOfListsThatWereNotKept() {
        let (publication, maker, before) = publication()
        #expect(before.count == 10 && before.values.contains { $0.contains("i3") })
        var after = before
        var lines = StateTests.batch(publication, [], maker, sides: [rule("hide", "{\"type\":\"hide\",\"items\":[\"i3\"]}")])
        while publication.owesRecords { lines += StateTests.batch(publication, [], maker) }
        after.merge(lists(lines)) { $1 }
        #expect(after.values.allSatisfy { !$0.contains("i3") })
    }

    @Test func aListFromBeforeTheRulesWentIsNotSentAgain() {
        let (publication, maker, _) = publication()
        _ = StateTests.batch(publication, [], maker, sides: [rule("cap", "{\"type\":\"cap\",\"by\":\"brand\",\"max\":1}")])
        _ = StateTests.batch(publication, [Act(type: .click, user: "u1", item: "i1", time: 2000, id: "a")], maker)
        _ = StateTests.batch(publication, [], maker, sides: [rule("cap", nil)])
        var acts = (0..<5).map { Act(type: .click, user: "u1", item: "new\($0)", time: 3000 + Int64($0), id: "n\($0)") }
        let newest = lists(StateTests.batch(publication, acts[...], maker))["u1"]
        var lines = StateTests.batch(publication, [], maker, sides: [rule("hide", "{\"type\":\"hide\",\"items\":[\"new0\"]}")])
        while publication.owesRecords { lines += StateTests.batch(publication, [], maker) }
        let last = lists(lines)["u1"] ?? newest ?? []
        #expect(last.contains("new4") && !last.contains("new0"))
        acts = []
    }

    @Test func whereTheLastItemOfTheCatalogueLeavesAllAreShownAgain() {
        var settings = smallSettings()
        settings.itemsMax = 4
        let publication = Publication(engine: Engine(settings: settings), settings: PublicationSettings())
        let maker = EventMaker()
        _ = StateTests.batch(publication, [], maker, sides: [SideAct(topic: .catalogue, key: "a", value: "{}")])
        let acts = (0..<3).map { Act(type: .click, user: "u", item: "i\($0)", time: 1000 + Int64($0), id: "\($0)") }
        _ = StateTests.batch(publication, acts[...], maker)
        let engine = publication.engine
        #expect(engine.item("i1").map { engine.ruleBook.bar(of: $0) } == .unlisted)
        // The catalogue throws nobody out; what events name does.
        #expect(publication.apply(.catalogue, key: maker.view("b"), value: maker.view("{}"))?.code == .noRoom)
        _ = StateTests.batch(publication, [Act(type: .click, user: "u", item: "i9", time: 2000, id: "z")], maker)
        #expect(engine.catalogue.count == 0 && engine.item("i1").map { engine.ruleBook.bar(of: $0) } == Bar.none)
        #expect(publication.counts.contains { "\($0.name)" == "catalogue_evicted" && $0.value == 1 })
    }
}
