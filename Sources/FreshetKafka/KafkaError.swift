/// What went wrong at the broker or on the way to it.
public struct KafkaError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What the client told by its error callback before a call gave up: authentication errors come by no other way.
    public struct Cause: Equatable, Sendable {
        /// librdkafka's number.
        public var code: Int32
        /// librdkafka's name of the code.
        public var name: String
        /// What happened, in the client's words.
        public var message: String

        /// A cause from its parts.
        public init(code: Int32, name: String, message: String) {
            self.code = code
            self.name = name
            self.message = message
        }
    }

    /// librdkafka's number: negative for the client's own errors (−185 timed out), positive for the broker's (29 not authorised).
    public var code: Int32
    /// librdkafka's name of the code, as `_TIMED_OUT`.
    public var name: String
    /// What was tried and what happened, in words.
    public var message: String
    /// The same call may be made again.
    public var isRetriable: Bool
    /// The transaction must be aborted; the producer stands.
    public var isAbortable: Bool
    /// The producer is of no further use.
    public var isFatal: Bool
    /// What the operator can do; `nil` where nothing better is known than to wait.
    public var hint: String?
    /// Why a call timed out or found no broker, where the client has told it within the last minute.
    public var cause: Cause?

    /// An error from its parts.
    public init(
        code: Int32, name: String, message: String, isRetriable: Bool = false, isAbortable: Bool = false, isFatal: Bool = false, hint: String? = nil,
        cause: Cause? = nil
    ) {
        self.code = code
        self.name = name
        self.message = message
        self.isRetriable = isRetriable
        self.isAbortable = isAbortable
        self.isFatal = isFatal
        self.hint = hint
        self.cause = cause
    }

    /// `message (name)`, the cause, and the hint.
    public var description: String {
        "\(message) (\(name))" + (cause.map { "; the client's last error: \($0.message) (\($0.name))" } ?? "") + (hint.map { ": \($0)" } ?? "")
    }
}
