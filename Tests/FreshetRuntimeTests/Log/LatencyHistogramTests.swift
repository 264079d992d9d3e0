import FreshetKernels
import FreshetRuntime
import Testing

@Suite struct LatencyHistogramTests {
    @Test(arguments: 0..<20 as Range<UInt64>)
    func aQuantileIsAtMostASixteenthAboveTheSortedValue(_ seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        var histogram = LatencyHistogram()
        // Widths from a few milliseconds to years.
        let values = (0..<1 + generator.next(below: 3000)).map { _ in Int64(generator.next() >> UInt64(24 + generator.next(below: 40))) }
        for value in values { histogram.add(value) }
        let sorted = values.sorted()
        #expect(histogram.count == values.count && histogram.max == sorted.last)
        for quantile in [0.01, 0.5, 0.9, 0.99, 0.999, 1] {
            let exact = sorted[max(Int((Double(values.count) * quantile).rounded(.up)), 1) - 1]
            let found = histogram.value(at: quantile)
            #expect(found >= exact && found - exact <= exact / 16, "seed \(seed), \(quantile): \(found) for \(exact)")
        }
    }

    @Test func whatWasAddedSinceStandsAlone() {
        var older = LatencyHistogram()
        for value in 0..<100 { older.add(Int64(value)) }
        var newer = older
        for _ in 0..<10 { newer.add(7) }
        let rest = newer.since(older)
        #expect(rest.count == 10 && rest.value(at: 0.01) == 7 && rest.value(at: 1) == 7)
    }

    @Test func anEmptyOneAndClocksThatDifferAreZero() {
        var histogram = LatencyHistogram()
        #expect(histogram.value(at: 0.5) == 0)
        histogram.add(-5)
        #expect(histogram.value(at: 1) == 0 && histogram.count == 1)
    }
}
