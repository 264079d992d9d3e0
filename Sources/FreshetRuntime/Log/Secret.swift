/// A text that must not be printed: passwords, keys, tokens.
public struct Secret: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The text itself, for whom it is meant only.
    public var value: String

    /// A secret of this text.
    public init(_ value: String) { self.value = value }

    /// Three stars.
    public var description: String { "***" }
    /// Three stars.
    public var debugDescription: String { "***" }
    /// Nothing, so that `dump` prints nothing either.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
