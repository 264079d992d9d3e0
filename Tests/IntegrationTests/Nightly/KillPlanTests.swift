import FreshetRuntime
import Testing

@Suite struct KillPlanTests {
    private let plan = KillPlan(daemonKills: 100, brokerKills: 10, seed: 200)

    @Test func everyStepIsMetFirst() {
        #expect(Set(KillPlan.firstSteps) == Set(DaemonStep.allCases) && KillPlan.firstSteps.count == DaemonStep.allCases.count)
        #expect(plan.kills.prefix(KillPlan.firstSteps.count).elementsEqual(KillPlan.firstSteps.map { .step($0, 1) }))
    }

    @Test func allKindsComeInAnyOrder() {
        #expect(plan.kills.count == 110)
        let rest = plan.kills.dropFirst(KillPlan.firstSteps.count)
        let isBroker = rest.map { if case .broker = $0 { true } else { false } }
        #expect(isBroker.count { $0 } == 10 && !isBroker.suffix(10).allSatisfy { $0 })
        #expect(rest.count { if case .midStart = $0 { true } else { false } } > 20)
        #expect(rest.count { if case .serving = $0 { true } else { false } } > 20)
        #expect(plan.kills == KillPlan(daemonKills: 100, brokerKills: 10, seed: 200).kills)
        #expect(plan.kills != KillPlan(daemonKills: 100, brokerKills: 10, seed: 201).kills)
    }
}
