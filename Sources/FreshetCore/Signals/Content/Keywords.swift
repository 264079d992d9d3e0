import FreshetKernels

/// The answer to a search: items by BM25 (Robertson and others, TREC-3, 1994), with SQLite's constants and its handling of frequent words.
///
/// A search is answered until the user does something else, or falls silent; from then on its words count in `Content` only.
final class Keywords: Signal {
    static let name: StaticString = "keywords"
    static let k1 = 1.2
    static let b = 0.75
    /// Bytes of a query that are read.
    private static let queryBytesMax = 1_024

    let settings: EngineSettings.KeywordSettings
    let index: ContentIndex
    /// Silence after which a search is not answered any more.
    private let sessionGap: Int64
    private let tokenizer = Tokenizer()
    private let words = ByteBuffer()
    @exclusivity(unchecked) private var wanted = FlatList<WantedTerm>()

    init(settings: EngineSettings.KeywordSettings, sessionGap: Int64, index: ContentIndex) {
        self.settings = settings
        self.index = index
        self.sessionGap = sessionGap
    }

    deinit { wanted.free() }

    var blend: Int32 { settings.enabled ? settings.blend : 0 }

    /// The words of a query, each once, as a `Search` holds them; valid until the next call.
    func words(of query: ByteView) -> ByteView {
        words.removeAll()
        var ranges: [Range<Int>] = []
        let text = query[0..<min(query.count, Keywords.queryBytesMax)].text
        tokenizer.forEachTerm(of: text, .trigrams) { term in
            guard ranges.count < Search.wordsMax, words.count + 1 + term.count <= Search.bytesMax else { return }
            guard !ranges.contains(where: { words[$0] == term }) else { return }
            if !ranges.isEmpty { words.append(Search.blank) }
            ranges.append(words.count..<words.count + term.count)
            words.append(term)
        }
        return words.view
    }

    func propose(_ query: Query, on board: ScoreBoard) {
        guard let search = Keywords.newest(of: query, sessionGap) else { return }
        wanted.removeAll()
        search.forEachWord { word in
            if let term = index.terms.find(word) { wanted.append(WantedTerm(term: term, weight: index.inverseFrequency(term))) }
        }
        guard !wanted.isEmpty else { return }
        let lengthFactor = Keywords.k1 * Keywords.b * Double(index.count) / Double(index.tokens)
        index.match(&wanted, postingsMax: settings.postingsMax, on: board) { term, posting in
            let frequency = Double(posting.frequency)
            let saturation = Keywords.k1 * (1 - Keywords.b) + lengthFactor * Double(posting.length)
            return term.weight * (frequency * (Keywords.k1 + 1)) / (frequency + saturation)
        }
    }

    /// The word that weighed most.
    func evidence(_ because: UInt32) -> Evidence {
        Evidence(item: nil, term: index.terms[wanted[Int(because)].term])
    }

    /// The search that is to be answered; `nil` where the user did something since, or is silent.
    private static func newest(of query: Query, _ sessionGap: Int64) -> Search? {
        guard let first = query.searches.indices.first else { return nil }
        var newest = query.searches[first]
        for index in query.searches.indices where query.searches[index].outlasts(newest) { newest = query.searches[index] }
        guard query.now.milliseconds - newest.time.milliseconds <= sessionGap else { return nil }
        for index in query.history.indices where query.history[index].lastAction > newest.time { return nil }
        return newest
    }
}
