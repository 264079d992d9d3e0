public import FreshetKafka

/// Why a daemon ended otherwise than by being asked to.
public enum DaemonError: Error, CustomStringConvertible {
    /// Another instance owns the transactional id: exit 75, no restart.
    case fenced(by: CommitMetadata)
    /// State and topics do not belong together, at the start or any more, with the remedy: no batch was changed.
    case refused(RecoveryRefusal)
    /// Within the start's time-out the broker could not be reached, or did not let us in.
    case brokerUnavailable(KafkaError)
    /// The broker said what cannot be waited out.
    case broker(KafkaError)
    /// What is committed is neither the last batch nor the one before.
    case inconsistent(batch: Int64, committed: CommitMetadata?)
    /// The store could not be read, or a new state not be saved.
    case store(StoreError)
    /// `DaemonObserver.onStep` ended the run, as a kill would.
    case interrupted(DaemonStep)

    /// What is wrong, and the remedy.
    public var description: String {
        switch self {
        case .fenced(let by):
            "another instance (\(by.nonce), batch \(by.batch)) has taken this kafka.group over: one instance runs at a time; this one stops"
        case .refused(let refusal): refusal.description
        case .brokerUnavailable(let error): "the start waited in vain for the broker: \(error)"
        case .broker(let error): error.description
        case .inconsistent(let batch, let committed):
            "batch \(batch) was sent, and \(committed?.text ?? "nothing") is committed: offsets were changed by another program; start again"
        case .store(let error): error.description
        case .interrupted(let step): "ended at \(step.rawValue)"
        }
    }
}
