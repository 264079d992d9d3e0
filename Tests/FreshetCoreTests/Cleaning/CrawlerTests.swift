import FreshetKernels
import Testing

@testable import FreshetCore

/// What a bot does to what a shop of people is shown, with the limits as they come.
@Suite struct CrawlerTests {
    private static let start: Int64 = 1_764_000_000_000
    private static let day: Int64 = 86_400_000
    private static let items = 90

    private struct Look {
        var time: Int64
        var user: Int
        var item: String
        var type = EventType.click
    }

    /// The bot among the users.
    private static let bot = -1

    /// A day of 400 people, who like the first items best.
    private func people(seed: UInt64) -> [Look] {
        var random = SplitMix64(seed: seed)
        return (0..<20_000).map { _ in
            let item = min(random.next(below: CrawlerTests.items), random.next(below: CrawlerTests.items))
            let type = [EventType.click, .click, .click, .click, .cart, .purchase][random.next(below: 6)]
            let time = CrawlerTests.start + Int64(random.next(below: Int(CrawlerTests.day)))
            return Look(time: time, user: random.next(below: 400), item: "i\(item)", type: type)
        }
    }

    /// Clicks through so many items, 5,000 an hour, the shop's among the first, and once more at the end.
    private func crawl(_ count: Int = 100_000, seed: UInt64) -> [Look] {
        var random = SplitMix64(seed: seed)
        var names = (0..<count).map { "x\($0)" }
        for item in 0..<CrawlerTests.items { (names[item * 15], names[count - 100 + item]) = ("i\(item)", "i\(item)") }
        return names.enumerated().map { number, name in
            Look(time: CrawlerTests.start + 3_600_000 + Int64(number) * 720 + Int64(random.next(below: 400)), user: CrawlerTests.bot, item: name)
        }
    }

    private func engine(_ looks: [Look], _ settings: EngineSettings = EngineSettings()) -> Publication {
        let maker = EventMaker()
        let publication = Publication(engine: Engine(settings: settings), settings: PublicationSettings())
        for look in looks.sorted(by: { ($0.time, $0.user) < ($1.time, $1.user) }) {
            _ = publication.engine.apply(maker.event(look.type, look.user < 0 ? "bot" : "u\(look.user)", look.item, at: look.time))
        }
        // All end at the same time.
        publication.engine.advance(to: EventTime(milliseconds: CrawlerTests.start + CrawlerTests.day))
        return publication
    }

    /// Every similarity, by the ids of its items.
    private func similarities(_ publication: Publication) -> [ReferenceShop.Pair: Double] {
        let engine = publication.engine
        var found: [ReferenceShop.Pair: Double] = [:]
        for item in engine.signals.similarity.rows.indices where engine.items.ids.contains(number: UInt32(item)) {
            let similar = engine.signals.similarity.similar(to: UInt32(item), limit: 1000)
            for place in similar.indices {
                found[ReferenceShop.Pair(item: engine.items.ids[UInt32(item)].text, other: engine.items.ids[similar[place].number].text)] =
                    similar[place].similarity
            }
        }
        return found
    }

    /// By how much the values of `changed` differ from those of `before`, as a part of these; of what stands in one of them only, by all.
    private func difference<Key: Hashable>(_ before: [Key: Double], _ changed: [Key: Double]) -> Double {
        Set(before.keys).union(changed.keys).reduce(0) { largest, key in
            guard let old = before[key], let new = changed[key], old > 0 else { return max(largest, 1) }
            return max(largest, abs(new - old) / old)
        }
    }

    /// Short and long counts of the items that at least so many users have looked at.
    private func popularity(_ publication: Publication, users: Int32) -> [String: Double] {
        let engine = publication.engine
        var counts: [String: Double] = [:]
        for (name, held) in publication.itemCountsByID() where held.users >= users {
            guard let item = engine.item(name) else { continue }
            let count = engine.signals.popularity.counts(item, at: engine.now)
            (counts[name + " short"], counts[name + " long"]) = (count.short, count.long)
        }
        return counts
    }

    @Test func aBotThatClicks100000ItemsLeavesSimilaritiesAndPopularityAsTheyWere() {
        let people = people(seed: 1)
        let without = engine(people)
        let with = engine(people + crawl(seed: 2))
        #expect(similarities(without).count > 4000 && popularity(without, users: 100).count > 80)
        #expect(difference(similarities(without), similarities(with)) < 0.01)
        #expect(difference(popularity(without, users: 100), popularity(with, users: 100)) < 0.01)
        #expect(without.pairsByID() == with.pairsByID(), "to the last count")
        guard let bot = with.engine.user("bot") else {
            Issue.record("the bot is missing")
            return
        }
        #expect(with.engine.users[bot].watch.verdict == .rate && with.engine.users[bot].events == 100_000)
        #expect(with.engine.botEvents[Int(BotReason.rate.rawValue)] == 96_400)
        #expect(with.engine.items.ids.count <= CrawlerTests.items + 3_600, "what only a bot names is not taken up")
    }

    /// Without the limits the test above would fail, and of fewer items.
    @Test func withoutLimitsItWouldNot() {
        var settings = EngineSettings()
        settings.bots.enabled = false
        let people = people(seed: 1)
        #expect(difference(similarities(engine(people)), similarities(engine(people + crawl(5_000, seed: 2), settings))) > 0.01)
    }

    /// A bot below all limits counts as one of the people, whatever it does.
    @Test func oneItemClickedATenThousandTimesCountsOnce() {
        var random = SplitMix64(seed: 3)
        let people = people(seed: 1)
        let clicks = (0..<10_000).map { _ in
            Look(time: CrawlerTests.start + Int64(random.next(below: Int(CrawlerTests.day))), user: CrawlerTests.bot, item: "i7")
        }
        let (without, with) = (engine(people), engine(people + clicks))
        #expect(!with.engine.users.rows.indices.contains { with.engine.users.rows[$0].isBot })
        #expect(difference(popularity(without, users: 100), popularity(with, users: 100)) < 0.01)
        let (before, after) = (without.itemCountsByID()["i7"], with.itemCountsByID()["i7"])
        #expect(after?.users == (before?.users ?? 0) + 1 && after?.count == (before?.count ?? 0) + 1)
    }

    @Test func nobodyOfThePeopleIsTakenForABot() {
        let publication = engine(people(seed: 4))
        #expect(!publication.engine.users.rows.indices.contains { publication.engine.users.rows[$0].isBot })
    }
}
