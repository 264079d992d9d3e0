public import FreshetCore

/// What became of records, and what was written: every record is applied (of them late), dead-lettered, duplicate, ignored, or of a side topic.
public struct BatchCounts: Equatable, Sendable {
    /// Events that had their effect.
    public var applied = 0
    /// Of them, events older than the window.
    public var late = 0
    /// Of them, events of users who are taken for bots, by the raw value of `BotReason`.
    public var bots = [Int](repeating: 0, count: BotReason.allCases.count)
    /// Hours whose events of a type broke with the weeks before.
    public var trackingAlarms = 0
    /// Events whose id is remembered.
    public var duplicates = 0
    /// Records without effect: types that the format ignores, and identities that contradict an earlier one.
    public var ignored = 0
    /// Records of side topics that were taken.
    public var sides = 0
    /// Of those that were not acceptable, records of side topics.
    public var sidesRejected = 0
    /// Records that were not acceptable, by the raw value of `RejectionCode`.
    public var rejected = [Int](repeating: 0, count: RejectionCode.allCases.count)
    /// Outputs that were refused for their size: dead letters by reference, which `deadLettered` leaves out.
    public var outputsRefused = 0
    /// Of them, those without a dead letter: it was refused, too, or there are none.
    public var outputsDropped = 0
    /// Events whose record's key names another user.
    public var keysDiffering = 0
    /// Records written, by the raw value of `OutputTopic`.
    public var written = [Int](repeating: 0, count: OutputTopic.allCases.count)

    /// Nothing counted.
    public init() {}

    /// Records that were not acceptable.
    public var deadLettered: Int { rejected.reduce(0, +) }
    /// All records.
    public var records: Int { applied + deadLettered + duplicates + ignored + sides }
    /// Events of users who are taken for bots.
    public var botEvents: Int { bots.reduce(0, +) }
    /// Records written to `topic`.
    public func written(_ topic: OutputTopic) -> Int { written[Int(topic.rawValue)] }

    /// Adds what `other` counted.
    public static func += (sum: inout BatchCounts, other: BatchCounts) {
        sum.applied += other.applied
        sum.late += other.late
        sum.trackingAlarms += other.trackingAlarms
        sum.duplicates += other.duplicates
        sum.ignored += other.ignored
        sum.sides += other.sides
        sum.sidesRejected += other.sidesRejected
        sum.outputsRefused += other.outputsRefused
        sum.outputsDropped += other.outputsDropped
        sum.keysDiffering += other.keysDiffering
        for index in sum.bots.indices { sum.bots[index] += other.bots[index] }
        for index in sum.rejected.indices { sum.rejected[index] += other.rejected[index] }
        for index in sum.written.indices { sum.written[index] += other.written[index] }
    }

    mutating func count(_ applied: Applied) {
        switch applied {
        case .applied(let late):
            self.applied += 1
            if late { self.late += 1 }
        case .bot(let reason, let late):
            self.applied += 1
            if late { self.late += 1 }
            bots[Int(reason.rawValue)] += 1
        case .duplicate: duplicates += 1
        case .ignored: ignored += 1
        case .rejected(let code): rejected[Int(code.rawValue)] += 1
        }
    }

    mutating func countWritten(_ outputs: OutputBuffer) {
        for index in 0..<outputs.count { written[Int(outputs.topic(index).rawValue)] += 1 }
    }

    /// Takes an output that was refused for its size off those written: a dead letter stands for it, or nothing.
    mutating func countReplaced(_ topic: OutputTopic, isDropped: Bool) {
        written[Int(topic.rawValue)] -= 1
        if !isDropped { written[Int(OutputTopic.deadLetters.rawValue)] += 1 }
    }
}
