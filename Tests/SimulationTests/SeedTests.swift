import FreshetLab
import Testing

/// The daemon under seeded faults. A seed that fails is replayed by `freshet simulate --seeds N..N`.
@Suite struct SeedTests {
    @Test(arguments: 0..<10) func faultsLeaveNoTrace(part: Int) {
        let simulator = Simulator()
        for seed in UInt64(part * 50)..<UInt64(part * 50 + 50) {
            let outcome = simulator.run(seed: seed)
            #expect(outcome.violations.isEmpty, "seed \(seed): \(outcome.violations.prefix(3)) \(outcome.schedule)")
        }
    }
}
