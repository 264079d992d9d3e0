public import FreshetCore

extension EventTime {
    /// The seconds of the years 2001 to 2099, which as milliseconds would be days of January and February 1970.
    private static let ourSeconds: Range<Int64> = 978_307_200..<4_102_444_800

    /// What to tell of a newest event of this time, where it was most likely sent in seconds; else `nil`.
    public var secondsWarning: String? {
        guard EventTime.ourSeconds.contains(milliseconds) else { return nil }
        return "the newest event is of early 1970 (\(milliseconds) ms): these look like seconds: send milliseconds or RFC 3339,"
            + " or say format: {…, time: seconds} of the topic"
    }
}
