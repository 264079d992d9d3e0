/// What the client tells outside of calls.
public enum KafkaEvent: Sendable {
    /// An error that belongs to no call: connections, authentication, TLS.
    case error(KafkaError)
    /// A line of the client's log: severity as in syslog (3 error, 4 warning, 6 information, 7 debug), the client's short name of what it is about, text.
    case log(level: Int32, facility: String, text: String)
    /// The client's statistics as JSON, each `statistics.interval.ms` (off by default).
    case statistics(json: String)
}

/// Where events go. It is called from threads of the client, also while a call of it is running, and must not call back into it.
public typealias KafkaEventSink = @Sendable (KafkaEvent) -> Void
