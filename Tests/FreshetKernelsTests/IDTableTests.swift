import FreshetKernels
import Testing

@Suite struct IDTableTests {
    private let arena = ByteArena()

    private func view(_ text: String) -> ByteView {
        var text = text
        return text.withUTF8 { arena.copy(ByteView(UnsafeRawBufferPointer($0))) }
    }

    /// Ids that share their first eight bytes, are each other's prefixes, are empty, or are no ASCII.
    private let odd = ["", "a", "aa", "aaaaaaaa", "aaaaaaaaa", "aaaaaaaab", "aaaaaaaa\u{0}", "é", "日本", "\u{0}", "\u{0}\u{0}", "zzzzzzzzzzzzzzzzz"]

    @Test func oddIdsAreToldApartAndOrderedByTheirBytes() {
        let table = IDTable()
        for (number, id) in odd.enumerated() { #expect(table.intern(view(id)).number == UInt32(number)) }
        for (number, id) in odd.enumerated() { #expect(table.find(view(id)) == UInt32(number)) }
        for left in odd.indices {
            for right in odd.indices {
                let expected = odd[left].utf8.lexicographicallyPrecedes(odd[right].utf8)
                #expect(table.precedes(UInt32(left), UInt32(right)) == expected, "\(odd[left].debugDescription), \(odd[right].debugDescription)")
            }
        }
    }

    @Test func aTableRestoredByNumberGoesOnAsTheFirstOne() {
        for seed in UInt64(0)..<30 {
            var random = SplitMix64(seed: seed)
            let table = IDTable()
            for step in 0..<200 {
                let number = table.intern(view("id\(random.next(below: 60))")).number
                if step % 3 == 0, random.next(below: 2) == 0 { table.remove(number) }
            }
            let restored = IDTable()
            var rows = (0..<UInt32(table.numbersEnd)).filter { table.contains(number: $0) }
            rows.shuffle(using: &random)
            for number in rows { #expect(restored.restore(table[number], as: number)) }
            restored.finishRestore()
            #expect(restored.count == table.count)
            // A run that went on from storage gives the same numbers to the same newcomers.
            for step in 0..<50 {
                #expect(restored.nextNumber == table.nextNumber)
                let id = view("new\(step)")
                #expect(restored.intern(id) == table.intern(id))
                if step % 4 == 0, let old = table.find(view("id\(step)")) {
                    table.remove(old)
                    restored.remove(old)
                }
            }
        }
    }

    @Test func aNumberOrAnIdThatIsTakenIsNotRestoredTwice() {
        let table = IDTable()
        #expect(table.restore(view("a"), as: 4))
        #expect(!table.restore(view("b"), as: 4))
        #expect(!table.restore(view("a"), as: 5))
        #expect(table.restore(view("b"), as: 0))
        table.finishRestore()
        #expect(table.nextNumber == 1, "the smallest free number comes first")
        #expect(table.count == 2 && !table.contains(number: 5) && !table.contains(number: 99))
    }

    @Test func idsAreKeptThoughTheirSourceIsGone() {
        let table = IDTable()
        var bytes = Array("first".utf8)
        let number = bytes.withUnsafeBytes { table.intern(ByteView($0)).number }
        bytes = Array("other".utf8)
        #expect(table[number].text == "first" && table.find(view("first")) == number)
        #expect(bytes.withUnsafeBytes { table.find(ByteView($0)) } == nil)
    }

    @Test func forgettingAllStartsAtZeroAgain() {
        let table = IDTable()
        for number in 0..<300 { _ = table.intern(view("id\(number)")) }
        let before = table.byteCount
        table.removeAll()
        #expect(table.count == 0 && table.find(view("id7")) == nil && table.byteCount < before)
        #expect(table.intern(view("id7")) == (0, true))
    }
}
