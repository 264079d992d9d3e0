/// One mistake in a configuration: where it stands, which key, what is wrong and what to do.
public struct ConfigurationProblem: Error, Equatable, Sendable, CustomStringConvertible {
    /// Where a value comes from.
    public enum Place: Equatable, Sendable, CustomStringConvertible {
        /// A line of the file, from 1.
        case line(file: String, Int)
        /// A variable of the environment.
        case variable(String)

        /// `FILE:LINE`, or the variable's name.
        public var description: String {
            switch self {
            case .line(let file, let line): "\(file):\(line)"
            case .variable(let name): name
            }
        }
    }

    /// Where it stands.
    public var place: Place
    /// The key, as `batch.max_wait`; empty where the file as a whole is meant.
    public var key: String
    /// What is wrong, and the remedy.
    public var message: String

    /// A problem from its parts.
    public init(place: Place, key: String, message: String) {
        self.place = place
        self.key = key
        self.message = message
    }

    /// `FILE:LINE: key: what is wrong, and the remedy`, on one line.
    public var description: String { key.isEmpty ? "\(place): \(message)" : "\(place): \(key): \(message)" }
}

/// Every mistake of a configuration, in the order of the file.
public struct ConfigurationError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The mistakes; at least one.
    public var problems: [ConfigurationProblem]

    /// An error of these mistakes.
    public init(problems: [ConfigurationProblem]) { self.problems = problems }

    /// One line a mistake.
    public var description: String { problems.map(\.description).joined(separator: "\n") }
}
