import FreshetKernels
import Testing

@testable import FreshetLab

@Suite struct LatencySampleTests {
    @Test(arguments: 0..<20 as Range<UInt64>)
    func aQuantileIsTheLeastTimeThatTheShareDoesNotExceed(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var sample = LatencySample()
        let times = (0..<1 + random.next(below: 500)).map { _ in UInt64(random.next(below: 1000)) * 1_000_000 }
        for time in times { sample.add(time) }
        for quantile in [0.01, 0.5, 0.9, 0.99, 1] {
            let slow = times.filter { time in Double(times.count { $0 <= time }) >= quantile * Double(times.count) }.min() ?? 0
            #expect(sample.milliseconds(at: quantile) == Double(slow) / 1e6, "seed \(seed), \(quantile)")
        }
    }

    @Test func timesMayComeBetweenTwoLooks() {
        var sample = LatencySample()
        #expect(sample.milliseconds(at: 0.5).isNaN)
        sample.add(5_000_000)
        #expect(sample.milliseconds(at: 0.5) == 5)
        sample.add(1_000_000)
        #expect(sample.milliseconds(at: 0.5) == 1 && sample.milliseconds(at: 1) == 5 && sample.count == 2)
    }
}
