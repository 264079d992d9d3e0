import FreshetCore
import FreshetKernels
import Synchronization

/// Encodes checkpoints in slices between batches, and has them saved elsewhere.
///
/// A save that fails leaves the last checkpoint: its rows are kept, and saved with those of the next one.
final class Checkpointer {
    /// Runs work on another thread. `nil` in a daemon means inline.
    typealias Background = (@escaping @Sendable () -> Void) -> Void

    /// What came of a save.
    struct Outcome {
        var boundary: StateBoundary
        var rows: Int
        var error: StoreError?
    }

    /// Rows encoded between two batches: about 5 ms.
    static let sliceRows = 2_000

    private let store: any StateStore
    private let publication: Publication
    private let background: Background?
    private var encoding: (boundary: StateBoundary, changes: StateChanges)?
    private var saving: SaveJob?
    /// Rows whose save failed.
    private var unsaved: StateChanges?
    /// The batch of the last saved checkpoint; `nil` before the first.
    private(set) var savedBatch: Int64?

    init(_ store: any StateStore, _ publication: Publication, background: Background?, savedBatch: Int64?) {
        self.store = store
        self.publication = publication
        self.background = background
        self.savedBatch = savedBatch
    }

    var isEncoding: Bool { encoding != nil }
    var isIdle: Bool { encoding == nil && saving == nil }

    /// Freezes the rows that changed up to `boundary`.
    func begin(_ boundary: StateBoundary) {
        let changes = StateChanges()
        publication.beginCheckpoint(into: changes)
        encoding = (boundary, changes)
    }

    /// Encodes a slice. Answers whether all rows are encoded; the save has then begun.
    func encodeSlice() -> Bool {
        guard let encoding, publication.encodeCheckpoint(rowsMax: Checkpointer.sliceRows) else { return false }
        self.encoding = nil
        if let unsaved { encoding.changes.addRows(of: unsaved) }
        unsaved = nil
        let job = SaveJob(store, encoding.changes, encoding.boundary)
        saving = job
        if let background { background { job.run() } } else { job.run() }
        return true
    }

    /// What came of the save, once it is over.
    func takeOutcome() -> Outcome? {
        guard let job = saving, let result = job.result else { return nil }
        saving = nil
        let error: StoreError?
        switch result {
        case .success:
            savedBatch = job.boundary.batch
            error = nil
        case .failure(let failure):
            unsaved = job.changes
            error = failure
        }
        return Outcome(boundary: job.boundary, rows: job.changes.rows.count, error: error)
    }
}

/// One save, on its way between two threads.
///
/// Unchecked because the compiler cannot see the hand-over: the engine's thread gives store, changes and boundary away when it submits
/// the job, and touches them again only after it has read `result`, which the other thread writes last, under a lock.
private final class SaveJob: @unchecked Sendable {
    let store: any StateStore
    let changes: StateChanges
    let boundary: StateBoundary
    private let state = Mutex<Result<Void, StoreError>?>(nil)

    init(_ store: any StateStore, _ changes: StateChanges, _ boundary: StateBoundary) {
        self.store = store
        self.changes = changes
        self.boundary = boundary
    }

    var result: Result<Void, StoreError>? { state.withLock { $0 } }

    func run() {
        let result: Result<Void, StoreError>
        do throws(StoreError) {
            try store.save(changes, boundary)
            result = .success(())
        } catch {
            result = .failure(error)
        }
        state.withLock { $0 = result }
    }
}

extension StateChanges {
    /// Adds the rows of older changes that are not among these.
    func addRows(of older: StateChanges) {
        struct Place: Hashable {
            var table: UInt8
            var number: Int64
        }
        let present = Set(rows.map { Place(table: $0.table.rawValue, number: $0.number) })
        for row in older.rows where !present.contains(Place(table: row.table.rawValue, number: row.number)) {
            if let value = row.value {
                put(row.table, row.number) { $0.append(older.bytes[value]) }
            } else {
                delete(row.table, row.number)
            }
        }
    }
}
