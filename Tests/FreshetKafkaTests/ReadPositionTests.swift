import Testing

@testable import FreshetKafka

/// What of the client's messages counts.
struct ReadPositionTests {
    @Test func anEndMovesThePositionAndOldEndsSayNothing() {
        var position = ReadPosition(next: 5)
        let beforeAny = position.reaches(5)
        position.passes(5)
        let old = position.reaches(5)
        let behindMarker = position.reaches(7)
        // A record that comes twice moves nothing back.
        position.passes(5)
        let oldAgain = position.reaches(6)
        #expect([beforeAny, old, behindMarker, oldAgain] == [true, false, true, false])
    }

    @Test func moreIsToBeHadBelowTheHighWatermarkUnlessTheEndWasTold() {
        var position = ReadPosition(next: 5)
        #expect(!position.isShort(of: -1) && !position.isShort(of: 5) && position.isShort(of: 6))
        _ = position.reaches(8)
        // A transaction is open from 8 on.
        #expect(!position.isShort(of: 9))
        position.passes(8)
        #expect(!position.isShort(of: 9) && position.isShort(of: 10))
    }
}
