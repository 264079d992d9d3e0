import FreshetKernels

extension JSONValue {
    /// The time in an object's member, RFC 3339 or epoch milliseconds; `nil` where it is absent or null.
    func time(_ name: String) throws(Rejection) -> EventTime? {
        guard let value = self[name], value != .null else { return nil }
        if let milliseconds = value.integer {
            guard let time = EventTime(inRange: milliseconds) else { throw Rejection(.outOfRange, "\(name) is beyond the years 0 to 9999") }
            return time
        }
        guard let text = value.string else { throw Rejection(.wrongType, "\(name) must be text or a number") }
        guard let time = text.withView(EventTime.init(rfc3339:)) else {
            throw Rejection(.badTimestamp, "\(name) cannot be read: \(text.prefix(64))")
        }
        return time
    }
}
