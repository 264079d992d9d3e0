import FreshetKernels
import Testing

@testable import FreshetCore
@testable import FreshetRuntime

/// Answers to searches against SQLite's FTS5: the same items in the same order, with the same scores.
@Suite struct FullTextTests {
    /// A shop with a random catalogue, and the same in a full-text table.
    private struct Shop {
        let engine = Engine(settings: EngineSettings())
        let table: FullTextTable
        var random: SplitMix64
        let words: [String]
        private let list = RecommendedList()

        /// `spelling` says how the table is told a text.
        init(seed: UInt64, words: [String], tokenizer: String, spelling: (String) -> String) throws {
            self.words = words
            random = SplitMix64(seed: seed)
            table = try FullTextTable(tokenizer: tokenizer)
            for item in 0..<80 {
                var record = CatalogueRecord()
                record.title = phrase(6)
                record.brand = phrase(1)
                record.keywords = [phrase(2), phrase(2)]
                record.category = [phrase(1), phrase(2)]
                _ = FullTextTests.id(item).withView { engine.applyCatalogue($0, record) }
                let texts = [[record.title], [record.brand], record.keywords, record.category].map { $0.joined(separator: " ") }
                try table.insert(item, texts.map(spelling))
            }
            engine.finishCatalogue()
        }

        /// Words by Zipf's law, some of them in capitals.
        mutating func phrase(_ most: Int) -> String {
            (0..<random.next(below: most + 1)).map { _ in
                let word = words[random.next(below: 1 + random.next(below: words.count))]
                return random.next(below: 3) == 0 ? word.uppercased() : word
            }.joined(separator: " ")
        }

        mutating func query() -> [String] {
            var query: [String] = []
            for _ in 0..<1 + random.next(below: 3) {
                let word = words[random.next(below: words.count)]
                if !query.contains(word) { query.append(word) }
            }
            return query
        }

        /// The items of the list that follows a search, with their scores.
        func answer(_ query: [String], number: Int) -> [(item: String, score: Double)] {
            let text = query.joined(separator: ", ")
            let user = "u\(number)"
            text.withView { text in
                user.withView { user in
                    var event = Event(
                        type: .search, time: EventTime(milliseconds: Int64(1_000 + number)), user: user, fingerprint: Fingerprint(of: user))
                    event.query = text
                    _ = engine.apply(event)
                }
            }
            engine.recommend(user: engine.lastUser, limit: 100, into: list)
            let keywords = Signals.names.firstIndex { "\($0)" == "keywords" }
            let board = scores()
            return (0..<list.count).compactMap { place in
                guard list.reasons(of: list[place]).contains(where: { Int($0.signal) == keywords }) else { return nil }
                return (engine.itemID(list[place].number).text, board[list[place].number] ?? 0)
            }
        }

        /// What the signal gave to each item of the list made last.
        private func scores() -> [UInt32: Double] {
            var query = Query(seeds: FlatList(), history: FlatList(), session: nil, now: engine.now, windowEnd: engine.windowEnd)
            if let user = engine.lastUser { query.searches = engine.users[user].searches }
            let board = ScoreBoard()
            board.reserve(engine.items.ids.numbersEnd)
            engine.signals.keywords.propose(query, on: board)
            return Dictionary(uniqueKeysWithValues: board.candidates.indices.map { (board.candidates[$0].item, board.candidates[$0].score) })
        }
    }

    private struct FullTextTable {
        private let database: SQLiteDatabase

        init(tokenizer: String) throws {
            database = try SQLiteDatabase(path: ":memory:")
            try database.execute("CREATE VIRTUAL TABLE shop USING fts5(title, brand, keywords, category, tokenize=\"\(tokenizer)\")")
        }

        func insert(_ item: Int, _ texts: [String]) throws {
            let values = texts.map { "'\($0)'" }.joined(separator: ",")
            try database.execute("INSERT INTO shop(rowid, title, brand, keywords, category) VALUES(\(item), \(values))")
        }

        /// Items by falling score, with the weights of `ContentIndex.Field`.
        func answer(_ terms: [String]) throws -> [(item: Int, score: Double)] {
            let match = terms.map { "\"\($0)\"" }.joined(separator: " OR ")
            let statement = try SQLiteStatement(
                database, "SELECT rowid, printf('%!.17g', -bm25(shop, 3, 2, 2, 1)) FROM shop WHERE shop MATCH '\(match)'")
            var rows: [(item: Int, score: Double)] = []
            while try statement.step() { rows.append((Int(statement.integer(0)), Double(statement.text(1) ?? "") ?? .nan)) }
            return rows.sorted { $0.score > $1.score }
        }
    }

    private static func id(_ item: Int) -> String { "i\(item)" }

    private func expectSame(_ found: [(item: String, score: Double)], _ expected: [(item: Int, score: Double)], _ place: String) {
        #expect(found.count == expected.count, "\(place)")
        let scores = Dictionary(uniqueKeysWithValues: expected.map { (FullTextTests.id($0.item), $0.score) })
        for (item, score) in found {
            #expect(abs(score - (scores[item] ?? .nan)) <= 1e-9 * max(score, 1e-6), "\(place), \(item)")
        }
        // Whoever has another score has the same place; equal scores are a matter of rounding there and of ids here.
        for (rank, (ours, theirs)) in zip(found, expected).enumerated() {
            #expect(abs(ours.score - theirs.score) <= 1e-9 * max(theirs.score, 1e-6), "\(place), rank \(rank)")
        }
    }

    @Test func aListOfASearchIsThatOfFTS5() throws {
        let words = ["tea", "green", "black", "set", "cup", "sencha", "matcha", "earl", "grey", "oolong", "pot", "iron", "glass", "travel", "gift"]
        var answers = 0
        for seed in UInt64(0)..<12 {
            var shop = try Shop(seed: seed, words: words, tokenizer: "unicode61", spelling: { $0 })
            for number in 0..<20 {
                let query = shop.query()
                let expected = try shop.table.answer(query)
                expectSame(shop.answer(query, number: number), expected, "seed \(seed), \(query)")
                answers += expected.count
            }
        }
        #expect(answers > 3_000)
    }

    /// FTS5 cuts other scripts otherwise, so it is told our terms: what is compared is the index and the formula.
    @Test func aListOfASearchInOtherScriptsIsThatOfFTS5() throws {
        func terms(_ text: String, _ runs: Tokenizer.Runs) -> [String] {
            var terms: [String] = []
            Tokenizer().forEachTerm(of: text, runs) { term in terms.append("t" + term.buffer.map { String($0, radix: 16) }.joined()) }
            return terms
        }
        let words = ["緑茶", "抹茶", "緑茶セット", "شاي", "أخضر", "чай", "зелёный", "🍵", "ชาเขียว", "thé", "茶"]
        var answers = 0
        for seed in UInt64(0)..<12 {
            var shop = try Shop(seed: seed, words: words, tokenizer: "ascii") { terms($0, .pieces).joined(separator: " ") }
            for number in 0..<20 {
                let query = shop.query()
                var searched: [String] = []
                for term in query.flatMap({ terms($0, .trigrams) }) where !searched.contains(term) { searched.append(term) }
                let expected = try shop.table.answer(searched)
                expectSame(shop.answer(query, number: number), expected, "seed \(seed), \(query)")
                answers += expected.count
            }
        }
        #expect(answers > 3_000)
    }
}
