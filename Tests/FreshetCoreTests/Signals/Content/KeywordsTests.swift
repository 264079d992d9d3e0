import FreshetKernels
import Glibc
import Testing

@testable import FreshetCore

@Suite struct KeywordsTests {
    /// Items by number, an index over random records of them, and the signal.
    private struct Shop {
        let items = Items()
        let index: ContentIndex
        let records: [UInt32: CatalogueRecord]
        var random: RandomCatalogue
        private let maker = EventMaker()

        init(seed: UInt64, items count: Int = 40) {
            (index, records, random) = ContentIndexTests.changed(300, seed: seed, items: count)
            for number in 0..<count { _ = items.add(maker.view("i\(number)"), at: EventTime(milliseconds: 0)) }
        }

        func keywords(postingsMax: Int = 20_000) -> Keywords {
            Keywords(settings: KeywordsTests.settings(postingsMax: postingsMax), sessionGap: 1_000, index: index)
        }

        /// Scores by item number.
        func answer(
            _ keywords: Keywords, _ words: [String], at time: Int64 = 100, now: Int64 = 100, history: FlatList<HistoryEntry> = FlatList()
        ) -> [UInt32: Double] {
            KeywordsTests.scores(keywords, words, at: time, now: now, history: history, items: items.ids.numbersEnd)
        }
    }

    private static func settings(postingsMax: Int) -> EngineSettings.KeywordSettings {
        var settings = EngineSettings.KeywordSettings()
        settings.postingsMax = postingsMax
        return settings
    }

    /// Scores by item number.
    private static func scores(
        _ keywords: Keywords, _ words: [String], at time: Int64 = 100, now: Int64 = 100, history: FlatList<HistoryEntry> = FlatList(), items: Int
    ) -> [UInt32: Double] {
        var query = Query(seeds: FlatList(), history: history, session: nil, now: EventTime(milliseconds: now), windowEnd: .never)
        var search = words.joined(separator: " ").withView { Search(keywords.words(of: $0), at: EventTime(milliseconds: time)) }
        query.searches.append(search)
        defer {
            search.words.free()
            query.searches.free()
        }
        let board = ScoreBoard()
        board.reserve(items)
        keywords.propose(query, on: board)
        return Dictionary(uniqueKeysWithValues: board.candidates.indices.map { (board.candidates[$0].item, board.candidates[$0].score) })
    }

    private func expectClose(_ found: [UInt32: Double], _ expected: [UInt32: Double], _ place: String) {
        #expect(Set(found.keys) == Set(expected.keys), "\(place)")
        for (item, score) in expected { #expect(found[item].map { isClose($0, score) } ?? false, "\(place), item \(item)") }
    }

    @Test func anAnswerIsThatOfTheFormula() {
        var answers = 0
        for seed in UInt64(0)..<40 {
            var shop = Shop(seed: seed)
            let slow = SlowIndex(shop.records)
            for _ in 0..<20 {
                let words = shop.random.query()
                let expected = slow.scores(words, log: log)
                expectClose(shop.answer(shop.keywords(), words), expected, "seed \(seed), \(words)")
                answers += expected.count
            }
        }
        #expect(answers > 5_000)
    }

    /// Whatever the limit: who is found has its whole score, the rarest words find first, evenly among the items where they are too many, and nobody is
    /// found who says none of them.
    @Test func withFewPostingsTheRarestWordsFindAndAllCount() {
        var left = 0
        for seed in UInt64(0)..<40 {
            var shop = Shop(seed: seed)
            let slow = SlowIndex(shop.records)
            for limit in [1, 5, 12, 30] {
                let words = shop.random.query()
                let expected = slow.scores(words, log: log)
                let found = shop.answer(shop.keywords(postingsMax: limit), words)
                for (item, score) in found { #expect(isClose(expected[item] ?? -1, score), "seed \(seed), \(words), item \(item)") }
                left += expected.count - found.count
                let byRarity = words.map { (word: $0, holding: slow.holding($0)) }.filter { $0.holding > 0 }
                    .sorted { ($0.holding, $0.word) < ($1.holding, $1.word) }
                var read = 0
                var expectedItems: Set<UInt32> = []
                for (place, word) in byRarity.enumerated() where place == 0 || read + word.holding <= limit {
                    let holders = slow.frequencies.filter { $0.value[word.word] != nil }.keys.sorted()
                    let taken = min(holders.count, limit - read)
                    expectedItems.formUnion((0..<taken).map { holders[($0 + 1) * holders.count / taken - 1] })
                    read += taken
                }
                #expect(Set(found.keys) == expectedItems, "seed \(seed), limit \(limit), \(words)")
            }
        }
        #expect(left > 500)
    }

    @Test func wordsAreFoldedOnceEachAndBounded() {
        let shop = Shop(seed: 1)
        let keywords = shop.keywords()
        func words(_ text: String) -> String { text.withView { keywords.words(of: $0).text } }
        #expect(words("Green TEA, green 緑茶セット 🍵") == "green tea 緑茶セ 茶セッ セット 🍵")
        #expect(words("") == "" && words(" ?! ") == "")
        let many = words((0..<100).map { "w\($0)" }.joined(separator: " "))
        #expect(many == (0..<Search.wordsMax).map { "w\($0)" }.joined(separator: " "))
        let long = words((0..<8).map { "\($0)" + String(repeating: "x", count: 70) }.joined(separator: " "))
        #expect(long.utf8.count <= Search.bytesMax && long.utf8.count > Search.bytesMax - 2 * Tokenizer.termBytesMax)
        #expect(words(String(repeating: "é", count: 5_000)).utf8.count == Tokenizer.termBytesMax)
    }

    @Test func aSearchIsAnsweredUntilSomethingElseIsDoneOrSilenceFalls() {
        var shop = Shop(seed: 2)
        let keywords = shop.keywords()
        let words = [RandomCatalogue.words[0]]
        #expect(!shop.answer(keywords, words).isEmpty)
        #expect(!shop.answer(keywords, words, at: 100, now: 1_100).isEmpty)
        #expect(shop.answer(keywords, words, at: 100, now: 1_101).isEmpty)
        for (time, isAnswered) in [(Int64(99), true), (100, true), (101, false)] {
            var entry = HistoryEntry(item: 1)
            entry.note(.removeFromCart, at: EventTime(milliseconds: time))
            var history = FlatList<HistoryEntry>()
            history.append(entry)
            #expect(shop.answer(keywords, words, history: history).isEmpty != isAnswered, "\(time)")
            history.free()
        }
        #expect(shop.answer(keywords, ["nowhere"]).isEmpty)
        #expect(!shop.random.query().isEmpty)
    }

    @Test func anAnswerNamesTheWordThatWeighedMost() {
        let index = ContentIndex(kept: true)
        for (item, title) in ["green tea", "green cup", "green pot", "green set", "green iron tea sencha"].enumerated() {
            var record = CatalogueRecord()
            record.title = title
            index.put(UInt32(item), record)
        }
        let keywords = Keywords(settings: EngineSettings.KeywordSettings(), sessionGap: 1_000, index: index)
        var query = Query(seeds: FlatList(), history: FlatList(), session: nil, now: EventTime(milliseconds: 5), windowEnd: .never)
        "sencha green tea".withView { query.searches.append(Search($0, at: EventTime(milliseconds: 5))) }
        defer {
            query.searches[0].words.free()
            query.searches.free()
        }
        let board = ScoreBoard()
        board.reserve(5)
        keywords.propose(query, on: board)
        let terms = board.candidates.indices.map { index in
            (board.candidates[index].item, keywords.evidence(board.candidates[index].because).term.text)
        }
        #expect(Dictionary(uniqueKeysWithValues: terms) == [0: "tea", 1: "green", 2: "green", 3: "green", 4: "sencha"])
        #expect(keywords.evidence(0).item == nil)
    }
}
