import FreshetKernels
import Testing

@testable import FreshetCore

@Suite struct EvictionOrderTests {
    /// Times of rows by id, sorted anew at each question.
    private struct Reference {
        var times: [String: Int64] = [:]

        var oldest: String? {
            times.min { $0.value != $1.value ? $0.value < $1.value : $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }?.key
        }
    }

    @Test func theOldestRowIsThatOfASlowSortWhateverCameAndLeft() {
        for seed in UInt64(0)..<60 {
            var random = SplitMix64(seed: seed)
            let maker = EventMaker()
            let ids = IDTable()
            let order = EvictionOrder(ids: ids)
            var reference = Reference()
            for step in 0..<400 {
                let id = "r\(random.next(below: 40))"
                if let time = reference.times[id], let number = ids.find(maker.view(id)) {
                    if random.next(below: 3) == 0 {
                        order.remove(number)
                        ids.remove(number)
                        reference.times[id] = nil
                    } else {
                        // Last event times only grow; the order is not told.
                        reference.times[id] = time + Int64(random.next(below: 30))
                    }
                } else {
                    let time = Int64(step / 10)
                    order.add(ids.intern(maker.view(id)).number, at: EventTime(milliseconds: time))
                    reference.times[id] = time
                }
                let oldest = order.oldest { EventTime(milliseconds: reference.times[ids[$0].text] ?? -1) }
                #expect(oldest.map { ids[$0].text } == reference.oldest, "seed \(seed), step \(step)")
            }
        }
    }

    @Test func removingWhatIsNotInTheOrderDoesNothing() {
        let maker = EventMaker()
        let ids = IDTable()
        let order = EvictionOrder(ids: ids)
        order.remove(7)
        let a = ids.intern(maker.view("a")).number
        order.add(a, at: EventTime(milliseconds: 1))
        order.remove(a)
        order.remove(a)
        #expect(order.oldest { _ in EventTime(milliseconds: 1) } == nil)
    }
}
