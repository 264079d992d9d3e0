import FreshetKernels
import Testing

@testable import FreshetLab

@Suite struct SpreadTests {
    @Test func theMedianOfAnEvenNumberIsTheMeanOfTheMiddleTwo() {
        #expect(Spread([4, 1, 3]) == Spread([1, 3, 4]))
        #expect(Spread([4, 1, 3])?.median == 3)
        #expect(Spread([4, 1, 3, 2])?.median == 2.5)
        #expect(Spread([7])?.range == 7...7)
    }

    @Test func withoutAValueThereIsNone() {
        #expect(Spread([]) == nil)
        #expect(Spread([1, .nan, 2]) == nil)
    }

    /// As many values lie on the one side of the median as on the other.
    @Test(arguments: 0..<20 as Range<UInt64>)
    func halfOfTheValuesLieOnEachSide(_ seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let values = (0..<1 + random.next(below: 30)).map { _ in Double(random.next(below: 20)) }
        let spread = try #require(Spread(values))
        #expect(values.count { $0 < spread.median } <= values.count / 2 && values.count { $0 > spread.median } <= values.count / 2)
        #expect(values.allSatisfy(spread.range.contains) && values.contains(spread.range.lowerBound) && values.contains(spread.range.upperBound))
    }
}

@Suite struct BenchReportTests {
    private var report: BenchReport {
        var report = BenchReport()
        report.add("one", 1.5, "MiB")
        report.add("several", Spread([3000, 1000, 2000]), "events/s")
        report.add("none", Spread([]), "events/s")
        return report
    }

    @Test func aFigureOfSeveralRunsHasItsLowestAndHighest() {
        #expect(
            report.json == #"{"one":{"value":1.5,"unit":"MiB"},"several":{"value":2000.0,"lowest":1000.0,"highest":3000.0,"unit":"events/s"},"#
                + #""none":{"value":null,"unit":"events/s"}}"# + "\n")
        #expect(report.table.split(separator: "\n")[1].hasSuffix("2 000 events/s [1 000 to 3 000]"))
    }
}
