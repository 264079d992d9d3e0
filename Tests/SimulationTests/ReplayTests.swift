import FreshetLab
import Testing

@Suite struct ReplayTests {
    @Test func aSeedReplaysExactly() {
        for seed in UInt64(700)..<720 {
            let (first, second) = (Simulator().run(seed: seed), Simulator().run(seed: seed))
            #expect(first.schedule == second.schedule)
            #expect(first.trace == second.trace)
        }
    }

    @Test func seedsDiffer() {
        let traces = (UInt64(0)..<50).map { Simulator().run(seed: $0).trace }
        #expect(Set(traces).count == traces.count)
    }

    /// All kinds of faults strike, at all kinds of points.
    @Test func nothingIsLeftOut() {
        var points: Set<String> = []
        var kinds: Set<String> = []
        for seed in UInt64(0)..<400 {
            for fault in Simulator().run(seed: seed).struck {
                points.insert(fault.point.name)
                kinds.insert(String(fault.kind.name.prefix { !$0.isNumber }))
            }
        }
        // 10 calls, 17 steps, save and load.
        #expect(points.count == 29)
        #expect(kinds.count >= 20, "\(kinds.sorted())")
    }
}
