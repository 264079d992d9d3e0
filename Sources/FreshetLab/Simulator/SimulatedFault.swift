package import FreshetRuntime

/// Where in a run a fault strikes: a call to the broker, a step of the daemon, or a use of the disk.
package enum FaultPoint: Hashable, Sendable {
    /// A call to the broker, as it is made.
    case call(MemoryCall)
    /// A step of the daemon, just done.
    case step(DaemonStep)
    /// Rows are to be saved.
    case save
    /// The state is to be loaded.
    case load

    /// Its name in a schedule.
    package var name: String {
        switch self {
        case .call(let call): call.rawValue
        case .step(let step): "step \(step.rawValue)"
        case .save: "save"
        case .load: "load"
        }
    }
}

/// Something that goes wrong, or merely happens.
package enum FaultKind: Hashable, Sendable {
    /// What a call that meets a kill had done already.
    package enum Effect: Sendable {
        /// Nothing.
        case none
        /// All of it.
        case whole
        /// A commit is decided, and its markers are not written.
        case decided
    }

    /// SIGKILL.
    case kill(Effect)
    /// The power fails: the process ends, and the disk forgets its last saves.
    case powerCut(savesLost: Int)
    /// SIGTERM.
    case terminate
    /// Another instance starts beside this one, on a copy of its state, and is killed after so many points; then this one goes on.
    case secondInstance(points: Int)
    /// The call fails.
    case failure(MemoryFault)
    /// The brokers are away.
    case outage(milliseconds: Int)
    /// The process stands still: SIGSTOP, a debugger, swap.
    case stall(milliseconds: Int)
    /// The host's clock is set.
    case clockJump(milliseconds: Int64)
    /// The leaders of some partitions are away: they bring nothing for a while.
    case silence(partitions: UInt64, polls: Int)
    /// The next poll brings records again.
    case repetition(records: Int64)
    /// The disk refuses to save, so often; `isApplied`: the rows stand after all.
    case saveFailure(times: Int, isApplied: Bool)
    /// The disk refuses to load.
    case loadFailure
    /// Records that no state needs any more leave the inputs.
    case retention
    /// An output topic is deleted, and made anew after a while.
    case topicLoss(output: Int, milliseconds: Int)

    /// Its words in a schedule.
    package var name: String {
        switch self {
        case .kill(.none): "SIGKILL before it has an effect"
        case .kill(.whole): "SIGKILL after its effect"
        case .kill(.decided): "SIGKILL, the commit decided but not finished"
        case .powerCut(let saves): "power cut, \(saves) saves lost"
        case .terminate: "SIGTERM"
        case .secondInstance(let points): "a second instance for \(points) points"
        case .failure(let fault): "fails: \(fault)"
        case .outage(let milliseconds): "brokers away for \(milliseconds) ms"
        case .stall(let milliseconds): "stands still for \(milliseconds) ms"
        case .clockJump(let milliseconds): "the host's clock jumps by \(milliseconds) ms"
        case .silence(let partitions, let polls): "no leader of partitions \(String(partitions, radix: 2)) for \(polls) polls"
        case .repetition(let records): "the last \(records) records come again"
        case .saveFailure(let times, let isApplied): "\(times) saves fail\(isApplied ? ", though the rows stand" : "")"
        case .loadFailure: "the state cannot be loaded"
        case .retention: "retention cuts the inputs"
        case .topicLoss(let output, let milliseconds): "output topic \(output) is gone for \(milliseconds) ms"
        }
    }
}

/// One entry of a schedule: at which point, the how-manieth of its kind in the run, what happens.
package struct SimulatedFault: Hashable, Sendable, CustomStringConvertible {
    /// Where.
    package var point: FaultPoint
    /// Of all points of this kind in the run, from 1.
    package var occurrence: Int
    /// What.
    package var kind: FaultKind

    /// An entry from its parts.
    package init(_ point: FaultPoint, _ occurrence: Int, _ kind: FaultKind) {
        self.point = point
        self.occurrence = occurrence
        self.kind = kind
    }

    /// One line.
    package var description: String { "\(point.name) \(occurrence): \(kind.name)" }
}
