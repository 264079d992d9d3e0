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

    @Test(arguments: 0..<4) func faultsLeaveNoTraceWithACatalogueRulesAndErasures(part: Int) {
        let simulator = Simulator(hasSides: true)
        for seed in UInt64(part * 50)..<UInt64(part * 50 + 50) {
            let outcome = simulator.run(seed: seed)
            #expect(outcome.violations.isEmpty, "seed \(seed): \(outcome.violations.prefix(3)) \(outcome.schedule)")
        }
    }

    /// Seeds of long runs that have failed: a transaction that expired while its thread stood still, a commit that was asked for again behind its
    /// end, records that came again and were cut off.
    @Test(arguments: [1_002_570, 1_004_604, 1_005_638, 1_009_282, 1_010_706, 1_012_535, 1_016_990] as [UInt64])
    func whatFailedOncePasses(seed: UInt64) {
        let outcome = Simulator().run(seed: seed)
        #expect(outcome.violations.isEmpty, "\(outcome.violations.prefix(3)) \(outcome.schedule)")
    }
}
