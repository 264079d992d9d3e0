import FreshetKernels
import Testing

@Suite struct FlatListTests {
    @Test func extendingFillsOnlyWhatIsMissing() {
        var list = FlatList<Int32>()
        defer { list.free() }
        list.append(7)
        list.extend(to: 4, with: 9)
        list.extend(to: 2, with: 5)
        #expect(list.indices.map { list[$0] } == [7, 9, 9, 9])
    }

    @Test func truncatingAndRemovingKeepTheMemory() {
        var list = FlatList<Int64>()
        defer { list.free() }
        for value in Int64(0)..<100 { list.append(value) }
        let held = list.byteCount
        list.truncate(to: 60)
        list.removeLast()
        #expect(list.count == 59 && list[58] == 58)
        list.removeAll()
        #expect(list.isEmpty && list.byteCount == held)
        list.free()
        #expect(list.byteCount == 0)
        list.append(1)
        #expect(list.count == 1, "a list that gave its memory back can be used again")
    }

    @Test func copiesOfAHandleSeeTheSameElements() {
        var list = FlatList<Int>()
        defer { list.free() }
        list.extend(to: 3, with: 1)
        let copy = list
        list[1] = 5
        #expect(copy[1] == 5)
    }

    @Test func shortAndLongListsSortAlike() {
        var random = SplitMix64(seed: 1)
        for count in [0, 1, 2, 23, 24, 25, 26, 200] {
            var list = FlatList<UInt64>()
            let values = (0..<count).map { _ in random.next() % 50 << 32 | random.next() & 0xffff_ffff }
            for value in values { list.append(value) }
            list.sort(by: <)
            #expect(list.indices.map { list[$0] } == values.sorted(), "\(count) elements")
            list.free()
        }
    }

    @Test func aListWithALimitMakesNoMoreRoomThanThat() {
        var list = FlatList<UInt64>()
        defer { list.free() }
        for number in UInt64(0)..<100 { list.append(number, limit: 100) }
        #expect(list.byteCount == 800 && list[99] == 99)
        list.append(100, limit: 100)
        #expect(list.count == 101 && list[100] == 100, "what is said to be the limit loses nothing")
    }
}
