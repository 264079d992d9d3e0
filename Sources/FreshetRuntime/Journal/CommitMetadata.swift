import FreshetKafka

/// The text that is committed with every offset: which batch, by which instance. It makes the boundary a part of the transaction.
public struct CommitMetadata: Equatable, Sendable {
    /// The number of the last batch whose effects stand.
    public var batch: Int64
    /// The instance that committed it: letters and digits, new at every start.
    public var nonce: String

    /// A text from its parts.
    public init(batch: Int64, nonce: String) {
        self.batch = batch
        self.nonce = nonce
    }

    /// Reads `b=<batch>;n=<nonce>`; `nil` for any other text.
    public init?(_ text: String) {
        let parts = text.split(separator: ";", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].hasPrefix("b="), parts[1].hasPrefix("n="), parts[1].count > 2 else { return nil }
        guard let batch = Int64(parts[0].dropFirst(2)), batch >= 0 else { return nil }
        self.init(batch: batch, nonce: String(parts[1].dropFirst(2)))
    }

    /// What stands with the offset of a partition whose topic was deleted and made anew while it was read.
    package static let replacedTopic = "topic made anew"

    /// The text of the same boundary that a probe aborts, and that must never stand.
    var trial: CommitMetadata { CommitMetadata(batch: batch, nonce: nonce + "trial") }

    /// `b=<batch>;n=<nonce>`.
    public var text: String { "b=\(batch);n=\(nonce)" }
}

extension [CommittedOffset?] {
    /// The text with the largest batch; `nil` where Freshet has committed nothing.
    var newestCommit: CommitMetadata? { compactMap { $0.flatMap { CommitMetadata($0.metadata) } }.max { $0.batch < $1.batch } }
}
