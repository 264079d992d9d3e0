import FreshetKernels
import Testing

@testable import FreshetCore

@Suite struct ContentIndexTests {
    /// An index and the records that it was told of, after random changes.
    static func changed(
        _ steps: Int, seed: UInt64, items: Int = 40
    ) -> (index: ContentIndex, records: [UInt32: CatalogueRecord], random: RandomCatalogue) {
        var random = RandomCatalogue(seed: seed)
        let index = ContentIndex(kept: true)
        var records: [UInt32: CatalogueRecord] = [:]
        for _ in 0..<steps {
            let item = UInt32(random.random.next(below: items))
            if random.random.next(below: 4) == 0 {
                index.remove(item)
                records[item] = nil
            } else {
                var record = random.record()
                // Now and then only what is not read changes.
                if let held = records[item], random.random.next(below: 3) == 0 { record = held }
                record.price = Double(random.random.next(below: 100))
                index.put(item, record)
                records[item] = record
            }
        }
        return (index, records, random)
    }

    @Test func aChangedIndexIsTheOneMadeAnew() {
        for seed in UInt64(0)..<60 {
            let (index, records, _) = ContentIndexTests.changed(300, seed: seed)
            let anew = ContentIndex(kept: true)
            for item in records.keys.sorted() { if let record = records[item] { anew.put(item, record) } }
            let slow = SlowIndex(records)
            var expected: [String: [UInt32: UInt32]] = [:]
            for (item, terms) in slow.frequencies { for (term, count) in terms { expected[term, default: [:]][item] = count } }
            for index in [index, anew] {
                #expect(index.contents() == expected && index.contentsOfDocuments() == expected, "seed \(seed)")
                #expect(index.count == records.count && index.tokens == slow.lengths.values.reduce(0, +), "seed \(seed)")
                #expect(index.terms.count == expected.count, "seed \(seed)")
            }
            #expect(index.reckonedBytes == anew.reckonedBytes, "seed \(seed)")
            for item in records.keys.sorted() { index.remove(item) }
            #expect(index.terms.count == 0 && index.count == 0 && index.tokens == 0 && index.reckonedBytes == 0, "seed \(seed)")
        }
    }

    @Test func anItemHasALengthedVector() {
        let (index, records, _) = ContentIndexTests.changed(200, seed: 1)
        for item in records.keys {
            let document = index.documents[Int(item)]
            var squares = 0.0
            for place in document.terms.indices {
                let frequency = Double(document.terms[place].frequency)
                squares += frequency * frequency
            }
            #expect(document.inverseNorm == (document.terms.isEmpty ? 0 : Float(1 / squares.squareRoot())))
        }
    }

    @Test func ofALongRecordTheFirstTermsAreRead() {
        let index = ContentIndex(kept: true)
        var record = CatalogueRecord()
        record.title = "title"
        record.keywords = (0..<64).map { number in (0..<20).map { "w\(number)x\($0)" }.joined(separator: " ") }
        record.category = ["left", "out"]
        index.put(0, record)
        #expect(index.tokens == ContentIndex.tokensMax && index.documents[0].terms.count == ContentIndex.tokensMax)
        #expect(index.contents()["title"] == [0: 3] && index.contents()["w0x0"] == [0: 2] && index.contents()["left"] == nil)
        index.put(0, CatalogueRecord())
        #expect(index.terms.count == 0 && index.count == 1)
    }

    @Test func anIndexThatIsNotKeptHoldsNothing() {
        let index = ContentIndex(kept: false)
        var record = CatalogueRecord()
        record.title = "tea"
        index.put(3, record)
        index.remove(3)
        #expect(index.count == 0 && index.terms.count == 0 && index.documents.isEmpty)
    }

    /// A word that all items say counts for those whom the rare word put first, and they stand before all others; ties go by number.
    @Test func aFrequentWordCountsForThoseWhoStandFirst() {
        let index = ContentIndex(kept: true)
        for item in 0..<UInt32(300) {
            var record = CatalogueRecord()
            record.title = (item % 5 == 0 ? "sencha " : "") + "tea" + String(repeating: " x", count: Int(item) % 40)
            index.put(item, record)
        }
        func scores(_ words: [String], completed: Int) -> [UInt32: Double] {
            var wanted = FlatList<WantedTerm>()
            for word in words { if let term = word.withView({ index.terms.find($0) }) { wanted.append(WantedTerm(term: term, weight: 1)) } }
            defer { wanted.free() }
            let board = ScoreBoard()
            board.reserve(300)
            index.match(&wanted, postingsMax: 60, completedMax: completed, on: board) { $0.weight * Double($1.frequency) / Double($1.length) }
            return Dictionary(uniqueKeysWithValues: board.candidates.indices.map { (board.candidates[$0].item, board.candidates[$0].score) })
        }
        let alone = scores(["sencha"], completed: .max)
        #expect(alone.count == 60)
        for completed in [0, 1, 10, 59, 60, .max] {
            let found = scores(["sencha", "tea"], completed: completed)
            let first = Set(alone.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(completed).map(\.key))
            for (item, score) in alone { #expect(found[item] == (first.contains(item) ? 2 * score : score), "\(completed), item \(item)") }
            #expect(found.count == 60)
        }
    }

    /// What it reckons is about what it holds: the limit of the catalogue's memory counts on it.
    @Test func itReckonsWithAboutTheMemoryThatItHolds() {
        let (index, records, _) = ContentIndexTests.changed(6_000, seed: 5, items: 2_000)
        var unique = records
        for item in records.keys { unique[item]?.title += " model\(item)" }
        for item in unique.keys.sorted() { if let record = unique[item] { index.put(item, record) } }
        let rows = index.documents.count * MemoryLayout<ContentIndex.Document>.stride
        #expect(index.byteCount - rows <= 2 * index.reckonedBytes && index.reckonedBytes <= 4 * (index.byteCount - rows))
    }
}
