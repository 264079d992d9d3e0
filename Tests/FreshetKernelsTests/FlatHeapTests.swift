import FreshetKernels
import Testing

@Suite struct FlatHeapTests {
    private struct Timer: BitwiseCopyable, Equatable {
        var time: Int
        var number: Int

        static func precedes(_ left: Timer, _ right: Timer) -> Bool {
            left.time != right.time ? left.time < right.time : left.number < right.number
        }
    }

    @Test func emptyingAHeapSortsByTheTotalOrder() {
        for seed in UInt64(0)..<200 {
            var random = SplitMix64(seed: seed)
            var heap = FlatHeap<Timer>()
            // Few times, so that most are decided by the number.
            let timers = (0..<random.next(below: 60)).map { Timer(time: random.next(below: 5), number: $0) }
            for timer in timers { heap.push(timer, by: Timer.precedes) }
            var emptied: [Timer] = []
            while let top = heap.top {
                emptied.append(top)
                heap.pop(by: Timer.precedes)
            }
            #expect(emptied == timers.sorted(by: Timer.precedes), "seed \(seed)")
            heap.free()
        }
    }

    @Test func whatIsTakenOutDoesNotDependOnTheOrderOfPushes() {
        var random = SplitMix64(seed: 7)
        var timers = (0..<40).map { Timer(time: $0 % 4, number: $0) }
        var first: [Timer]?
        for _ in 0..<50 {
            timers.shuffle(using: &random)
            var heap = FlatHeap<Timer>()
            for timer in timers { heap.push(timer, by: Timer.precedes) }
            var taken: [Timer] = []
            for _ in 0..<15 {
                if let top = heap.top { taken.append(top) }
                heap.pop(by: Timer.precedes)
            }
            #expect(taken == first ?? taken)
            first = taken
            heap.free()
        }
    }

    @Test func anEmptyHeapHasNoTopAndTakesUpAgain() {
        var heap = FlatHeap<Int>()
        defer { heap.free() }
        #expect(heap.top == nil)
        for value in [3, 1, 2] { heap.push(value, by: <) }
        #expect(Set(heap.unordered.indices.map { heap.unordered[$0] }) == [1, 2, 3])
        heap.removeAll()
        #expect(heap.top == nil && heap.count == 0)
        heap.push(9, by: <)
        heap.pop(by: <)
        #expect(heap.top == nil)
        heap.push(5, by: <)
        #expect(heap.top == 5)
    }

    @Test func replacingTheTopIsAPopAndAPush() {
        var random = SplitMix64(seed: 8)
        var replaced = FlatHeap<Int>()
        var popped = FlatHeap<Int>()
        defer {
            replaced.free()
            popped.free()
        }
        for value in 0..<50 {
            replaced.push(value * 7 % 50, by: <)
            popped.push(value * 7 % 50, by: <)
        }
        for _ in 0..<500 {
            let value = random.next(below: 100)
            replaced.replaceTop(value, by: <)
            popped.pop(by: <)
            popped.push(value, by: <)
            #expect(replaced.top == popped.top)
        }
    }
}
