import FreshetKernels
import FreshetRuntime

/// Seeded faults against the real daemon: broker, disk and clock are models, everything else is what serves a shop.
///
/// A seed gives shop, settings and schedule; the same seed and schedule give the same run, step for step. `narrowed` removes faults from a
/// schedule that fails for as long as it still fails.
package struct Simulator {
    /// What came of one seed.
    package struct Outcome: Sendable {
        /// The seed.
        package var seed: UInt64
        /// The schedule, in the order of its making.
        package var schedule: [SimulatedFault]
        /// The faults of it that struck, in order.
        package var struck: [SimulatedFault]
        /// Stands for all that happened: the same in two runs only where they went the same way.
        package var trace: UInt64
        /// What must not have happened; none: the seed passes.
        package var violations: [String]
    }

    private let bug: PlantedBug?
    private let hasSides: Bool

    /// A simulator of the daemon as it is, or with a planted bug; `hasSides`: the shop has a catalogue and rules.
    package init(bug: PlantedBug? = nil, hasSides: Bool = false) {
        self.bug = bug
        self.hasSides = hasSides
    }

    private func plan(_ seed: UInt64) -> SimulationPlan { SimulationPlan(seed: seed, hasSides: hasSides) }

    /// Runs one seed.
    package func run(seed: UInt64) -> Outcome {
        let plan = plan(seed)
        let calm = SimulatedRun(plan, [])
        return outcome(plan, schedule(plan, calm), calm)
    }

    /// Runs one seed under a schedule of its own.
    package func run(seed: UInt64, schedule: [SimulatedFault]) -> Outcome {
        let plan = plan(seed)
        return outcome(plan, schedule, SimulatedRun(plan, []))
    }

    /// Takes faults out of a schedule that fails, as long as it fails: what is left is needed, every single one.
    package func narrowed(_ failing: Outcome) -> Outcome {
        let plan = plan(failing.seed)
        let calm = SimulatedRun(plan, [])
        let schedule = narrowing(failing.schedule) { !outcome(plan, $0, calm).violations.isEmpty }
        return outcome(plan, schedule, calm)
    }

    private func schedule(_ plan: SimulationPlan, _ calm: SimulatedRun) -> [SimulatedFault] {
        var random = SplitMix64(seed: plan.seed ^ 0xfa17)
        return SimulatedFault.schedule(&random, points: calm.world.points)
    }

    private func outcome(_ plan: SimulationPlan, _ schedule: [SimulatedFault], _ calm: SimulatedRun) -> Outcome {
        let run = SimulatedRun(plan, schedule, bug: bug)
        var violations = SimulationOracle(plan, run).violations
        if violations.isEmpty, !plan.isLive { violations = CalmComparison(plan, run, calm).violations }
        if violations.isEmpty { violations = Aftermath(plan, run).violations }
        return Outcome(seed: plan.seed, schedule: schedule, struck: run.world.struck, trace: run.world.trace, violations: violations)
    }
}
