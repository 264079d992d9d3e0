/// The named steps of the protocol: where the kill test kills. A step's name says what has just been done.
public enum DaemonStep: String, CaseIterable, Sendable {
    /// The state is loaded.
    case stateLoaded
    /// The producer is open: earlier owners are fenced.
    case producerOpened
    /// The committed offsets are read.
    case offsetsRead
    /// Our nonce stands.
    case probed
    /// The state of a fresh, adopted or rebuilt start is saved.
    case startSaved
    /// One journalled batch is applied again.
    case caughtUpBatch
    /// The start is over.
    case ready
    /// A batch is collected.
    case collected
    /// It is applied; nothing of it is sent.
    case applied
    /// Its transaction is begun.
    case begun
    /// Its outputs are queued.
    case produced
    /// Its offsets are in the transaction.
    case offsetsSent
    /// Its transaction is committed.
    case committed
    /// The rows of a checkpoint are frozen.
    case checkpointBegun
    /// They are encoded.
    case checkpointEncoded
    /// They are saved.
    case checkpointSaved
    /// The last batch of a graceful stop is committed.
    case drained
}
