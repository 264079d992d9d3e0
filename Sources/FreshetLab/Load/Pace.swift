/// When the events of an even load are due: arithmetic only, no clock.
public struct Pace: Sendable, Equatable {
    /// Events a second; infinite is as fast as it goes.
    public let eventsPerSecond: Double

    /// A pace of so many events a second; it must be positive.
    public init(eventsPerSecond: Double) {
        precondition(eventsPerSecond > 0, "a load has a rate")
        self.eventsPerSecond = eventsPerSecond
    }

    /// As fast as it goes.
    public static let unlimited = Pace(eventsPerSecond: .infinity)

    /// When an event, counted from 0, is due: nanoseconds from the beginning, the largest number for later ones.
    public func due(_ event: Int) -> UInt64 {
        let nanoseconds = (Double(event) * 1e9 / eventsPerSecond).rounded(.up)
        return nanoseconds < 0x1p64 ? UInt64(nanoseconds) : .max
    }

    /// How many events are due once so many nanoseconds have passed; the first one is due at once.
    ///
    /// More than 2⁵³, which no load reaches, are as many as there can be.
    public func count(dueAt nanoseconds: UInt64) -> Int {
        let passed = Double(nanoseconds) * eventsPerSecond / 1e9
        // Without a rate it is infinite, or no number.
        guard passed < 0x1p53 else { return .max }
        var count = Int(passed) + 1
        // The product is rounded: the count goes by the times that `due` says.
        while count > 1, due(count - 1) > nanoseconds { count -= 1 }
        while due(count) <= nanoseconds, nanoseconds < .max { count += 1 }
        return count
    }
}

/// How a paced load went.
public struct PaceReport: Sendable, Equatable {
    /// The pace that it was to keep.
    public let pace: Pace
    /// Events sent.
    public private(set) var sent = 0
    /// When the last one was sent: nanoseconds from the beginning.
    public private(set) var lastSent: UInt64 = 0
    /// How late the latest one was, in nanoseconds.
    public private(set) var latest: UInt64 = 0
    /// Events that were more than `lateBound` late.
    public private(set) var late = 0

    /// From when on an event counts as late, in nanoseconds.
    public static let lateBound: UInt64 = 50_000_000

    /// Nothing sent yet.
    public init(_ pace: Pace) { self.pace = pace }

    /// Notes that the next event was sent, so many nanoseconds from the beginning.
    public mutating func note(sentAt nanoseconds: UInt64) {
        let due = pace.due(sent)
        let lateness = nanoseconds > due ? nanoseconds - due : 0
        latest = max(latest, lateness)
        if lateness > PaceReport.lateBound { late += 1 }
        lastSent = nanoseconds
        sent += 1
    }

    /// Events a second: those sent, over the time that ends when the one after the last is due at the earliest.
    public var eventsPerSecond: Double {
        let seconds = max(Double(lastSent), Double(pace.due(sent))) / 1e9
        return seconds > 0 ? Double(sent) / seconds : 0
    }

    /// Whether 99 of 100 events were sent in their time, and none was more than a second late.
    public var isKept: Bool { !pace.eventsPerSecond.isFinite || (late * 100 <= sent && latest <= 1_000_000_000) }
}

extension PaceReport {
    /// One JSON object on one line.
    public var json: String {
        "{\"sent\":\(sent),\"seconds\":\(Double(lastSent) / 1e9),\"events_per_second\":\(eventsPerSecond),\"late\":\(late),"
            + "\"latest_ms\":\(Double(latest) / 1e6)}"
    }

    /// One line of text.
    public var text: String {
        "\(sent) events in \(lastSent / 1_000_000) ms, \(Int(eventsPerSecond.rounded())) events/s; \(late) more than "
            + "\(PaceReport.lateBound / 1_000_000) ms late, the latest \(latest / 1_000_000) ms"
    }
}
