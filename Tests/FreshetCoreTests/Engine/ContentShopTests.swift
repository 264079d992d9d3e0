import FreshetKernels
import Testing

@testable import FreshetCore

/// Content and keywords in a shop with a planted catalogue, through events and records.
@Suite struct ContentShopTests {
    private final class Shop {
        let maker = EventMaker()
        var publication: Publication
        private let settings: EngineSettings
        private var serial = 0

        init(_ change: (inout EngineSettings) -> Void = { _ in }) {
            var settings = smallSettings()
            settings.itemSimilarity.window = 1 << 40
            change(&settings)
            self.settings = settings
            publication = Publication(engine: Engine(settings: settings), settings: PublicationSettings())
        }

        /// Applies one event of a batch of its own, behind what the catalogue says, and answers the list of its user.
        @discardableResult
        func event(
            _ type: EventType, _ user: String, _ item: String = "", query: String = "", at time: Int64, sides: [SideAct] = []
        ) throws -> JSONValue? {
            serial += 1
            let act = Act(type: type, user: user, item: item, time: time, visitor: type == .identify ? item : "", id: "\(serial)", query: query)
            let lines = StateTests.batch(publication, [act], maker, sides: sides)
            guard let line = lines.last(where: { $0.hasPrefix("recommendations \(user) ") }) else { return nil }
            return try JSONValue(String(line.dropFirst("recommendations \(user) ".count)))
        }

        func say(_ titles: [(String, String)]) {
            let sides = titles.map { SideAct(topic: .catalogue, key: $0.0, value: "{\"title\":\"\($0.1)\"}") }
            _ = StateTests.batch(publication, [], maker, sides: sides)
        }

        func restart() throws {
            let (store, changes) = (StateTests.Rows(), StateChanges())
            publication.beginCheckpoint(into: changes)
            while !publication.encodeCheckpoint(rowsMax: 100) {}
            store.save(changes)
            publication = try store.restored(settings, PublicationSettings())
        }

        func words(of user: String) throws -> [String] {
            let bytes = ByteBuffer()
            guard publication.appendUser(maker.view(user), into: bytes) else { return [] }
            return try JSONValue(bytes.view)["searches"]?.elements?.compactMap { $0["words"]?.string } ?? []
        }
    }

    private func items(_ list: JSONValue?) -> [String] { list?["items"]?.elements?.compactMap { $0["item_id"]?.string } ?? [] }

    private func reason(_ list: JSONValue?, _ item: String, _ signal: String) -> JSONValue? {
        let found = list?["items"]?.elements?.first { $0["item_id"]?.string == item }
        return found?["because"]?.elements?.first { $0["signal"]?.string == signal }
    }

    private static let themes = [
        "tea sencha green leaf", "kettle iron stove pot", "lamp desk light bulb", "shoe running sole lace", "piano key music stool",
    ]

    private func themedShop() throws -> Shop {
        let shop = Shop()
        let titles = ContentShopTests.themes.enumerated().flatMap { theme, words in
            (0..<12).map { number in
                let words = words.split(separator: " ")
                return ("\(theme)-\(number)", "\(words[number % 4]) \(words[(number + 1) % 4]) no\(theme)x\(number)")
            }
        }
        shop.say(titles)
        for user in 0..<40 {
            for step in 0..<4 { try shop.event(.click, "u\(user)", "\(user % 5)-\((user / 5 + step) % 12)", at: 1_000 + Int64(user * 10 + step)) }
        }
        return shop
    }

    @Test func aNewItemStandsInARelevantListAfterOneEvent() throws {
        let shop = try themedShop()
        let new = SideAct(topic: .catalogue, key: "new", value: "{\"title\":\"Sencha tea, a new leaf\",\"category\":\"Tea\"}")
        let list = try shop.event(.click, "fresh", "0-3", at: 2_000, sides: [new])
        #expect(items(list).contains("new"))
        let reason = reason(list, "new", "content")
        #expect(reason?["item_id"]?.string == "0-3" && ["tea", "leaf"].contains(reason?["term"]?.string))
        #expect(list?["rung"]?.string == "history")
        let other = try shop.event(.click, "other", "3-3", at: 2_001)
        #expect(!items(other).contains("new"), "what is about something else is not")
    }

    @Test func asSoonAsARecordSaysSomethingElseSoDoTheLists() throws {
        let shop = try themedShop()
        func say(_ title: String) -> SideAct { SideAct(topic: .catalogue, key: "new", value: "{\"title\":\"\(title)\"}") }
        let first = try shop.event(.click, "fresh", "0-3", at: 2_000, sides: [say("green sencha leaf tea")])
        #expect(items(first).contains("new"))
        let second = try shop.event(.click, "fresh", "0-4", at: 2_001, sides: [say("music stool")])
        #expect(!items(second).isEmpty && !items(second).contains("new"))
        let found = try shop.event(.search, "fresh", query: "music stool", at: 2_002)
        #expect(items(found).first == "new")
        let gone = SideAct(topic: .catalogue, key: "new", value: nil)
        let third = try shop.event(.search, "fresh", query: "stool", at: 2_003, sides: [gone])
        #expect(!items(third).isEmpty && !items(third).contains("new"))
    }

    @Test func aSearchIsAnsweredByItsWordsFirst() throws {
        let shop = try themedShop()
        let list = try shop.event(.search, "u1", query: "Green LEAF, please", at: 2_000)
        let said = try #require(list)
        let answered = items(said).filter { reason(said, $0, "keywords") != nil }
        // What says both words comes first, then what says one of them; all of it before what u1 looked at.
        let titles = ContentShopTests.themes[0].split(separator: " ")
        let saying = (0..<12).filter { number in ["green", "leaf"].contains { $0 == titles[number % 4] || $0 == titles[(number + 1) % 4] } }
        #expect(Set(answered) == Set(saying.map { "0-\($0)" }))
        #expect(Array(items(said).prefix(answered.count)) == answered)
        let both = Set((0..<12).filter { $0 % 4 == 2 }.map { "0-\($0)" })
        #expect(Set(answered.prefix(both.count)) == both)
        #expect(["green", "leaf"].contains(reason(said, answered[0], "keywords")?["term"]?.string))
        #expect(said["rung"]?.string == "history")
        // With the next click the search is over, and its words count as much as other things.
        let next = try shop.event(.click, "u1", "1-0", at: 2_001)
        #expect(items(next).allSatisfy { reason(next, $0, "keywords") == nil })
        #expect(items(next).contains { reason(next, $0, "content")?["item_id"] == nil && reason(next, $0, "content") != nil })
    }

    @Test(arguments: [
        ("緑茶", "zh"), ("绿茶礼盒", "cn"), ("茶", "cn"), ("شاي", "ar"), ("🍵", "cup"), ("чай", "ru"), ("ชาเขียว", "th"), ("the vert", "fr"),
    ])
    func titlesOfAllScriptsAreFound(_ query: String, _ item: String) throws {
        let shop = Shop()
        shop.say([
            ("zh", "有機緑茶セット"), ("cn", "绿茶礼盒装"), ("ar", "شاي أخضر ممتاز"), ("cup", "A cup 🍵"), ("ru", "Зелёный ЧАЙ"), ("th", "ชาเขียวมัทฉะ"),
            ("fr", "Thé vert"), ("none", "iron kettle"), ("empty", ""),
        ])
        let list = try shop.event(.search, "u", query: query, at: 1_000)
        #expect(items(list).first == item)
        #expect(items(list).allSatisfy { reason(list, $0, "keywords")?["term"] != nil })
        let looked = try shop.event(.click, "w", "zh", at: 1_001)
        if item == "zh" { #expect(!items(looked).contains("none")) }
    }

    @Test func searchesAreKeptNewestFirstAndLeaveWithTheirUser() throws {
        let shop = Shop {
            $0.keywords.searchesMax = 2
            $0.usersMax = 3
        }
        for (time, query) in ["tea", "Cup", "tea", "POT", "???"].enumerated() { try shop.event(.search, "v", query: query, at: 1_000 + Int64(time)) }
        #expect(try Set(shop.words(of: "v")) == ["tea", "pot"])
        try shop.event(.search, "u", query: "lamp", at: 1_009)
        try shop.event(.identify, "u", "v", at: 1_010)
        #expect(try Set(shop.words(of: "u")) == ["lamp", "pot"])
        try shop.restart()
        #expect(try Set(shop.words(of: "u")) == ["lamp", "pot"])
        for user in 0..<3 { try shop.event(.click, "w\(user)", "i", at: 2_000 + Int64(user)) }
        #expect(try shop.words(of: "u") == [])
        let engine = shop.publication.engine
        #expect(engine.users.rows.indices.allSatisfy { engine.users.rows[$0].searches.isEmpty })
    }

    @Test func whatIsSwitchedOffKeepsNothing() throws {
        let shop = Shop {
            $0.content.enabled = false
            $0.keywords.enabled = false
        }
        shop.say([("a", "tea"), ("b", "tea")])
        let list = try shop.event(.search, "u", query: "tea", at: 1_000)
        #expect(items(list) == [] && list?["rung"]?.string == "nothing")
        #expect(try shop.words(of: "u") == [] && shop.publication.engine.signals.content.index.count == 0)
    }

    @Test func anIndexIsMadeAgainWhenAStateIsLoaded() throws {
        let shop = try themedShop()
        let before = shop.publication.engine.signals.content.index
        try shop.event(.search, "u1", query: "green leaf", at: 2_000)
        let list = RecommendedList()
        func recommended() -> [String] {
            let engine = shop.publication.engine
            engine.recommend(user: engine.user("u1"), limit: 50, into: list)
            return (0..<list.count).map { place in
                let reasons = list.reasons(of: list[place]).map { "\($0.signal) \(list.term(of: $0).text) \($0.share)" }
                return "\(engine.itemID(list[place].number).text) \(list[place].score) \(reasons)"
            }
        }
        let expected = recommended()
        try shop.restart()
        let after = shop.publication.engine.signals.content.index
        #expect(after !== before && after.count == before.count && after.tokens == before.tokens && after.contents() == before.contents())
        #expect(recommended() == expected && !expected.isEmpty)
    }

    @Test func aListThatGoesOutAgainStillNamesItsTerms() throws {
        let shop = try themedShop()
        let list = try shop.event(.search, "u1", query: "green leaf", at: 2_000)
        let first = try #require(items(list).first)
        try shop.restart()
        let sides = [SideAct(topic: .catalogue, key: first, value: "{\"available\":false,\"title\":\"sold out\"}")]
        var lines = StateTests.batch(shop.publication, [], shop.maker, sides: sides)
        while shop.publication.owesRecords { lines += StateTests.batch(shop.publication, [], shop.maker) }
        let line = try #require(lines.first { $0.hasPrefix("recommendations u1 ") })
        let again = try JSONValue(String(line.dropFirst("recommendations u1 ".count)))
        #expect(again["cause"]?.string == "retraction" && items(again) == Array(items(list).dropFirst()))
        for item in items(again) {
            for signal in ["keywords", "content"] {
                #expect(reason(again, item, signal)?["term"] == reason(list, item, signal)?["term"], "\(item)")
            }
        }
        #expect(items(again).contains { reason(again, $0, "keywords")?["term"] != nil })
    }

    @Test func aCatalogueThatIsFullOfWordsTakesNoMore() throws {
        let shop = Shop { $0.catalogueBytesMax = 30_000 }
        var taken = 0
        func put(_ item: String, _ title: String) -> Bool {
            let value = "{\"title\":\"\(title)\"}"
            return shop.publication.apply(.catalogue, key: shop.maker.view(item), value: shop.maker.view(value)) == nil
        }
        while taken < 1_000, put("i\(taken)", "word\(taken) other\(taken)") { taken += 1 }
        #expect(taken > 30 && taken < 60, "two new words an item cost about 500 bytes")
        #expect(put("i0", "word0 other0") && put("i0", "w0") && !put("i0", String(repeating: "much ", count: 100)))
        #expect(shop.publication.apply(.catalogue, key: shop.maker.view("i0"), value: nil) == nil)
        try shop.restart()
        #expect(shop.publication.engine.catalogue.count == taken - 1)
    }
}
