import FreshetLab
import Testing

/// A simulator that finds nothing proves nothing: each planted bug must be found, its schedule narrowed, and found again by what is left.
@Suite struct PlantedBugTests {
    private static let seedsMax: UInt64 = 2_000

    @Test(arguments: PlantedBug.allCases) func aPlantedBugIsFound(bug: PlantedBug) throws {
        let simulator = Simulator(bug: bug)
        let found = try #require((0..<Self.seedsMax).lazy.map { simulator.run(seed: $0) }.first { !$0.violations.isEmpty }, "\(bug)")
        let narrowed = simulator.narrowed(found)
        #expect(!narrowed.violations.isEmpty)
        #expect(narrowed.schedule.count <= found.schedule.count)
        #expect(simulator.run(seed: found.seed, schedule: narrowed.schedule).violations == narrowed.violations)
        for left in narrowed.schedule.indices {
            var rest = narrowed.schedule
            rest.remove(at: left)
            #expect(simulator.run(seed: found.seed, schedule: rest).violations.isEmpty, "\(bug): \(narrowed.schedule[left]) can be spared")
        }
        // Without the bug the same faults leave no trace.
        #expect(Simulator().run(seed: found.seed, schedule: narrowed.schedule).violations.isEmpty)
    }
}
