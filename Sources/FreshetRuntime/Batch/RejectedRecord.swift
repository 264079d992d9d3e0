public import FreshetCore
public import FreshetKafka

/// A record that was not acceptable, for who is told of it.
public struct RejectedRecord: Equatable, Sendable, CustomStringConvertible {
    /// Where it came from; a file is the partition 0 of a topic of its name.
    public var source: TopicPartition
    /// Its offset there, or the number of its line.
    public var offset: Int64
    /// What was wrong.
    public var code: RejectionCode
    /// The same in words; empty where they may tell of a person.
    public var detail: String

    /// What is wrong with it, and the remedy.
    public var description: String { "\(code.name): \(detail.isEmpty ? "" : "\(detail); ")\(code.remedy)" }
}
