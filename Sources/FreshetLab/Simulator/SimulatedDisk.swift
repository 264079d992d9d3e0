import FreshetCore
import FreshetKafka
import FreshetRuntime

/// What of a state survives the process that wrote it.
protocol SimulatedDisk: AnyObject {
    /// Opens the state, as a new process does.
    func open() throws(StoreError) -> any StateStore
    /// A save is done: from here on the disk may fall back to it.
    func noteSave()
    /// The process that had it open is dead; `savesLost` of its last saves never reached the disk.
    func crash(savesLost: Int)
    /// Another disk with the same content, as a backup or a replica of the host has.
    func copy() -> any SimulatedDisk
    /// Another disk that holds the oldest state that this one can still fall back to, as a backup restored.
    func oldest() -> any SimulatedDisk
}

/// A disk in memory: it holds the state as of the last saves.
final class MemoryDisk: SimulatedDisk {
    private static let kept = 4
    private var store: MemoryStore
    /// Copies as of the last saves, the newest last.
    private var saves: [MemoryStore]

    /// A disk that holds nothing.
    init() {
        store = MemoryStore()
        saves = [MemoryStore()]
    }

    private init(_ store: MemoryStore, _ saves: [MemoryStore]) {
        self.store = MemoryStore(copyOf: store)
        self.saves = saves
    }

    func open() throws(StoreError) -> any StateStore {
        // What an earlier process had in hand and did not save is gone.
        store = MemoryStore(copyOf: saves[saves.count - 1])
        return store
    }

    func noteSave() {
        saves.append(MemoryStore(copyOf: store))
        if saves.count > MemoryDisk.kept { saves.removeFirst() }
    }

    func crash(savesLost: Int) {
        saves.removeLast(min(savesLost, saves.count - 1))
        store = MemoryStore(copyOf: saves[saves.count - 1])
    }

    func copy() -> any SimulatedDisk { MemoryDisk(store, saves) }

    func oldest() -> any SimulatedDisk { MemoryDisk(saves[0], [saves[0]]) }
}

extension SimulatedDisk {
    /// Whether no state was saved.
    var isEmpty: Bool {
        do throws(StoreError) {
            let store = try copy().open()
            defer { store.close() }
            return try store.loadBoundary() == nil
        } catch {
            return false
        }
    }

    /// The offsets of the oldest state; `nil` where it is empty or cannot be read.
    var oldestOffsets: [TopicPartition: Int64]? {
        do throws(StoreError) {
            let store = try oldest().open()
            defer { store.close() }
            return try store.loadBoundary()?.offsets
        } catch {
            return nil
        }
    }
}

/// A daemon's way to its disk, where faults strike; a dead process changes nothing any more.
final class SimulatedStore: StateStore {
    private unowned let instance: SimulatedInstance
    private let store: any StateStore

    init(_ instance: SimulatedInstance, _ store: any StateStore) {
        self.instance = instance
        self.store = store
    }

    func loadBoundary() throws(StoreError) -> StateBoundary? {
        guard instance.meet(.load) == nil else { throw SimulatedStore.failure }
        return try store.loadBoundary()
    }

    func loadRows(_ body: (StateTable, Int64, UnsafeRawBufferPointer) throws(StoreError) -> Void) throws(StoreError) {
        guard instance.meet(.load) == nil else { throw SimulatedStore.failure }
        try store.loadRows(body)
    }

    func stage(_ changes: StateChanges) throws(StoreError) {
        guard instance.meet(.save) == nil else {
            store.dropStaged()
            throw SimulatedStore.failure
        }
        try store.stage(changes)
    }

    func dropStaged() { store.dropStaged() }

    func save(_ changes: StateChanges, _ boundary: StateBoundary) throws(StoreError) {
        switch instance.meet(.save) {
        case nil: try keep(changes, boundary)
        case .unknown(isApplied: true):
            try keep(changes, boundary)
            throw SimulatedStore.failure
        default:
            store.dropStaged()
            throw SimulatedStore.failure
        }
    }

    private func keep(_ changes: StateChanges, _ boundary: StateBoundary) throws(StoreError) {
        try store.save(changes, boundary)
        instance.disk.noteSave()
    }

    func replaceAll() { store.replaceAll() }

    func close() { store.close() }

    private static let failure = StoreError(.io, "the simulated disk refuses")
}
