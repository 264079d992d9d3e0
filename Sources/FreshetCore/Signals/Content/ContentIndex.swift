import FreshetKernels

/// Which item says which word: an inverted index over what the catalogue says of its items.
///
/// It follows from the catalogue alone, so it is not stored: it is made anew when a state is loaded. Terms have numbers that depend on the way
/// there; nothing that is published may.
final class ContentIndex {
    /// Terms that are read of one record, in the order of `Field`; what stands behind them is not found.
    static let tokensMax = 512

    /// A field of a record that is read, and what a word in it counts.
    enum Field: CaseIterable {
        case title, brand, keywords, category

        var weight: UInt16 {
            switch self {
            case .title: 3
            case .brand, .keywords: 2
            case .category: 1
            }
        }

        func texts(of record: CatalogueRecord) -> [String] {
            switch self {
            case .title: [record.title]
            case .brand: [record.brand]
            case .keywords: record.keywords
            case .category: record.category
            }
        }
    }

    /// A term of an item.
    struct DocumentTerm: BitwiseCopyable, Equatable {
        var term: UInt32
        /// How often it stands there, each time by the weight of its field: at most `tokensMax` times the largest weight.
        var frequency: UInt16
    }

    /// What is known of one item.
    struct Document: BitwiseCopyable {
        /// Its terms, each once, in the order of their first place.
        var terms = FlatList<DocumentTerm>()
        /// The length of the vector of frequencies, inverted; 0 without terms.
        var inverseNorm: Float = 0
        /// Terms, each as often as it stands there.
        var length: UInt16 = 0
        /// Whether the catalogue holds the item.
        var isHeld = false

        /// What stands of a term of an item, whose document this is, in the term's list.
        @inline(__always) func posting(of term: DocumentTerm, in item: UInt32) -> Posting {
            Posting(item: item, frequency: term.frequency, length: length, inverseNorm: inverseNorm)
        }

        func says(_ other: Document) -> Bool {
            guard isHeld == other.isHeld, length == other.length, terms.count == other.terms.count else { return false }
            return terms.indices.allSatisfy { terms[$0] == other.terms[$0] }
        }
    }

    let terms = IDTable()
    /// By term.
    @exclusivity(unchecked) private(set) var postings = FlatList<PostingList>()
    /// By item.
    @exclusivity(unchecked) private(set) var documents = FlatList<Document>()
    /// The number of items held.
    private(set) var count = 0
    /// The sum of their lengths.
    private(set) var tokens = 0
    private var postingCount = 0
    private let isKept: Bool
    private let tokenizer = Tokenizer()
    // Scratch memory: by term, how often it stands in the record that is read; and those terms.
    @exclusivity(unchecked) private var frequencies = FlatList<UInt16>()
    @exclusivity(unchecked) private var found = FlatList<UInt32>()
    /// By term: one more than its place among those that are looked for; 0 where it is none.
    @exclusivity(unchecked) var wantedPlaces = FlatList<UInt32>()
    // Of a match: the candidates that stand first.
    @exclusivity(unchecked) var selection = TopSelection(limit: 0)
    @exclusivity(unchecked) var leading = FlatList<Scored>()

    /// An index of nothing; it stays so where it is not `kept`.
    init(kept: Bool) { isKept = kept }

    deinit {
        for index in postings.indices { postings[index].free() }
        for index in documents.indices { documents[index].terms.free() }
        postings.free()
        documents.free()
        frequencies.free()
        found.free()
        wantedPlaces.free()
        selection.free()
        leading.free()
    }

    /// Bytes of memory held.
    var byteCount: Int {
        var bytes = terms.byteCount + postings.byteCount + documents.byteCount + frequencies.byteCount + wantedPlaces.byteCount
        for index in postings.indices { bytes += postings[index].byteCount }
        for index in documents.indices { bytes += documents[index].terms.byteCount }
        return bytes
    }

    /// What a term, and what an item's term, costs at most: its text and numbers, its first postings.
    private static let termBytes = 256
    private static let postingBytes = 28

    /// Bytes that the terms cost, reckoned from their numbers alone: the same however the index came to be.
    var reckonedBytes: Int { terms.count * ContentIndex.termBytes + postingCount * ContentIndex.postingBytes }

    // MARK: Change

    /// Takes what a record says of an item in the place of what was said before.
    func put(_ item: UInt32, _ record: CatalogueRecord) {
        guard isKept else { return }
        var document = read(record)
        documents.extend(to: max(documents.count, Int(item) + 1), with: Document())
        guard !documents[Int(item)].says(document) else { return document.terms.free() }
        // A term that stays keeps its number: it is let go only when the new ones are in.
        var earlier = withdraw(item)
        enter(item, document)
        release(&earlier)
    }

    /// Forgets an item, where it is held.
    func remove(_ item: UInt32) {
        guard Int(item) < documents.count, documents[Int(item)].isHeld else { return }
        var earlier = withdraw(item)
        release(&earlier)
    }

    private func read(_ record: CatalogueRecord) -> Document {
        found.removeAll()
        var document = Document()
        document.isHeld = true
        for field in Field.allCases {
            for text in field.texts(of: record) { read(text, field.weight, &document.length) }
        }
        var squares: UInt64 = 0
        for index in found.indices {
            let term = DocumentTerm(term: found[index], frequency: frequencies[Int(found[index])])
            document.terms.append(term, limit: found.count)
            squares += UInt64(term.frequency) * UInt64(term.frequency)
            frequencies[Int(term.term)] = 0
        }
        if squares > 0 { document.inverseNorm = Float(1 / Double(squares).squareRoot()) }
        return document
    }

    private func read(_ text: String, _ weight: UInt16, _ length: inout UInt16) {
        tokenizer.forEachTerm(of: text, .pieces) { term in
            guard length < ContentIndex.tokensMax else { return }
            length += 1
            let number = terms.intern(term).number
            frequencies.extend(to: max(frequencies.count, Int(number) + 1), with: 0)
            if frequencies[Int(number)] == 0 { found.append(number) }
            frequencies[Int(number)] += weight
        }
    }

    private func enter(_ item: UInt32, _ document: Document) {
        postings.extend(to: terms.numbersEnd, with: PostingList())
        wantedPlaces.extend(to: terms.numbersEnd, with: 0)
        for index in document.terms.indices {
            let term = document.terms[index]
            postings[Int(term.term)].insert(document.posting(of: term, in: item))
        }
        documents[Int(item)] = document
        count += 1
        tokens += Int(document.length)
        postingCount += document.terms.count
    }

    /// Takes an item out of all postings; answers what was said of it.
    private func withdraw(_ item: UInt32) -> Document {
        let document = documents[Int(item)]
        guard document.isHeld else { return document }
        for index in document.terms.indices { postings[Int(document.terms[index].term)].remove(item) }
        documents[Int(item)] = Document()
        count -= 1
        tokens -= Int(document.length)
        postingCount -= document.terms.count
        return document
    }

    /// Lets go of the terms that stand in no item any more.
    private func release(_ document: inout Document) {
        for index in document.terms.indices {
            let term = document.terms[index].term
            guard postings[Int(term)].count == 0 else { continue }
            postings[Int(term)].free()
            terms.remove(term)
        }
        document.terms.free()
    }
}
