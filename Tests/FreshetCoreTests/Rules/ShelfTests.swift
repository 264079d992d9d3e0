import FreshetKernels
import Testing

@testable import FreshetCore

/// All rules together, over random shops: what is forbidden is never shown.
@Suite struct ShelfTests {
    private struct Shown {
        var items: [String]
        var rules: [(item: String, effect: String, rule: String)]
        var cause: String?

        init(_ value: JSONValue) {
            items = value["items"]?.elements?.compactMap { $0["item_id"]?.string } ?? []
            rules = (value["rules"]?.elements ?? []).map {
                ($0["item_id"]?.string ?? "", $0["effect"]?.string ?? "", $0["rule"]?.string ?? "")
            }
            cause = value["cause"]?.string
        }
    }

    private func record(_ line: String) -> (user: String, value: JSONValue?)? {
        let parts = line.split(separator: " ", maxSplits: 2)
        guard parts.count == 3, parts[0] == "recommendations" else { return nil }
        return (String(parts[1]), parts[2] == "tombstone" ? nil : try? JSONValue(String(parts[2])))
    }

    @Test func forbiddenItemsAreNeverInListsRetractionsOrTheColdLadder() {
        var (lists, retractions, named) = (0, 0, 0)
        for seed in UInt64(0)..<400 {
            let maker = EventMaker()
            var log = RandomLog()
            log.items = 14
            log.lateShare = 100
            let acts = log.acts(240, seed: seed)
            var random = RandomSides(seed: seed)
            random.items = 14
            let publication = PublicationTests.publication { $0.conflate = seed % 3 > 0 }
            var shelf = SlowShelf()
            var published: [String: [String]] = [:]
            for at in stride(from: 0, to: acts.count, by: 12) {
                let sides = at % 36 == 0 ? random.acts(at == 0 ? 12 : 3) : []
                for side in sides { shelf.apply(side) }
                for line in StateTests.batch(publication, acts[at..<at + 12], maker, sides: sides) {
                    guard let (user, value) = record(line) else { continue }
                    guard let value else {
                        published[user] = nil
                        continue
                    }
                    let shown = Shown(value)
                    published[user] = shown.items
                    lists += 1
                    retractions += shown.cause == "retraction" ? 1 : 0
                    named += shown.rules.count
                    check(shown, shelf, "seed \(seed), batch at \(at), \(user): \(shown)")
                }
                // What was published before goes out again, all of it within a few empty batches.
                var left = 50
                while publication.owesRecords, left > 0 {
                    left -= 1
                    for line in StateTests.batch(publication, [], maker) {
                        if let (user, value) = record(line), let value { published[user] = Shown(value).items }
                    }
                }
                for (user, items) in published where items.contains(where: { shelf.bar($0) != nil }) {
                    Issue.record("seed \(seed), batch at \(at): \(user) still has \(items.filter { shelf.bar($0) != nil })")
                }
            }
            let cold = RecommendedList()
            publication.engine.recommend(user: nil, limit: 5, into: cold)
            #expect((0..<cold.count).allSatisfy { shelf.bar(publication.engine.itemID(cold[$0].number).text) == nil }, "seed \(seed)")
        }
        #expect(lists > 10_000 && retractions > 200 && named > 5_000, "\(lists) lists, \(retractions) retractions, \(named) named")
    }

    private func check(_ shown: Shown, _ shelf: SlowShelf, _ place: String) {
        #expect(Set(shown.items).count == shown.items.count, "twice: \(place)")
        #expect(shown.items.allSatisfy { shelf.bar($0) == nil }, "forbidden: \(place)")
        if shown.cause == nil { #expect(shelf.broken(shown.items, pinned: shelf.pinnedItems) == [], "\(place)") }
        for applied in shown.rules {
            switch applied.effect {
            case "removed":
                #expect(!shown.items.contains(applied.item), "\(place)")
                if let bar = shelf.bar(applied.item), applied.rule != "bought" { #expect(applied.rule == bar, "\(place)") }
            case "boosted", "pinned": #expect(shown.items.contains(applied.item) && shelf.rules[applied.rule] != nil, "\(place)")
            default: Issue.record("\(place)")
            }
        }
    }

    /// Ten users who look at tea, cup and pot; then one who asks.
    private func shop(_ sides: [SideAct], purchases: [String] = []) -> (Publication, EventMaker) {
        let maker = EventMaker()
        let publication = PublicationTests.publication { _ in }
        var acts: [Act] = []
        for user in 0..<10 {
            for (step, item) in ["tea", "cup", "pot", "tray"].enumerated() where user + step < 12 {
                acts.append(Act(type: .click, user: "u\(user)", item: item, time: 1000 + Int64(10 * user + step), id: "\(user) \(step)"))
            }
        }
        acts.append(Act(type: .click, user: "asks", item: "tea", time: 1500, id: "asks"))
        acts += purchases.map { Act(type: .purchase, user: "asks", item: $0, time: 1510, id: "buys \($0)") }
        _ = StateTests.batch(publication, acts[...], maker, sides: sides)
        return (publication, maker)
    }

    private func list(_ publication: Publication, _ maker: EventMaker, limit: Int = 4, _ request: Request = Request()) -> (
        items: [String], rules: [String]
    ) {
        let list = RecommendedList()
        publication.engine.recommend(user: publication.engine.userNumber(maker.view("asks")), limit: limit, request, into: list)
        let engine = publication.engine
        let rules = list.applied.indices.map { index in
            let applied = list.applied[index]
            let name = applied.rule != RuleBook.noRule ? engine.ruleBook.names[applied.rule].text : Bar(rawValue: applied.bar).map { "\($0)" } ?? ""
            return "\(engine.itemID(applied.item).text) \(Rules.Effect(rawValue: applied.effect).map { "\($0)" } ?? "") \(name)"
        }
        return ((0..<list.count).map { engine.itemID(list[$0].number).text }, rules)
    }

    private func rule(_ name: String, _ value: String) -> SideAct { SideAct(topic: .rules, key: name, value: value) }
    private func item(_ id: String, _ value: String = "{}") -> SideAct { SideAct(topic: .catalogue, key: id, value: value) }

    @Test func withoutCatalogueAndRulesAllIsShown() {
        let (publication, maker) = shop([])
        let plain = list(publication, maker)
        #expect(Set(plain.items) == ["tea", "cup", "pot", "tray"] && plain.rules.isEmpty)
    }

    @Test func whatWasBoughtIsLeftOutAndNamedUntilItsTimeHasCome() {
        let (publication, maker) = shop([], purchases: ["cup"])
        #expect(!list(publication, maker).items.contains("cup"))
        #expect(list(publication, maker).rules == ["cup removed bought"])
        _ = StateTests.batch(publication, [], maker, sides: [rule("again", "{\"type\":\"repurchase\",\"after_days\":1,\"items\":[\"cup\"]}")])
        #expect(!list(publication, maker).items.contains("cup"))
        _ = StateTests.batch(publication, [], maker, sides: [rule("again", "{\"type\":\"repurchase\",\"after_days\":0,\"items\":[\"cup\"]}")])
        #expect(list(publication, maker).items.contains("cup"))
    }

    @Test func aPinnedItemStandsInItsPlaceAndIsNamed() {
        let (publication, maker) = shop([rule("launch", "{\"type\":\"pin\",\"position\":2,\"items\":[\"tray\",\"nowhere\",\"pot\"]}")])
        let shown = list(publication, maker)
        #expect(shown.items[1] == "tray" && shown.items[2] == "pot" && shown.items.count == 4)
        #expect(shown.rules.contains("tray pinned launch"))
    }

    @Test func aBoostMovesAndIsNamedOnlyWhereItDoes() {
        let (plain, maker) = shop([])
        let natural = list(plain, maker).items
        let last = natural[natural.count - 1]
        let (boosted, other) = shop([rule("push", "{\"type\":\"boost\",\"factor\":100,\"items\":[\"\(last)\"]}")])
        let shown = list(boosted, other)
        #expect(shown.items == [last] + natural.dropLast() && shown.rules == ["\(last) boosted push"])
        let (inVain, third) = shop([rule("push", "{\"type\":\"boost\",\"factor\":100,\"items\":[\"\(natural[0])\"]}")])
        #expect(list(inVain, third).items == natural && list(inVain, third).rules.isEmpty)
    }

    @Test func capsCountByGroupAndVariantsShareASlot() {
        let sides = [
            item("tea", "{\"category\":\"A > B\"}"), item("cup", "{\"category\":\"A > B\"}"), item("pot", "{\"category\":\"A\"}"), item("tray"),
        ]
        let (capped, maker) = shop(sides + [rule("few", "{\"type\":\"cap\",\"by\":\"category\",\"max\":1}")])
        let shown = list(capped, maker)
        #expect(shown.items.count == 3 && shown.items.filter { ["tea", "cup"].contains($0) }.count == 1)
        #expect(shown.rules.count == 1 && shown.rules[0].hasSuffix("removed few"))
        let variants = [item("tea"), item("cup", "{\"parent_id\":\"tea\"}"), item("pot", "{\"parent_id\":\"tea\"}"), item("tray")]
        let (shared, other) = shop(variants)
        #expect(list(shared, other).items.count == 2)
    }

    @Test func exclusionsAndFiltersHoldForOneQuery() {
        let sides = [
            item("tea", "{\"category\":\"A > B\",\"price\":5,\"brand\":\"x\"}"), item("cup", "{\"category\":\"AB\",\"price\":50}"),
            item("pot", "{\"category\":\"A\",\"price\":8}"), item("tray", "{\"price\":500}"),
        ]
        let (publication, maker) = shop(sides)
        func ask(_ change: (inout Request) -> Void) -> Set<String> {
            var request = Request()
            change(&request)
            return Set(list(publication, maker, request).items)
        }
        #expect(ask { $0.excluded = ["tea", "unknown"] } == ["cup", "pot", "tray"])
        #expect(
            ask {
                $0.filter = .init(); $0.filter?.category = ["A"]
            } == ["tea", "pot"])
        #expect(
            ask {
                $0.filter = .init(); $0.filter?.priceMax = 50; $0.filter?.priceMin = 6
            } == ["cup", "pot"])
        #expect(
            ask {
                $0.filter = .init(); $0.filter?.brand = "x"
            } == ["tea"])
        #expect(ask { _ in }.count == 4)
    }

    @Test func whatTheCatalogueDoesNotHoldIsHidden() {
        let (hiding, maker) = shop([item("tea"), item("cup")])
        #expect(Set(list(hiding, maker).items) == ["tea", "cup"])
    }
}
