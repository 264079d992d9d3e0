import FreshetKernels
import Testing

@testable import FreshetCore

/// What a bot does stays with it, and goes with it.
@Suite struct ForgottenBotTests {
    private static let start: Int64 = 1_764_000_000_000
    private let maker = EventMaker()

    /// Only breadth tells: more than seven items that are new on a day. Nobody is forgiven, and nothing leaves the window.
    private func publication() -> Publication {
        let settings = BotTests.tight {
            ($0.bots.eventsPerHourMax, $0.bots.itemsPerDayMax, $0.bots.equalGapsMax) = (1_000, 7, 1_000)
            $0.bots.parole = 1 << 40
            $0.itemSimilarity.window = 1 << 40
        }
        let publication = Publication(engine: Engine(settings: settings), settings: PublicationSettings())
        publication.engine.pseudonymize = { Fingerprint(of: $0) }
        return publication
    }

    @discardableResult private func apply(_ acts: [Act], to publication: Publication) -> [Applied] {
        acts.map { act in
            publication.begin(nil)
            defer { publication.finish() }
            return publication.apply(act.made(by: maker), from: EventOrigin(topic: .empty, partition: 0, offset: 0))
        }
    }

    private func say(_ topic: SideTopic, _ key: String, _ value: String, to publication: Publication) {
        publication.begin(nil)
        #expect(publication.apply(topic, key: maker.view(key), value: maker.view(value)) == nil)
        publication.finishSides()
        publication.finish()
    }

    private func clicks(_ user: String, _ items: Range<Int>, from start: Int64) -> [Act] {
        items.map { item in
            let time = ForgottenBotTests.start + start + Int64(item) * 1_234
            return Act(type: .click, user: user, item: "i\(item)", time: time, id: "\(user) \(start) \(item)", segment: "s")
        }
    }

    /// Four shoppers of a segment, with a catalogue of what they look at, and a bot.
    private func shop() -> Publication {
        let publication = publication()
        for item in 0..<12 { say(.catalogue, "i\(item)", "{\"title\":\"green tea\",\"category\":\"Tea\"}", to: publication) }
        for user in 0..<4 { apply(clicks("u\(user)", 0..<6, from: Int64(user) * 100), to: publication) }
        #expect(apply(clicks("bot", 0..<12, from: 100_000), to: publication).last == .bot(.breadth, late: false))
        return publication
    }

    /// Of all that is learned only the profile of a bot, what it was, and how many events there were, changes by what it does.
    @Test func whatABotDoesAndSearchesForIsInNothingThatOthersAreShown() {
        let shop = shop()
        let own: Set<DigestTable> = [.users, .dedup, .engine]
        let before = canonicalState(shop, except: own)
        let board: [UInt8] = [2, 0] + Array("ss".utf8)
        #expect(before["popularity"]?.contains { $0.starts(with: board) } ?? false, "there is a board of the segment")
        let lists = (0..<4).map { list(of: "u\($0)", shop) }
        var random = SplitMix64(seed: 8)
        let types: [EventType] = [.click, .cart, .purchase, .removeFromCart, .return, .search, .impression]
        // Nothing decays meanwhile.
        let now = shop.engine.now.milliseconds
        for number in 0..<300 {
            var act = Act(type: types[random.next(below: types.count)], user: "bot", time: now, id: "\(number)")
            act.item = act.type.needsItem ? "i\(random.next(below: 20))" : ""
            act.query = act.type == .search ? "green tea \(number)" : ""
            act.segment = ["s", "t", ""][random.next(below: 3)]
            act.consent = random.next(below: 4) > 0
            #expect(apply([act], to: shop) == [.bot(.breadth, late: false)])
        }
        #expect(canonicalState(shop, except: own) == before)
        #expect((0..<4).map { list(of: "u\($0)", shop) } == lists)
        #expect(!list(of: "bot", shop).isEmpty)
    }

    private func list(of user: String, _ publication: Publication) -> [String] {
        let list = RecommendedList()
        publication.engine.recommend(user: publication.engine.user(user), limit: 5, into: list)
        return (0..<list.count).map { publication.engine.itemID(list[$0].number).text }
    }

    @Test func aForgottenBotComesBackAsAnybody() {
        let shop = shop()
        say(.erasures, "bot", "{\"timestamp\":\(ForgottenBotTests.start + 200_000)}", to: shop)
        #expect(shop.engine.user("bot") == nil && shop.countsAreThoseOfShoppers())
        #expect(!shop.engine.users.rows.indices.contains { shop.engine.users.rows[$0].watch != Watch() && !shop.holdsUser($0) })
        #expect(apply(clicks("bot", 0..<3, from: 300_000), to: shop).allSatisfy { $0 == .applied(late: false) })
        #expect(shop.countsAreThoseOfShoppers() && shop.itemCountsByID()["i0"]?.users == 5)
    }

    /// Of what is left it is not known how much it is of: it counts, until the rest shows again what it is.
    @Test func ofABotThatGoesOnTheRestCountsAndItIsWatchedAnew() {
        let shop = shop()
        apply(clicks("bot", 3..<6, from: 300_000), to: shop)
        say(.erasures, "bot", "{\"timestamp\":\(ForgottenBotTests.start + 200_000)}", to: shop)
        guard let bot = shop.engine.user("bot") else {
            Issue.record("what came later is forgotten, too")
            return
        }
        #expect(shop.engine.users[bot].watch == Watch() && shop.engine.users[bot].segment.isEmpty)
        #expect(shop.countsAreThoseOfShoppers() && shop.itemCountsByID()["i3"]?.users == 5 && shop.itemCountsByID()["i0"]?.users == 4)
        let outcomes = apply(clicks("bot", 6..<20, from: 400_000), to: shop)
        #expect(outcomes.prefix(7).allSatisfy { $0 == .applied(late: false) } && outcomes.last == .bot(.breadth, late: false))
        #expect(shop.countsAreThoseOfShoppers() && shop.itemCountsByID()["i3"]?.users == 4)
    }

    /// A visitor who was a bot before its user was forgotten makes no bot of the user.
    @Test func aForgottenUsersVisitorBringsNoVerdict() {
        let publication = publication()
        apply(clicks("visitor", 0..<12, from: 0), to: publication)
        apply(clicks("user", 0..<2, from: 300_000), to: publication)
        say(.erasures, "user", "{\"timestamp\":\(ForgottenBotTests.start + 200_000)}", to: publication)
        let identify = Act(type: .identify, user: "user", time: ForgottenBotTests.start + 310_000, visitor: "visitor", id: "identify")
        #expect(apply([identify], to: publication) == [.applied(late: false)])
        #expect(publication.countsAreThoseOfShoppers() && publication.itemCountsByID().keys.sorted() == ["i0", "i1"])
    }
}

extension Publication {
    /// Whether a user of this number is held.
    fileprivate func holdsUser(_ number: Int) -> Bool { engine.users.ids.contains(number: UInt32(number)) }
}
