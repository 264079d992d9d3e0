import Testing

@testable import FreshetKernels

@Suite struct CollectionsTests {
    private func withID<Result>(_ text: String, _ body: (ByteView) -> Result) -> Result {
        var text = text
        return text.withUTF8 { body(ByteView(UnsafeRawBufferPointer($0))) }
    }

    @Test func idTableEqualsADictionaryUnderRandomUse() {
        var random = SplitMix64(seed: 3)
        let table = IDTable()
        var reference: [String: UInt32] = [:]
        for _ in 0..<20_000 {
            let id = "id-\(random.next(below: 700))" + String(repeating: "x", count: random.next(below: 12))
            if random.next(below: 3) == 0, let number = reference[id] {
                table.remove(number)
                reference[id] = nil
            } else {
                let expected = reference[id] ?? UInt32((0...).first { !reference.values.contains(UInt32($0)) } ?? 0)
                let (number, isNew) = withID(id) { table.intern($0) }
                if reference.count < 40 || !isNew { #expect(number == expected, "the smallest free number") }
                #expect(isNew == (reference[id] == nil))
                reference[id] = number
            }
            if reference.count > 60, let victim = reference.keys.min() {
                table.remove(reference[victim] ?? 0)
                reference[victim] = nil
            }
        }
        #expect(table.count == reference.count)
        for (id, number) in reference { #expect(withID(id) { table.find($0) } == number && table[number].text == id) }
        var sorted = table.sortedNumbers()
        #expect(sorted.indices.map { table[sorted[$0]].text } == reference.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
        sorted.free()
    }

    @Test func countTableEqualsADictionaryUnderRandomUse() {
        var random = SplitMix64(seed: 4)
        var table = CountTable<Int64>()
        defer { table.free() }
        var reference: [UInt32: Int64] = [:]
        for step in 0..<20_000 {
            let key = UInt32(random.next(below: 90))
            let place = table.find(key)
            #expect((place >= 0) == (reference[key] != nil))
            if place < 0 {
                _ = table.append(key, Int64(step))
                reference[key] = Int64(step)
            } else if random.next(below: 2) == 0 {
                table.swapRemove(at: place)
                reference[key] = nil
            } else {
                table[place] += 1
                reference[key, default: 0] += 1
            }
        }
        #expect(Dictionary(uniqueKeysWithValues: (0..<table.count).map { (table.key($0), table[$0]) }) == reference)
    }

    @Test func heapGivesElementsInOrder() {
        var random = SplitMix64(seed: 5)
        var heap = FlatHeap<Int>()
        defer { heap.free() }
        var reference: [Int] = []
        for _ in 0..<5000 {
            if random.next(below: 3) > 0 || reference.isEmpty {
                let value = random.next(below: 1000)
                heap.push(value, by: <)
                reference.append(value)
            } else {
                let least = reference.min() ?? -1
                #expect(heap.top == least)
                if random.next(below: 2) == 0 {
                    heap.pop(by: <)
                    reference.remove(at: reference.firstIndex(of: least) ?? 0)
                } else {
                    heap.replaceTop(least + 50, by: <)
                    reference[reference.firstIndex(of: least) ?? 0] = least + 50
                }
            }
        }
        #expect(heap.count == reference.count)
    }

    @Test func topSelectionEqualsASort() {
        var random = SplitMix64(seed: 6)
        for limit in [0, 1, 5, 40, 200] {
            var selection = TopSelection(limit: limit)
            var best = FlatList<Scored>()
            let all = (0..<150).map { Scored(number: UInt32($0), score: Double(random.next(below: 20))) }
            for candidate in all { if selection.offer(candidate) { selection.discard(ties: <) } }
            selection.finish(into: &best, ties: <)
            let expected = all.sorted { $0.score != $1.score ? $0.score > $1.score : $0.number < $1.number }.prefix(limit)
            #expect(best.indices.map { best[$0].number } == expected.map(\.number))
            best.free()
            selection.free()
        }
    }

    @Test func listsInsertRemoveAndSortLikeArrays() {
        var random = SplitMix64(seed: 7)
        var list = FlatList<Int>()
        defer { list.free() }
        var reference: [Int] = []
        for step in 0..<4000 {
            switch random.next(below: 5) {
            case 0, 1:
                list.append(step)
                reference.append(step)
            case 2:
                let place = random.next(below: reference.count + 1)
                list.insert(step, at: place)
                reference.insert(step, at: place)
            case 3 where !reference.isEmpty:
                let place = random.next(below: reference.count)
                list.remove(at: place)
                reference.remove(at: place)
            default:
                guard !reference.isEmpty else { continue }
                let place = random.next(below: reference.count)
                list.swapRemove(at: place)
                reference[place] = reference[reference.count - 1]
                reference.removeLast()
            }
        }
        #expect(list.indices.map { list[$0] } == reference)
        list.sort { $0 > $1 }
        #expect(list.indices.map { list[$0] } == reference.sorted(by: >))
    }
}
