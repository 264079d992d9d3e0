import FreshetCore

extension Configuration {
    /// The SHA-256, in hexadecimal, of everything that shapes state: `EngineSettings.canonicalText`, and how records become events.
    ///
    /// Names of topics are left out, so that a state learned from files goes on with topics of the same formats.
    public var settingsDigest: String {
        let formats = Set(topics.events.map { "\($0.type.map { "\($0.name)" } ?? "any") \($0.format.canonicalText)" })
        let text = engine.canonicalText + "max_record_bytes=\(events.maxRecordBytes)\n" + formats.sorted().map { "format=\($0)\n" }.joined()
        return Digest.hexadecimal(of: text)
    }
}
