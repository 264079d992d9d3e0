/// What the operator asks of Kafka (`kafka.delivery`); it is stated, never guessed, and probed at start.
public enum Delivery: String, Sendable, CaseIterable {
    /// Outputs, journal and offsets stand or fall together in a transaction.
    case exactlyOnce = "exactly_once"
    /// Outputs are delivered, then offsets are committed: after a crash at most one batch goes out twice.
    case atLeastOnce = "at_least_once"
}
