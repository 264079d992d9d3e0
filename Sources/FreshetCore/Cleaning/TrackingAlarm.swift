import FreshetKernels

/// An hour that brought far fewer events of a type than the weeks before let expect, or far more: perhaps the shop's tracking is broken.
public struct TrackingAlarm: Sendable, Equatable, CustomStringConvertible {
    /// The type of the events.
    public var type: EventType
    /// When the hour began, in event time.
    public var hour: EventTime
    /// Events that the hour brought.
    public var observed: UInt32
    /// Events that the same hour of the weeks before brought, the last week counting half.
    public var expected: UInt32

    /// One line for the log.
    public var description: String {
        let start = ByteBuffer()
        start.append(rfc3339: hour)
        let direction = observed < expected ? "fewer" : "more"
        return "far \(direction) events of type \(type.name) than usual: \(observed) in the hour from \(start.view.text), where the weeks before"
            + " let expect \(expected): is the shop's tracking as it should be?"
    }
}
