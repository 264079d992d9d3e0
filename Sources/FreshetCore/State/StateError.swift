/// Why a stored row cannot be taken.
public struct StateError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The table.
    public var table: StateTable
    /// The row's number.
    public var number: Int64
    /// What is wrong with it.
    public var message: String

    /// `table users, row 5: …`
    public var description: String { "table \(table.name), row \(number): \(message)" }
}
