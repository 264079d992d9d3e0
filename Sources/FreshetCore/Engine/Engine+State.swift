public import FreshetKernels

/// Why a stored row cannot be taken.
public struct StateError: Error, Equatable, Sendable {
    /// The table.
    public var table: StateTable
    /// The row's number.
    public var number: Int64
    /// What is wrong with it.
    public var message: String
}

extension Publication {
    /// Takes one stored row into an empty engine; tables come in the order of `StateTable`.
    public func restore(_ table: StateTable, _ number: Int64, _ row: ByteView) throws(StateError) {}

    /// Makes what is derived (indexes, timers, leader boards) after the last row.
    public func finishRestore() throws(StateError) {}

    /// Freezes the set of rows that changed since the last call: what the checkpoint of this boundary holds.
    public func beginCheckpoint() {}

    /// Encodes at most `rowsMax` more rows of the checkpoint as they were at its boundary. Answers whether it is complete.
    public func encodeCheckpoint(into changes: StateChanges, rowsMax: Int) -> Bool { true }

    /// The tables that digests are made of, by name; publication state and duplicate counters are not among them.
    public static var digestTables: [StaticString] { [] }

    /// Calls `body` with each canonical row of a digest table: external ids in place of numbers, in the order of the ids, caches left out.
    public func canonicalRows(of table: StaticString, _ body: (ByteView) -> Void) {}

    /// Sizes for `inspect state`: users, items, pairs and so on, in a fixed order.
    public var counts: [(name: StaticString, value: Int)] { [] }
}
