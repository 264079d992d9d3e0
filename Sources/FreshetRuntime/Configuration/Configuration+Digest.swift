import FreshetCore

/// Settings that a state must have been made under.
public protocol DigestedSettings {
    /// The digest of what shapes a state from topics.
    var settingsDigest: String { get }
    /// The digest that a state from replayed files must have: without how records become events.
    var filesDigest: String { get }
}

extension DigestedSettings {
    /// The digest that a state of this origin must have.
    public func digest(for origin: StateBoundary.Origin) -> String { origin == .files ? filesDigest : settingsDigest }
}

extension Configuration: DigestedSettings {
    /// The SHA-256, in hexadecimal, of everything that shapes state: `EngineSettings.canonicalText`, and how records become events.
    ///
    /// Names of topics are left out: the same records from other topics make the same state.
    public var settingsDigest: String {
        let formats = Set(topics.events.map { "\($0.type.map { "\($0.name)" } ?? "any") \($0.format.canonicalText)" })
        return Digest.hexadecimal(of: shapingText + formats.sorted().map { "format=\($0)\n" }.joined())
    }

    /// The same without how records become events: files were read in a format of their own, and the topics that follow them have theirs.
    public var filesDigest: String { Digest.hexadecimal(of: shapingText) }

    private var shapingText: String { engine.canonicalText + "max_record_bytes=\(events.maxRecordBytes)\n" }
}
