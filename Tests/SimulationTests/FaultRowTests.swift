import FreshetKernels
import FreshetLab
import FreshetRuntime
import Testing

/// Faults of the host, each kind by itself and often: the mixed schedules of the seeds could hide one behind another.
@Suite struct FaultRowTests {
    private static let steps: [DaemonStep] = [
        .ready, .collected, .applied, .begun, .produced, .offsetsSent, .committed, .checkpointBegun, .checkpointEncoded, .checkpointSaved,
    ]

    /// Runs seeds under schedules of `count` faults that `kind` makes, at steps and at saves, and answers how many struck.
    private func strike(_ seeds: [UInt64], _ count: Int, _ kind: (inout SplitMix64) -> (FaultPoint?, FaultKind)) -> Int {
        var struck = 0
        for seed in seeds {
            var random = SplitMix64(seed: seed ^ 0xd15c)
            let schedule = (0..<count).map { _ in
                let (point, kind) = kind(&random)
                let anywhere = FaultPoint.step(Self.steps[random.next(below: Self.steps.count)])
                return SimulatedFault(point ?? anywhere, 1 + random.next(below: point == .save ? 6 : 12), kind)
            }
            let outcome = Simulator().run(seed: seed, schedule: schedule)
            #expect(outcome.violations.isEmpty, "seed \(seed): \(outcome.violations.prefix(3)) \(schedule)")
            struck += outcome.struck.count
        }
        return struck
    }

    /// A violation would be a timer that fired, an event that was judged by the wrong clock, or another state than an undisturbed run's.
    @Test("FAULTS 16: the host's clock jumps by an hour, both ways") func theClockJumps() {
        let struck = strike(Array(1_000..<1_060), 6) { random in (nil, .clockJump(milliseconds: random.next(below: 2) == 0 ? 3_600_000 : -3_600_000))
        }
        #expect(struck > 100, "\(struck)")
    }

    @Test("FAULTS 23: the disk refuses checkpoints, some of which stand all the same, and those who start after a kill") func theDiskRefuses() {
        let struck = strike(Array(2_000..<2_060), 6) { random in
            random.next(below: 4) == 0
                ? (nil, .kill(.none)) : (.save, .saveFailure(times: 1 + random.next(below: 5), isApplied: random.next(below: 3) == 0))
        }
        #expect(struck > 100, "\(struck)")
    }

    /// Every fourth seed keeps its state with SQLite in real files, whose log is torn.
    @Test("FAULTS 39: power cuts, the last writes of the disk lost with them") func thePowerFails() {
        let seeds = Array(UInt64(3_000)..<3_045) + stride(from: UInt64(3_071), to: 3_071 + 14 * 64, by: 64)
        #expect(seeds.count { $0 % 64 == 63 } == 15)
        let struck = strike(seeds, 5) { random in (random.next(below: 3) == 0 ? .save : nil, .powerCut(savesLost: random.next(below: 4))) }
        #expect(struck > 100, "\(struck)")
    }

    @Test("FAULTS 42: polls bring records a second time, below the offset that is expected") func recordsComeTwice() {
        let struck = strike(Array(4_000..<4_060), 8) { random in (.call(.poll), .repetition(records: Int64(1 + random.next(below: 20)))) }
        #expect(struck > 200, "\(struck)")
    }
}
