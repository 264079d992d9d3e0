import FreshetKernels
import Testing

@testable import FreshetCore

@Suite struct SearchTests {
    private struct Noted: Hashable {
        var words: String
        var time: Int64
    }

    private func searches(_ row: UserRow) -> Set<Noted> {
        Set(row.searches.indices.map { Noted(words: row.searches[$0].words.view.text, time: row.searches[$0].time.milliseconds) })
    }

    private func note(_ noted: [Noted], in row: inout UserRow, limit: Int) {
        for search in noted {
            search.words.withView { row.note(Search($0, at: EventTime(milliseconds: search.time)), limit: limit) }
        }
    }

    /// The last time of each, and of those the latest; among equals the first words.
    private func slow(_ noted: [Noted], limit: Int) -> Set<Noted> {
        var times: [String: Int64] = [:]
        for search in noted { times[search.words] = max(times[search.words] ?? .min, search.time) }
        let latest = times.sorted { left, right in
            left.value != right.value ? left.value > right.value : left.key.utf8.lexicographicallyPrecedes(right.key.utf8)
        }
        return Set(latest.prefix(limit).map { Noted(words: $0.key, time: $0.value) })
    }

    @Test func theNewestAreKeptInWhateverOrderTheyCome() {
        for seed in UInt64(0)..<300 {
            var random = SplitMix64(seed: seed)
            let limit = 1 + random.next(below: 5)
            let noted = (0..<random.next(below: 20)).map { _ in
                Noted(words: ["tea", "tea set", "cup", "緑茶", "🍵", "iron pot", "a"][random.next(below: 7)], time: Int64(random.next(below: 9)))
            }
            for order in [noted, noted.reversed(), noted.shuffled(using: &random)] {
                var row = UserRow()
                note(order, in: &row, limit: limit)
                #expect(searches(row) == slow(noted, limit: limit), "seed \(seed)")
                row.free()
            }
            // Those of two users who turn out to be one are those of one.
            let cut = random.next(below: noted.count + 1)
            var (first, second) = (UserRow(), UserRow())
            note(Array(noted[..<cut]), in: &first, limit: limit)
            note(Array(noted[cut...]), in: &second, limit: limit)
            for index in second.searches.indices { first.note(second.searches[index], limit: limit) }
            second.searches.free()
            #expect(searches(first) == slow(noted, limit: limit), "seed \(seed)")
            first.free()
        }
    }

    @Test func itsWordsStandBetweenBlanks() {
        func words(_ text: String) -> [String] {
            var search = text.withView { Search($0, at: EventTime(milliseconds: 1)) }
            defer { search.words.free() }
            var words: [String] = []
            search.forEachWord { words.append($0.text) }
            return words
        }
        #expect(words("tea") == ["tea"] && words("green tea 緑茶 🍵") == ["green", "tea", "緑茶", "🍵"])
    }

    @Test func theStoredFormIsReadBack() throws {
        var search = "green 緑茶".withView { Search($0, at: EventTime(milliseconds: 77)) }
        defer { search.words.free() }
        let bytes = ByteBuffer()
        search.encode(into: bytes)
        var reader = ByteReader(bytes.view)
        var read = try Search(from: &reader)
        defer { read.words.free() }
        try reader.finish()
        #expect(read.words.view == search.words.view && read.time == search.time)
        for end in 0..<bytes.count {
            var short = ByteReader(bytes.view[0..<end])
            #expect(throws: CodecError.self) { try Search(from: &short) }
        }
        bytes.removeAll()
        bytes.append(time: EventTime(milliseconds: 1))
        bytes.append(id: .empty)
        var empty = ByteReader(bytes.view)
        #expect(throws: CodecError.self) { try Search(from: &empty) }
    }
}
