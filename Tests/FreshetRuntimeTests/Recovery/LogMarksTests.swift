import FreshetKernels
import FreshetRuntime
import Testing

@Suite struct LogMarksTests {
    @Test func aNewLogBeginsWithNewerRecords() {
        // At the end of the first, behind a record of the second's future; the third was never read.
        let marks = LogMarks(time: 1_000, firstOffsets: [nil, 40, nil], read: [300, 90, 0])
        #expect(marks.replaced([nil, 40, nil]) == nil)
        #expect(marks.replaced([300, 40, 0]) == nil)
        #expect(marks.replaced([nil, 41, 7]) == nil)
        #expect(marks.replaced([0, 40, 0]) == 0)
        #expect(marks.replaced([299, 39, 0]) == 0)
        #expect(marks.replaced([310, 0, 0]) == 1)
    }

    @Test func marksAtTheFirstRecordSayLittle() {
        #expect(!LogMarks(time: 0, firstOffsets: [nil], read: [0]).areWeak([0]))
        #expect(LogMarks(time: 0, firstOffsets: [nil], read: [0]).areWeak([5]))
        #expect(LogMarks(time: 0, firstOffsets: [0], read: [9]).areWeak([9]))
        #expect(!LogMarks(time: 0, firstOffsets: [nil], read: [5]).areWeak([9]))
    }

    /// Whatever the records' times are, a log that grows at its end and loses at its beginning is never taken for another one.
    @Test func growthAndRetentionAreNoReplacement() {
        var random = SplitMix64(seed: 7)
        for _ in 0..<500 {
            var times: [Int64] = []
            var start = 0
            var marks: [LogMarks] = []
            func first(_ time: Int64) -> Int64? { times.indices.dropFirst(start).first { times[$0] >= time }.map(Int64.init) }
            for _ in 0..<30 {
                for _ in 0..<random.next(below: 5) { times.append(Int64(random.next(below: 50)) + Int64(times.count)) }
                start = min(times.count, start + random.next(below: 3))
                let read = Int64(start + random.next(below: times.count - start + 1))
                let time = Int64(random.next(below: 80))
                #expect(marks.allSatisfy { $0.replaced([first($0.time)]) == nil })
                marks.append(LogMarks(time: time, firstOffsets: [first(time)], read: [read]))
            }
        }
    }
}
