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
}
