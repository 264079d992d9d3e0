public import FreshetCore
import FreshetKernels

/// State in memory, for tests and simulations: what was saved stands, whatever becomes of its user.
public final class MemoryStore: StateStore {
    private var rows: [[Int64: [UInt8]]] = StateTable.allCases.map { _ in [:] }
    private var staged: [(table: Int, number: Int64, bytes: [UInt8]?)] = []
    private var boundary: StateBoundary?
    private var isReplaced = false
    /// Makes every following `stage` and `save` fail, and change nothing, until it is `nil` again.
    public var saveFailure: StoreError?

    /// A store that holds nothing.
    public init() {}

    /// A store that holds what `other` holds now: the disk as a crash leaves it.
    public init(copyOf other: MemoryStore) {
        rows = other.rows
        boundary = other.boundary
    }

    /// The boundary of the last `save`.
    public func loadBoundary() throws(StoreError) -> StateBoundary? { isReplaced ? nil : boundary }

    /// Calls `body` with every row, table by table, by rising number.
    public func loadRows(_ body: (StateTable, Int64, UnsafeRawBufferPointer) throws(StoreError) -> Void) throws(StoreError) {
        for table in StateTable.allCases where !isReplaced {
            for (number, bytes) in rows[Int(table.rawValue)].sorted(by: { $0.key < $1.key }) {
                let copy = ByteBuffer(capacity: bytes.count)
                bytes.withUnsafeBytes { copy.append(ByteView($0)) }
                try body(table, number, copy.view.buffer)
            }
        }
    }

    /// Takes a copy of the changes, which stand with the next `save`, or fails as told.
    public func stage(_ changes: StateChanges) throws(StoreError) {
        if let saveFailure {
            dropStaged()
            throw saveFailure
        }
        for row in changes.rows { staged.append((Int(row.table.rawValue), row.number, row.value.map { Array(changes.bytes[$0].buffer) })) }
    }

    /// Forgets what is staged.
    public func dropStaged() { staged.removeAll() }

    /// Takes a copy of the changes, or fails as told.
    public func save(_ changes: StateChanges, _ boundary: StateBoundary) throws(StoreError) {
        try stage(changes)
        if isReplaced { rows = StateTable.allCases.map { _ in [:] } }
        isReplaced = false
        for row in staged { rows[row.table][row.number] = row.bytes }
        dropStaged()
        self.boundary = boundary
    }

    /// Forgets the rows with the next `save`; a copy still holds them.
    public func replaceAll() { isReplaced = true }

    /// Nothing to give up.
    public func close() {}
}
