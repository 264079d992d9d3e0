/// A client property that cannot be used.
public struct KafkaPropertyError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is wrong with it.
    public enum Reason: Sendable {
        /// librdkafka has no such property.
        case unknown
        /// The value is not one that the property takes.
        case badValue
        /// Freshet's guarantees rest on it, so it cannot be set.
        case reserved
    }

    /// The property's name.
    public var property: String
    /// What is wrong with it.
    public var reason: Reason
    /// What is wrong, in words, without secrets.
    public var message: String

    /// An error from its parts.
    public init(property: String, reason: Reason, message: String) {
        self.property = property
        self.reason = reason
        self.message = message
    }

    /// `property: message`.
    public var description: String { "\(property): \(message)" }
}
