import Testing

@testable import FreshetKafka

/// What of the client's messages counts.
struct AssignmentTests {
    @Test func recordsBelowTheExpectedOffsetAreDroppedAndCounted() {
        var assignment = Assignment([PartitionStart(TopicPartition("t", 0), at: 5)])
        let accepted = [5, 6, 4, 6, 9, 9, 10].map { assignment.expects($0, in: 0) }
        #expect(accepted == [true, true, false, false, true, false, true])
        #expect(assignment.droppedRecords == 3)
    }

    @Test func anEndMovesThePositionAndOldEndsSayNothing() {
        var assignment = Assignment([PartitionStart(TopicPartition("t", 0), at: 5)])
        let beforeAny = assignment.reaches(5, in: 0)
        let record = assignment.expects(5, in: 0)
        let old = assignment.reaches(5, in: 0)
        let behindMarker = assignment.reaches(7, in: 0)
        let below = assignment.expects(6, in: 0)
        #expect([beforeAny, record, old, behindMarker, below] == [true, true, false, true, false])
    }
}
