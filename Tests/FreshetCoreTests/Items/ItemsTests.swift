import FreshetKernels
import Testing

@testable import FreshetCore

@Suite struct ItemsTests {
    private let maker = EventMaker()

    private func time(_ milliseconds: Int64) -> EventTime { EventTime(milliseconds: milliseconds) }

    @Test func anItemIsAsOldAsItsNewestEvent() {
        let items = Items()
        let a = items.add(maker.view("a"), at: time(5))
        let b = items.add(maker.view("b"), at: time(6))
        items.note(a, at: time(3))
        #expect(items.lastEvent(a) == time(5) && items.oldest() == a)
        items.note(a, at: time(9))
        #expect(items.lastEvent(a) == time(9) && items.oldest() == b)
    }

    @Test func itemsArePassedOverOneByOneBeforeTheyLeave() {
        let items = Items()
        for number in 0..<5 { _ = items.add(maker.view("i\(number)"), at: time(Int64(number))) }
        var leaving: [UInt32] = []
        while leaving.count < 3, let item = items.oldest() {
            items.passOver(item)
            leaving.append(item)
        }
        #expect(leaving == [0, 1, 2])
        for item in leaving { items.remove(item) }
        #expect(items.ids.count == 2 && items.oldest() == 3 && items.lastEvent(0) == .never)
        #expect(items.add(maker.view("new"), at: time(1)) == 0)
        #expect(items.oldest() == 0)
    }

    @Test func anEventThatChangesNothingIsNoChangedRow() {
        let items = Items()
        let a = items.add(maker.view("a"), at: time(5))
        var encoded = 0
        func changes() -> Int {
            encoded = 0
            items.changed.freeze()
            items.changed.encode = { _ in encoded += 1 }
            var budget = 100
            #expect(items.changed.encodeSlice(&budget))
            items.changed.encode = nil
            return encoded
        }
        #expect(changes() == 1)
        items.note(a, at: time(5))
        items.note(a, at: time(4))
        #expect(changes() == 0)
        items.note(a, at: time(6))
        #expect(changes() == 1)
    }

    @Test func anIdOrANumberThatIsTakenIsNotRestored() {
        let items = Items()
        #expect(items.restore(maker.view("a"), as: 2, lastEvent: time(7)))
        #expect(!items.restore(maker.view("a"), as: 3, lastEvent: time(7)) && !items.restore(maker.view("b"), as: 2, lastEvent: time(7)))
        items.finishRestore()
        #expect(items.oldest() == 2 && items.lastEvent(2) == time(7))
        #expect(items.add(maker.view("b"), at: time(9)) == 0)
    }
}
