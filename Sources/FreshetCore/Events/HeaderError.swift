/// A file that is not of its format at all: its header lacks columns, or cannot be read.
public struct HeaderError: Error, Equatable, Sendable {
    /// What is wrong, and what is expected; the line is the first that is not empty.
    public var message: String
}
