import FreshetKernels
import Glibc
import Testing

@testable import FreshetCore

@Suite struct ContentTests {
    private static let halfLife: Int64 = 50_000

    /// A random query: items of a history, some of them live, and searches; its lists are freed by `free`.
    private func query(_ random: inout RandomCatalogue, items: Int, now: Int64) -> Query {
        var query = Query(seeds: FlatList(), history: FlatList(), session: nil, now: EventTime(milliseconds: now), windowEnd: .never)
        for number in 0..<random.random.next(below: 5) {
            var entry = HistoryEntry(item: UInt32((number * 7 + random.random.next(below: 7)) % items))
            let types: [EventType] = [.click, .cart, .purchase]
            entry.note(types[random.random.next(below: 3)], at: EventTime(milliseconds: now - Int64(random.random.next(below: 200_000))))
            entry.settle(entry.share(after: .never, ActionWeights(click: 1, cart: 3, purchase: 5)))
            query.history.append(entry)
            if number != 3 { query.seeds.append(entry) }
        }
        for _ in 0..<random.random.next(below: 3) {
            let words = random.query().joined(separator: " ")
            let time = EventTime(milliseconds: now - Int64(random.random.next(below: 200_000)))
            words.withView { query.searches.append(Search($0, at: time)) }
        }
        return query
    }

    private func free(_ query: Query) {
        var query = query
        for index in query.searches.indices { query.searches[index].words.free() }
        query.searches.free()
        query.seeds.free()
        query.history.free()
    }

    /// The whole profile by the rules in words: the weight of each term.
    private func slowProfile(_ query: Query, _ slow: SlowIndex) -> [String: Double] {
        func rest(_ time: EventTime) -> Double { exp2(-Double(query.now.milliseconds - time.milliseconds) / Double(ContentTests.halfLife)) }
        var profile: [String: Double] = [:]
        for index in query.seeds.indices {
            let seed = query.seeds[index]
            let terms = slow.frequencies[seed.item] ?? [:]
            let norm = terms.values.reduce(0.0) { $0 + Double($1 * $1) }.squareRoot()
            let weight = Double(seed.share.rating) * rest(seed.lastAction) / norm
            for (term, frequency) in terms { profile[term, default: 0] += weight * Double(frequency) }
        }
        for index in query.searches.indices {
            var words: [String] = []
            query.searches[index].forEachWord { words.append($0.text) }
            words = words.filter { slow.holding($0) > 0 }
            for word in words { profile[word, default: 0] += rest(query.searches[index].time) / Double(words.count).squareRoot() }
        }
        for term in profile.keys.sorted() {
            let (all, holding) = (Double(slow.frequencies.count), Double(slow.holding(term)))
            profile[term]? *= max(log((all - holding + 0.5) / (holding + 0.5)), 1e-6)
        }
        return profile
    }

    @Test func scoresAreCosinesOfTheProfileAndEachItem() {
        var checked = 0
        for seed in UInt64(0)..<60 {
            let (index, records, made) = ContentIndexTests.changed(300, seed: seed)
            var random = made
            let slow = SlowIndex(records)
            var settings = EngineSettings.ContentSettings()
            settings.halfLife = ContentTests.halfLife
            settings.profileTermsMax = 1_000
            let content = Content(settings: settings, clickWeight: 1, index: index)
            for _ in 0..<10 {
                let query = query(&random, items: 40, now: 1_000_000)
                defer { free(query) }
                let profile = slowProfile(query, slow)
                let length = profile.values.reduce(0) { $0 + $1 * $1 }.squareRoot()
                let own = Set(query.history.indices.map { query.history[$0].item })
                var expected: [UInt32: Double] = [:]
                for (item, terms) in slow.frequencies where !own.contains(item) {
                    let product = terms.reduce(0.0) { $0 + (profile[$1.key] ?? 0) * Double($1.value) }
                    let norm = terms.values.reduce(0.0) { $0 + Double($1 * $1) }.squareRoot()
                    if product > 0 { expected[item] = product / norm / length }
                }
                let found = scores(content, query)
                #expect(Set(found.keys) == Set(expected.keys), "seed \(seed)")
                // Ages are rounded to 2⁻¹⁶ of a half-life.
                for (item, score) in expected { #expect(found[item].map { isClose($0, score, within: 1e-4) } ?? false, "seed \(seed), item \(item)") }
                #expect(found.values.allSatisfy { $0 <= 1 + 1e-6 })
                checked += expected.count
            }
        }
        #expect(checked > 5_000)
    }

    private func scores(_ content: Content, _ query: Query) -> [UInt32: Double] {
        let board = ScoreBoard()
        board.reserve(100)
        content.propose(query, on: board)
        return Dictionary(uniqueKeysWithValues: board.candidates.indices.map { (board.candidates[$0].item, board.candidates[$0].score) })
    }

    @Test func aProfileHoldsItsHeaviestTermsAndHasLengthOne() {
        for seed in UInt64(0)..<40 {
            let (index, records, made) = ContentIndexTests.changed(300, seed: seed)
            var random = made
            let slow = SlowIndex(records)
            var settings = EngineSettings.ContentSettings()
            settings.halfLife = ContentTests.halfLife
            settings.profileTermsMax = 6
            let content = Content(settings: settings, clickWeight: 1, index: index)
            let query = query(&random, items: 40, now: 1_000_000)
            defer { free(query) }
            _ = scores(content, query)
            let whole = slowProfile(query, slow)
            #expect(content.profile.count == min(6, whole.count), "seed \(seed)")
            guard !content.profile.isEmpty else { continue }
            let kept = Set(content.profile.indices.map { index.terms[content.profile[$0].term].text })
            let lightest = kept.compactMap { whole[$0] }.min() ?? 0
            #expect(whole.filter { !kept.contains($0.key) }.values.allSatisfy { $0 <= lightest * (1 + 1e-3) }, "seed \(seed)")
            #expect(isClose(content.profile.indices.reduce(0.0) { $0 + content.profile[$1].weight * content.profile[$1].weight }, 1))
        }
    }

    @Test func aProposalNamesTheWordAndTheItemThatItIsOwedTo() {
        let index = ContentIndex(kept: true)
        for (item, title) in ["sencha tea", "iron pot", "sencha gift", "pot lid", "sugar", "milk", "cake"].enumerated() {
            var record = CatalogueRecord()
            record.title = title
            index.put(UInt32(item), record)
        }
        let content = Content(settings: EngineSettings.ContentSettings(), clickWeight: 1, index: index)
        var query = Query(seeds: FlatList(), history: FlatList(), session: nil, now: EventTime(milliseconds: 10), windowEnd: .never)
        for item in [UInt32(0), 1] {
            var entry = HistoryEntry(item: item)
            entry.note(.click, at: EventTime(milliseconds: 9 - Int64(item)))
            entry.settle(entry.share(after: .never, ActionWeights(click: 1, cart: 3, purchase: 5)))
            query.seeds.append(entry)
            query.history.append(entry)
        }
        "cake".withView { query.searches.append(Search($0, at: EventTime(milliseconds: 5))) }
        defer { free(query) }
        let board = ScoreBoard()
        board.reserve(10)
        content.propose(query, on: board)
        var evidence: [UInt32: String] = [:]
        for place in board.candidates.indices {
            let owed = content.evidence(board.candidates[place].because)
            evidence[board.candidates[place].item] = "\(owed.term.text) \(owed.item.map { "\($0)" } ?? "search")"
        }
        #expect(evidence == [2: "sencha 0", 3: "pot 1", 6: "cake search"])
    }

    @Test func withoutACatalogueOrAPastNothingIsProposed() {
        let index = ContentIndex(kept: true)
        let content = Content(settings: EngineSettings.ContentSettings(), clickWeight: 1, index: index)
        var query = Query(seeds: FlatList(), history: FlatList(), session: nil, now: EventTime(milliseconds: 10), windowEnd: .never)
        #expect(scores(content, query).isEmpty)
        var record = CatalogueRecord()
        record.title = "tea"
        index.put(0, record)
        #expect(scores(content, query).isEmpty)
        "tea".withView { query.searches.append(Search($0, at: EventTime(milliseconds: 5))) }
        defer { free(query) }
        #expect(scores(content, query).keys.sorted() == [0])
        query.windowEnd = EventTime(milliseconds: 5)
        #expect(scores(content, query).isEmpty, "what is out of the window counts nothing")
        var settings = EngineSettings.ContentSettings()
        settings.enabled = false
        #expect(Content(settings: settings, clickWeight: 1, index: index).blend == 0)
    }
}
