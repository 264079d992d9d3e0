import FreshetKernels
import Testing

@testable import FreshetCore

@Suite struct DedupRingTests {
    /// Remembers in an array, the oldest in front, and looks through all of it.
    private struct Reference {
        var limit: Int
        var remembered: [(id: UInt64, time: Int64)] = []
        var next = 0

        mutating func isDuplicate(_ id: UInt64, at time: Int64, after end: Int64) -> Bool {
            if let place = remembered.firstIndex(where: { $0.id == id }) {
                if remembered[place].time > end { return true }
                remembered[place].time = time
                return false
            }
            if remembered.count < limit {
                remembered.append((id, time))
            } else if limit > 0 {
                remembered[next] = (id, time)
            }
            next = limit == 0 ? 0 : (next + 1) % limit
            return false
        }
    }

    private func print(_ id: UInt64) -> Fingerprint { Fingerprint(high: id, low: SplitMix64.mix(id)) }

    @Test(arguments: [0, 1, 2, 5, 64, 300]) func aRingEqualsAnArrayOfTheLastIds(limit: Int) {
        for seed in UInt64(0)..<20 {
            var random = SplitMix64(seed: seed)
            let ring = DedupRing(slotsMax: limit)
            var reference = Reference(limit: limit)
            for step in Int64(0)..<1500 {
                let id = UInt64(random.next(below: 2 * limit + 3))
                let end = step - Int64(random.next(below: 400))
                let expected = reference.isDuplicate(id, at: step, after: end)
                #expect(ring.isDuplicate(print(id), at: EventTime(milliseconds: step), after: EventTime(milliseconds: end)) == expected)
            }
            for id in 0..<UInt64(2 * limit + 3) { #expect(ring.holds(print(id)) == reference.remembered.contains { $0.id == id }) }
            #expect(ring.slots.count == reference.remembered.count && ring.slots.count <= limit)
        }
    }

    @Test func idsWhoseHashesCollideAreToldApart() {
        let ring = DedupRing(slotsMax: 40)
        // All at home in one place of the index: the low bits are the same.
        func colliding(_ number: UInt64) -> Fingerprint { Fingerprint(high: number, low: number << 32 | 7) }
        for number in UInt64(0)..<120 {
            #expect(!ring.isDuplicate(colliding(number), at: EventTime(milliseconds: Int64(number)), after: .never))
            let oldest = number < 40 ? 0 : number - 39
            #expect((0...number).allSatisfy { ring.holds(colliding($0)) == ($0 >= oldest) }, "after \(number)")
        }
    }

    @Test func anImpossiblePositionIsNotRestored() {
        for (slots, next, isPossible) in [(0, 0, true), (3, 3, true), (3, 4, false), (3, -1, false), (5, 2, true), (5, 5, false), (6, 0, false)] {
            let ring = DedupRing(slotsMax: 5)
            for slot in 0..<slots { ring.restore(slot: DedupRing.Slot(fingerprint: print(UInt64(slot)), time: .never)) }
            #expect(ring.finishRestore(next: next) == isPossible, "\(slots) slots, next \(next)")
        }
    }

    @Test func aRestoredRingGoesOnAsTheFirstOne() {
        let ring = DedupRing(slotsMax: 50)
        for id in UInt64(0)..<80 { _ = ring.isDuplicate(print(id), at: EventTime(milliseconds: Int64(id)), after: .never) }
        let restored = DedupRing(slotsMax: 50)
        for index in ring.slots.indices { restored.restore(slot: ring.slots[index]) }
        #expect(restored.finishRestore(next: ring.next))
        for id in UInt64(20)..<140 {
            let time = EventTime(milliseconds: Int64(id))
            #expect(ring.isDuplicate(print(id), at: time, after: .never) == restored.isDuplicate(print(id), at: time, after: .never), "id \(id)")
        }
        #expect(restored.byteCount > 0)
    }
}
