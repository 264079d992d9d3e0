import FreshetCore
import FreshetKernels
import Synchronization

/// How a checkpoint is cut.
public struct CheckpointSlice: Sendable {
    /// Rows encoded between two batches: about 5 ms.
    public var rows: Int
    /// Encoded bytes that make the store be given what there is.
    public var bytes: Int

    /// A slice, by default that of a daemon.
    public init(rows: Int = 2_000, bytes: Int = 4 << 20) {
        self.rows = rows
        self.bytes = bytes
    }
}

/// Encodes checkpoints in slices between batches, and has the store take each while the next is encoded: what stands in memory is what the
/// store has not taken yet, and the rows that change meanwhile.
///
/// A save that fails leaves the last checkpoint: the rows of both belong to the next one.
final class Checkpointer {
    /// What came of a checkpoint.
    struct Outcome {
        var boundary: StateBoundary
        var rows: Int
        var error: StoreError?
    }

    private let store: any StateStore
    private let publication: Publication
    private let background: Daemon.Background?
    private let slice: CheckpointSlice
    /// The boundary of the checkpoint that is made.
    private var boundary: StateBoundary?
    private var isEncoded = false
    /// The last slice was encoded within a batch, and nobody was told.
    private var isEncodedUntold = false
    private var rows = 0
    /// What is encoded and not handed over.
    private let changes = StateChanges()
    /// What the store was given.
    private let handed = StateChanges()
    private var job: StoreJob?
    private var outcome: Outcome?
    /// The batch of the last saved checkpoint; `nil` before the first.
    private(set) var savedBatch: Int64?

    init(
        _ store: any StateStore, _ publication: Publication, slice: CheckpointSlice = CheckpointSlice(), background: Daemon.Background?,
        savedBatch: Int64?
    ) {
        self.store = store
        self.slice = slice
        self.publication = publication
        self.background = background
        self.savedBatch = savedBatch
    }

    /// Whether a slice can be encoded now; otherwise the store has enough to do.
    var isEncoding: Bool { boundary != nil && !isEncoded && (job == nil || changes.bytes.count < slice.bytes) }
    var isIdle: Bool { boundary == nil && outcome == nil }

    /// Freezes the rows that changed up to `boundary`.
    func begin(_ boundary: StateBoundary) {
        self.boundary = boundary
        isEncoded = false
        rows = 0
        publication.beginCheckpoint(into: changes)
    }

    /// Encodes a slice, where `isEncoding` says so. Answers whether all rows are encoded now.
    func encodeSlice() -> Bool {
        guard isEncoding else { return false }
        isEncoded = publication.encodeCheckpoint(rowsMax: slice.rows)
        let isWhole = isEncoded
        handOver()
        collect()
        return isWhole
    }

    /// Encodes a slice in the midst of a large batch, where one can be encoded: what waits is encoded before it changes, so any time will do.
    /// Otherwise a checkpoint would take as many batches as it has slices, and a restart would have as many to apply again.
    func encodeWithinBatch() {
        if encodeSlice() { isEncodedUntold = true }
    }

    /// Encodes a slice between two batches. Answers whether all rows are encoded, once.
    func encodeBetweenBatches() -> Bool {
        guard !isEncodedUntold else {
            isEncodedUntold = false
            return true
        }
        return encodeSlice()
    }

    /// What came of the checkpoint, once it is over.
    func takeOutcome() -> Outcome? {
        collect()
        defer { outcome = nil }
        return outcome
    }

    private func handOver() {
        guard let boundary, job == nil, isEncoded || changes.bytes.count >= slice.bytes else { return }
        handed.removeAll()
        handed.exchange(with: changes)
        rows += handed.rows.count
        let job = StoreJob(store, handed, isEncoded ? boundary : nil)
        self.job = job
        if let background { background { job.run() } } else { job.run() }
    }

    /// Looks after the store, which may have finished.
    private func collect() {
        while let done = job, let result = done.result {
            job = nil
            switch result {
            case .failure(let error):
                publication.cancelCheckpoint()
                changes.removeAll()
                end(error)
            case .success where done.isLast: end(nil)
            case .success: handOver()
            }
        }
    }

    private func end(_ error: StoreError?) {
        guard let boundary else { return }
        if error == nil { savedBatch = boundary.batch }
        outcome = Outcome(boundary: boundary, rows: rows, error: error)
        self.boundary = nil
    }
}

/// What the store is to do with some rows, on its way between two threads.
///
/// Unchecked because the compiler cannot see the hand-over: the engine's thread gives store, changes and boundary away when it submits
/// the job, and touches them again only after it has read `result`, which the other thread writes last, under a lock.
private final class StoreJob: @unchecked Sendable {
    private let store: any StateStore
    private let changes: StateChanges
    /// `nil` where more rows follow.
    private let boundary: StateBoundary?
    private let state = Mutex<Result<Void, StoreError>?>(nil)

    init(_ store: any StateStore, _ changes: StateChanges, _ boundary: StateBoundary?) {
        self.store = store
        self.changes = changes
        self.boundary = boundary
    }

    var isLast: Bool { boundary != nil }
    var result: Result<Void, StoreError>? { state.withLock { $0 } }

    func run() {
        let result: Result<Void, StoreError>
        do throws(StoreError) {
            if let boundary { try store.save(changes, boundary) } else { try store.stage(changes) }
            result = .success(())
        } catch {
            result = .failure(error)
        }
        state.withLock { $0 = result }
    }
}
