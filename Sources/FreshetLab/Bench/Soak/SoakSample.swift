/// What was seen of a daemon at one moment of a long load.
struct SoakSample: Equatable, Sendable {
    /// Seconds since the load began.
    var seconds: Double
    /// What its process holds.
    var held: HeldResources
    /// Events in the inputs that it has not committed.
    var lag: Int64
    /// Bytes of its state folder.
    var stateBytes: Int
    /// Records of its journal.
    var journalRecords: Int64
}
