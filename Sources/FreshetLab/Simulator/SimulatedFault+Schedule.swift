import FreshetKernels
import FreshetRuntime

extension SimulatedFault {
    /// The faults of one seed: few or many, of all kinds or of some, anywhere among the points that a calm run passes.
    static func schedule(_ random: inout SplitMix64, points: [FaultPoint: Int]) -> [SimulatedFault] {
        let count = 1 + min(random.next(below: 16), random.next(below: 16))
        // Some seeds do without most kinds: what they provoke is not hidden by something louder.
        let kinds = UInt64.random(in: 0 ... .max, using: &random) | UInt64.random(in: 0 ... .max, using: &random)
        var schedule: [SimulatedFault] = []
        while schedule.count < count {
            let point = anyPoint(&random)
            let (number, kind) = anyKind(at: point, &random)
            guard kinds >> UInt64(number) & 1 == 1 || random.next(below: 8) == 0 else { continue }
            let passed = max(points[point] ?? 0, 4)
            schedule.append(SimulatedFault(point, 1 + random.next(below: passed + passed / 4), kind))
        }
        return schedule
    }

    private static let calls: [MemoryCall] = [
        .commit, .commit, .commit, .begin, .produce, .produce, .sendOffsets, .sendOffsets, .abort, .openProducer, .openProducer, .committed, .poll,
        .poll, .read, .metadata,
    ]

    private static func anyPoint(_ random: inout SplitMix64) -> FaultPoint {
        switch random.next(below: 16) {
        case 0...8: .call(calls[random.next(below: calls.count)])
        case 9...13: .step(DaemonStep.allCases[random.next(below: DaemonStep.allCases.count)])
        case 14: .save
        default: random.next(below: 3) == 0 ? .load : .save
        }
    }

    /// A kind that fits the point, and its number.
    private static func anyKind(at point: FaultPoint, _ random: inout SplitMix64) -> (Int, FaultKind) {
        switch point {
        case .call(let call) where random.next(below: 2) == 0: failure(of: call, &random)
        case .save where random.next(below: 2) == 0:
            (20, .saveFailure(times: 1 + random.next(below: 4), isApplied: random.next(below: 3) == 0))
        case .load where random.next(below: 2) == 0: (21, .loadFailure)
        case .call, .step, .save, .load: event(&random)
        }
    }

    private static func failure(of call: MemoryCall, _ random: inout SplitMix64) -> (Int, FaultKind) {
        switch call {
        case .openProducer, .committed, .read, .metadata:
            return (22, .failure(random.next(below: 2) == 0 ? .unreachable : .timedOut(isApplied: random.next(below: 2) == 0)))
        case .poll:
            switch random.next(below: 3) {
            case 0: return (23, .failure(.unreachable))
            case 1: return (24, .silence(partitions: random.next(), polls: 1 + random.next(below: 30)))
            default: return (25, .repetition(records: Int64(1 + random.next(below: 9))))
            }
        case .begin, .produce, .sendOffsets, .commit, .abort:
            let faults: [MemoryFault] = [
                .retriable, .abortable, .fatal, .unknown(isApplied: true), .unknown(isApplied: false), .timedOut(isApplied: true),
                .timedOut(isApplied: false), .unfinished, .forbidden, .unreachable, .undelivered,
            ]
            let number = random.next(below: call == .produce ? faults.count : faults.count - 1)
            return (26 + number, .failure(faults[number]))
        }
    }

    /// What may happen anywhere.
    private static func event(_ random: inout SplitMix64) -> (Int, FaultKind) {
        let number = random.next(below: 16)
        switch number {
        case 0, 1, 2: return (number, .kill(.none))
        case 3, 4: return (number, .kill(.whole))
        case 5: return (number, .kill(.decided))
        case 6: return (number, .powerCut(savesLost: random.next(below: 3)))
        case 7: return (number, .terminate)
        case 8, 9, 10: return (number, .secondInstance(points: 1 + random.next(below: random.next(below: 2) == 0 ? 40 : 600)))
        case 11: return (number, .outage(milliseconds: [500, 20_000, 300_000][random.next(below: 3)]))
        case 12: return (number, .stall(milliseconds: [100, 5_000, 120_000][random.next(below: 3)]))
        case 13: return (number, .clockJump(milliseconds: [-3_600_000, 3_600_000, -5_000, 400_000][random.next(below: 4)]))
        case 14: return (number, .retention)
        default: return (number, .topicLoss(output: random.next(below: 3), milliseconds: 1 + random.next(below: 20_000)))
        }
    }
}
