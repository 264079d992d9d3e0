public import FreshetKafka

/// Why a bench against a broker did not come to its end.
public enum BenchError: Error, CustomStringConvertible {
    /// The broker failed, or a client of it.
    case broker(KafkaError)
    /// The program that is measured ended, or did not do its work in time; with the last lines that it logged.
    case daemon(String)
    /// A file or a process could not be made.
    case system(String)
    /// What the bench needs is not there, or is in its way; with the remedy.
    case unprepared(String)
    /// A stop was asked for.
    case stopped

    /// What is wrong, and the remedy.
    public var description: String {
        switch self {
        case .broker(let error): error.description
        case .daemon(let text), .system(let text), .unprepared(let text): text
        case .stopped: "stopped before its end"
        }
    }
}
