import FreshetKernels
import Testing

@testable import FreshetCore

@Suite struct SessionTests {
    private func items(_ session: Session) -> [UInt32] { (0..<Int(session.count)).map { session.steps[$0] } }

    @Test func pushingAndRemovingEqualsAnArrayOfNewestFirst() {
        for limit in [1, 2, 7, 15, 16] {
            var random = SplitMix64(seed: UInt64(limit))
            var session = Session(key: 1, last: .never)
            var reference: [UInt32] = []
            for _ in 0..<2000 {
                let item = UInt32(random.next(below: 9))
                if random.next(below: 6) == 0 {
                    session.remove(item)
                    reference.removeAll { $0 == item }
                } else {
                    session.push(item, limit: limit)
                    if reference.first != item { reference = Array(([item] + reference).prefix(limit)) }
                }
                #expect(items(session) == reference, "limit \(limit)")
            }
        }
    }

    @Test func anImmediateRepeatIsOneStepAndALaterOneIsAnother() {
        var session = Session(key: 0, last: .never)
        for item in [UInt32(5), 5, 6, 5] { session.push(item, limit: 10) }
        #expect(items(session) == [5, 6, 5])
    }

    @Test func itemZeroIsToldFromAnEmptySession() {
        var session = Session(key: 0, last: .never)
        session.push(0, limit: 10)
        #expect(session.count == 1)
        session.remove(0)
        #expect(session.count == 0)
        session.push(0, limit: 10)
        #expect(items(session) == [0])
    }

    @Test func sessionsWithIdsAreNeverTheSilentOne() {
        let maker = EventMaker()
        #expect(Session.key(of: .empty) == 0)
        var keys: Set<UInt64> = []
        for number in 0..<1000 { keys.insert(Session.key(of: maker.view("s\(number)"))) }
        #expect(keys.count == 1000 && !keys.contains(0))
    }
}
