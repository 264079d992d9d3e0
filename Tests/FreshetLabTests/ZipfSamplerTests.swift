import FreshetKernels
import FreshetLab
import Testing

@Suite struct ZipfSamplerTests {
    @Test(arguments: [1, 2, 10, 1000], [0, 10]) func ranksComeUpByZipfsLaw(_ count: Int, _ offset: Int) {
        let sampler = ZipfSampler(count: count, offset: offset)
        var random = SplitMix64(seed: 7)
        var drawn = [Int](repeating: 0, count: count)
        let draws = 200_000
        for _ in 0..<draws { drawn[sampler.next(&random)] += 1 }
        let harmonic = (1...count).reduce(0.0) { $0 + 1 / Double($1 + offset) }
        for rank in 0..<min(count, 10) {
            let expected = Double(draws) / (harmonic * Double(rank + 1 + offset))
            // Five standard deviations.
            #expect(abs(Double(drawn[rank]) - expected) <= 5 * expected.squareRoot(), "rank \(rank)")
        }
        #expect(drawn.reduce(0, +) == draws)
    }

    @Test(arguments: [3, 20, 200]) func allRanksTogetherPassAChiSquareTest(_ count: Int) {
        let sampler = ZipfSampler(count: count)
        let harmonic = (1...count).reduce(0.0) { $0 + 1 / Double($1) }
        var random = SplitMix64(seed: 11)
        let draws = 100_000
        var drawn = [Int](repeating: 0, count: count)
        for _ in 0..<draws { drawn[sampler.next(&random)] += 1 }
        let chiSquare = drawn.enumerated().reduce(0.0) { sum, rank in
            let expected = Double(draws) / (harmonic * Double(rank.offset + 1))
            return sum + (Double(rank.element) - expected) * (Double(rank.element) - expected) / expected
        }
        // Mean = count − 1, variance = 2 (count − 1): five standard deviations above the mean.
        #expect(chiSquare < Double(count - 1) + 5 * (2 * Double(count - 1)).squareRoot())
    }

    @Test func theSameSeedDrawsTheSameRanks() {
        let sampler = ZipfSampler(count: 500)
        func ranks(_ seed: UInt64) -> [Int] {
            var random = SplitMix64(seed: seed)
            return (0..<100).map { _ in sampler.next(&random) }
        }
        #expect(ranks(1) == ranks(1) && ranks(1) != ranks(2))
        #expect(sampler.count == 500 && ranks(3).allSatisfy { (0..<500).contains($0) })
    }
}
