public import FreshetKafka
public import FreshetRuntime

/// Why a demo did not come to its end.
public enum DemoError: Error, CustomStringConvertible {
    /// The embedded broker, or a client of it, failed.
    case broker(KafkaError)
    /// The daemon failed.
    case daemon(DaemonError)

    /// What is wrong, and the remedy.
    public var description: String {
        switch self {
        case .broker(let error): error.description
        case .daemon(let error): error.description
        }
    }
}
