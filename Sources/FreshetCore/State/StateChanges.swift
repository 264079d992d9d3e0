public import FreshetKernels

/// The tables that the engine's state is kept in.
public enum StateTable: UInt8, CaseIterable, Sendable {
    /// Six rows: watermark, counters, positions of rings; the items that are owed a look, and when the last look was; the users who are owed a list;
    /// whose lists are to be looked through; what tells the key of pseudonyms, where somebody was forgotten; how many events each hour of a week
    /// brings.
    case engine
    /// A row an item, by interned number.
    case items
    /// A row a user, by interned number.
    case users
    /// A row a block of remembered event ids.
    case dedup
    /// A row a user: what was last published for it. Publication state: read by no learner.
    case publishedUsers
    /// A row an item: what was last published for it. Publication state: read by no learner.
    case publishedItems
    /// A row an item that the catalogue holds, by the item's number.
    case catalogue
    /// A row a rule.
    case rules
    /// A row a user: its newest list. Publication state: read by no learner.
    case lists
    /// A row a person who asked to be forgotten, by pseudonym.
    case erasures
    /// A row a part of the shop that has a leader board of its own.
    case boards

    /// The table's name in the store.
    public var name: String {
        switch self {
        case .engine: "engine"
        case .items: "items"
        case .users: "users"
        case .dedup: "dedup"
        case .publishedUsers: "published_users"
        case .publishedItems: "published_items"
        case .catalogue: "catalogue"
        case .rules: "rules"
        case .lists: "lists"
        case .erasures: "erasures"
        case .boards: "boards"
        }
    }
}

/// Rows that changed up to a boundary, encoded: what a checkpoint writes.
public final class StateChanges {
    /// One changed row.
    public struct Row: Sendable {
        /// Its table.
        public var table: StateTable
        /// Its number.
        public var number: Int64
        /// Where its bytes lie; `nil` deletes the row.
        public var value: Range<Int>?
    }

    /// The bytes of all rows.
    public private(set) var bytes = ByteBuffer(capacity: 1 << 16)
    /// The rows, each (table, number) at most once.
    public private(set) var rows: [Row] = []

    /// No changes.
    public init() {}

    /// Adds a row whose bytes `body` appends.
    public func put(_ table: StateTable, _ number: Int64, _ body: (ByteBuffer) -> Void) {
        let start = bytes.count
        body(bytes)
        rows.append(Row(table: table, number: number, value: start..<bytes.count))
    }

    /// Adds the deletion of a row.
    public func delete(_ table: StateTable, _ number: Int64) {
        rows.append(Row(table: table, number: number, value: nil))
    }

    /// Exchanges the rows, and the memory, with another one.
    public func exchange(with other: StateChanges) {
        swap(&bytes, &other.bytes)
        swap(&rows, &other.rows)
    }

    /// Forgets all rows and keeps the memory.
    public func removeAll() {
        rows.removeAll(keepingCapacity: true)
        bytes.removeAll()
    }
}
