import Testing

@testable import FreshetKafka

/// What of the client's messages counts.
struct AssignmentTests {
    @Test func anEndMovesThePositionAndOldEndsSayNothing() {
        var assignment = Assignment([PartitionStart(TopicPartition("t", 0), at: 5)])
        let beforeAny = assignment.reaches(5, in: 0)
        assignment.passes(5, in: 0)
        let old = assignment.reaches(5, in: 0)
        let behindMarker = assignment.reaches(7, in: 0)
        // A record that comes twice moves nothing back.
        assignment.passes(5, in: 0)
        let oldAgain = assignment.reaches(6, in: 0)
        #expect([beforeAny, old, behindMarker, oldAgain] == [true, false, true, false])
    }
}
