import FreshetKernels
import FreshetRuntime

/// One SIGKILL of a long series.
enum PlannedKill: Equatable {
    /// Of the daemon, at the N-th time of a named step.
    case step(DaemonStep, Int)
    /// Of the daemon, at a share of the usual time of a start.
    case midStart(Double)
    /// Of the daemon, so many microseconds after it is ready.
    case serving(Int)
    /// Of the broker, so many microseconds after the daemon is ready.
    case broker(Int)
}

/// A seeded series of kills: first every named step once, then the same steps, moments of a start and of serving in any order.
struct KillPlan {
    /// The steps in an order in which each one comes soon: the first ones on a state that is new, after a commit a batch to catch up with.
    static let firstSteps: [DaemonStep] = [
        .stateLoaded, .producerOpened, .offsetsRead, .probed, .startSaved, .ready, .collected, .applied, .begun, .produced, .offsetsSent,
        .committed, .caughtUpBatch, .checkpointBegun, .checkpointEncoded, .checkpointSaved, .drained,
    ]
    /// Steps that come more than once while a part of the log is worked off.
    private static let repeatedSteps: Set<DaemonStep> = [.collected, .applied, .begun, .produced, .offsetsSent, .committed]

    let kills: [PlannedKill]

    init(daemonKills: Int, brokerKills: Int, seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let later = Self.firstSteps.filter { $0 != .startSaved }
        var rest: [PlannedKill] = (Self.firstSteps.count..<daemonKills).map { number in
            switch number % 3 {
            case 0:
                let step = later[number / 3 % later.count]
                return .step(step, Self.repeatedSteps.contains(step) ? 1 + random.next(below: 5) : 1)
            case 1: return .midStart(Double(random.next(below: 1000)) / 1000)
            default: return .serving(random.next(below: 200_000))
            }
        }
        rest += (0..<brokerKills).map { _ in .broker(random.next(below: 100_000)) }
        for place in rest.indices.reversed() { rest.swapAt(place, random.next(below: place + 1)) }
        kills = Self.firstSteps.map { .step($0, 1) } + rest
    }
}
