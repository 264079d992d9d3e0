public import FreshetCore

extension EventTime {
    /// What to tell of a newest event of this time, where it was most likely sent in seconds; else `nil`.
    public var secondsWarning: String? {
        guard looksLikeSeconds else { return nil }
        return "the newest event is of early 1970 (\(milliseconds) ms): these look like seconds: send milliseconds or RFC 3339,"
            + " or say format: {…, time: seconds} of the topic"
    }
}
