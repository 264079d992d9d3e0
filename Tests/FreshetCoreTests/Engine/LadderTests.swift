import FreshetKernels
import Testing

@testable import FreshetCore

/// What users are shown of whom nothing live is known, and the name of the rung that it stands on.
@Suite struct LadderTests {
    private let maker = EventMaker()

    /// A shop whose segments and categories look at different things; "old" clicked tea long ago.
    private func shop() -> Publication {
        var settings = smallSettings()
        settings.itemSimilarity.window = 30_000
        settings.popularity.halfLife = 20_000
        settings.popularity.longHalfLife = 40_000
        let publication = Publication(engine: Engine(settings: settings), settings: PublicationSettings())
        let sides = [("tea", "Drinks > Tea"), ("mate", "Drinks > Mate"), ("lamp", "Home > Light"), ("desk", "Home"), ("shoe", "Shoes")].map {
            SideAct(topic: .catalogue, key: $0.0, value: "{\"category\":\"\($0.1)\"}")
        }
        var acts = [
            Act(type: .click, user: "old", item: "tea", time: 1_000, id: "old"), Act(type: .click, user: "gone", item: "x", time: 1_001, id: "gone"),
        ]
        for number in 0..<40 {
            let (item, segment) = [("mate", "young"), ("lamp", "adult"), ("desk", "adult"), ("shoe", "")][number % 4]
            acts.append(Act(type: .click, user: "u\(number)", item: item, time: 50_000 + Int64(number), id: "\(number)", segment: segment))
        }
        _ = StateTests.batch(publication, acts[...], maker, sides: sides)
        return publication
    }

    private func list(_ publication: Publication, _ user: String?, segment: String = "") -> (rung: Rung, items: [String], signals: Set<String>) {
        let (engine, list) = (publication.engine, RecommendedList())
        var request = Request()
        request.segment = segment
        engine.recommend(user: user.flatMap { engine.user($0) }, limit: 4, request, into: list)
        let items = (0..<list.count).map { list[$0] }
        return (
            list.rung, items.map { engine.itemID($0.number).text },
            Set(items.flatMap { list.reasons(of: $0) }.map { RecommendedList.signalNames[Int($0.signal)].description })
        )
    }

    @Test func whoDidSomethingStandsOnItsHistory() {
        let shop = shop()
        #expect(list(shop, "u1").rung == .history)
        #expect(list(shop, "u1", segment: "young").signals.isDisjoint(with: ["segment", "category"]))
    }

    @Test func ofStrangersTheSegmentDecidesWhatComesFirst() {
        let shop = shop()
        let (rung, items, signals) = list(shop, nil, segment: "adult")
        #expect(rung == .segment && Set(items.prefix(2)) == ["lamp", "desk"] && items.count == 4 && signals.contains("segment"))
        #expect(list(shop, nil, segment: "young").items.first == "mate")
        #expect(list(shop, nil, segment: "unheard of").rung == .popular && list(shop, nil).rung == .popular)
    }

    @Test func whoseHistoryIsOutOfTheWindowStandsOnItsCategory() {
        let shop = shop()
        let (rung, items, signals) = list(shop, "old")
        #expect(rung == .category && items.first == "mate" && signals.contains("category"))
        // What a segment looks at comes before it.
        #expect(list(shop, "old", segment: "adult").rung == .segment)
        #expect(list(shop, "gone").rung == .popular, "an item without a category")
    }

    @Test func anItemIsPopularInTheCategoryThatItStandsInNow() {
        let shop = shop()
        func say(_ item: String, _ value: String?) {
            _ = StateTests.batch(shop, [], maker, sides: [SideAct(topic: .catalogue, key: item, value: value)])
        }
        say("mate", "{\"category\":\"Home\"}")
        #expect(list(shop, "old").rung == .popular, "nothing is left among drinks")
        say("mate", "{\"category\":\"Drinks > Cold\"}")
        #expect(list(shop, "old").rung == .category && list(shop, "old").items.first == "mate")
        say("mate", nil)
        #expect(list(shop, "old").rung == .popular)
    }

    @Test func aUserKeepsTheSegmentOfItsNewestEvent() throws {
        let shop = shop()
        func act(_ type: EventType, _ user: String, _ segment: String, at time: Int64, visitor: String = "") {
            let act = Act(type: type, user: user, time: time, visitor: visitor, id: "\(time) \(user)", segment: segment)
            _ = StateTests.batch(shop, [act], maker)
        }
        func segment(_ user: String) -> String? { shop.engine.user(user).map { shop.engine.users[$0].segment.view.text } }
        act(.search, "new", "adult", at: 51_000)
        #expect(segment("new") == "adult" && list(shop, "new").rung == .segment)
        act(.search, "new", "young", at: 51_010)
        act(.search, "new", "adult", at: 51_005)
        act(.search, "new", "", at: 51_020)
        #expect(segment("new") == "young" && list(shop, "new").items.first == "mate")
        act(.search, "visitor", "adult", at: 51_030)
        act(.identify, "user", "", at: 51_040, visitor: "visitor")
        #expect(segment("user") == "adult")
        act(.identify, "new", "", at: 51_050, visitor: "nobody")
        #expect(segment("new") == "young")
        let bytes = ByteBuffer()
        #expect(shop.appendUser(maker.view("user"), into: bytes))
        #expect(try JSONValue(bytes.view)["segment"]?.string == "adult")
    }

    @Test func withoutLeadersWhatRisesIsTheLastRung() {
        var settings = smallSettings()
        settings.popularity.blend = 0
        let acts = (0..<20).map { Act(type: .click, user: "u\($0)", item: "i\($0 % 2)", time: 10_000 + Int64($0), id: "\($0)") }
        let (publication, _) = ItemSimilarityTests.run(acts, settings)
        #expect(list(publication, nil).rung == .trending)
        #expect(list(Publication(engine: Engine(settings: settings), settings: PublicationSettings()), nil).rung == .nothing)
    }
}
