import FreshetKernels

@testable import FreshetCore

/// Random records whose words follow Zipf's law as those of shops do, and a slow index over them: every sum from scratch.
struct RandomCatalogue {
    var random: SplitMix64
    var items = 40
    static let words = [
        "tea", "green", "black", "set", "cup", "sencha", "matcha", "earl", "grey", "oolong", "pot", "iron", "glass", "travel", "gift", "organic",
        "japan", "china", "india", "large",
    ]
    static let runs = ["緑茶セット", "抹茶", "茶", "ชาเขียว"]

    init(seed: UInt64) { random = SplitMix64(seed: seed ^ 0xca7a) }

    private mutating func word() -> String {
        let rank = random.next(below: 1 + random.next(below: RandomCatalogue.words.count))
        return RandomCatalogue.words[rank]
    }

    private mutating func phrase(_ most: Int) -> String { (0..<random.next(below: most + 1)).map { _ in word() }.joined(separator: " ") }

    mutating func record() -> CatalogueRecord {
        var record = CatalogueRecord()
        record.title = phrase(6)
        if random.next(below: 4) == 0 { record.title += " " + RandomCatalogue.runs[random.next(below: RandomCatalogue.runs.count)] }
        if random.next(below: 5) == 0 { record.title += " 🍵" }
        record.brand = random.next(below: 3) == 0 ? word() : ""
        record.keywords = (0..<random.next(below: 3)).map { _ in phrase(2) }
        record.category = (0..<random.next(below: 3)).map { _ in word() }
        return record
    }

    /// Some words, each once.
    mutating func query() -> [String] {
        var words: [String] = []
        for _ in 0..<1 + random.next(below: 4) {
            let word = word()
            if !words.contains(word) { words.append(word) }
        }
        return words
    }
}

/// What an index should know of records, said anew from the records themselves.
struct SlowIndex {
    private(set) var frequencies: [UInt32: [String: UInt32]] = [:]
    private(set) var lengths: [UInt32: Int] = [:]

    init(_ records: [UInt32: CatalogueRecord]) {
        for (item, record) in records {
            var found: [String: UInt32] = [:]
            var length = 0
            for (texts, weight) in [([record.title], 3), ([record.brand], 2), (record.keywords, 2), (record.category, 1)] as [([String], UInt32)] {
                for text in texts {
                    for term in TokenizerTests.terms(text, .pieces) where length < ContentIndex.tokensMax {
                        found[term, default: 0] += weight
                        length += 1
                    }
                }
            }
            frequencies[item] = found
            lengths[item] = length
        }
    }

    func holding(_ term: String) -> Int { frequencies.values.filter { $0[term] != nil }.count }

    /// BM25 by item, from the formula of the books; `log` is the system's.
    func scores(_ words: [String], log: (Double) -> Double) -> [UInt32: Double] {
        let average = Double(lengths.values.reduce(0, +)) / Double(lengths.count)
        var scores: [UInt32: Double] = [:]
        for word in words {
            let (all, holding) = (Double(lengths.count), Double(holding(word)))
            let rarity = max(log((all - holding + 0.5) / (holding + 0.5)), 1e-6)
            for (item, terms) in frequencies {
                guard let frequency = terms[word].map({ Double($0) }) else { continue }
                let length = Double(lengths[item] ?? 0)
                scores[item, default: 0] += rarity * frequency * 2.2 / (frequency + 1.2 * (0.25 + 0.75 * length / average))
            }
        }
        return scores
    }
}

extension ContentIndex {
    /// Everything that it holds, by text.
    func contents() -> [String: [UInt32: UInt32]] {
        var contents: [String: [UInt32: UInt32]] = [:]
        for term in 0..<UInt32(terms.numbersEnd) where terms.contains(number: term) {
            var items: [UInt32: UInt32] = [:]
            postings[Int(term)].forEach(atMost: .max) { items[$0.item] = UInt32($0.frequency) }
            contents[terms[term].text] = items
        }
        return contents
    }

    /// The same from what it holds of each item.
    func contentsOfDocuments() -> [String: [UInt32: UInt32]] {
        var contents: [String: [UInt32: UInt32]] = [:]
        for item in documents.indices {
            let document = documents[item]
            for place in document.terms.indices {
                let term = document.terms[place]
                contents[terms[term.term].text, default: [:]][UInt32(item)] = UInt32(term.frequency)
            }
        }
        return contents
    }
}
