public import FreshetCore

/// Decides when reading pauses because nothing but dead letters comes, and when it goes on. Pure.
///
/// A producer that writes nothing acceptable would fill the dead letters with all it has. So reading stops after a while, and is tried again
/// with one small batch a minute: dead letters are bounded, and nobody has to wake up. Only the pace changes, never order or state.
package struct PoisonPause: Equatable, Sendable {
    /// Dead letters that are no accident.
    package static let deadLettersMin = 100
    /// From one try to the next.
    package static let probeInterval: Int64 = 60_000
    /// Records of a try.
    package static let probeRecordsMax = 100

    /// What an operator is told.
    package enum Change: Equatable, Sendable {
        /// Reading pauses.
        case paused(PoisonAlarm)
        /// A good record came: reading goes on.
        case resumed
    }

    /// Time without a good record after which reading pauses, in milliseconds; `nil`: never.
    private let after: Int64?
    /// When the first dead letter since the last good record was committed; `nil` where none was.
    private var since: Int64?
    private var rejected = [Int](repeating: 0, count: RejectionCode.allCases.count)
    /// When the next try is due; `nil` while reading goes on.
    private var probeDueAt: Int64?

    /// Nothing was read yet.
    package init(after: Int64?) { self.after = after }

    /// Whether reading pauses.
    package var isPaused: Bool { probeDueAt != nil }

    /// Whether records may be read now.
    package func mayRead(at now: Int64) -> Bool { probeDueAt.map { now >= $0 } ?? true }

    /// Records of the next batch at most, where no more than `usual` are taken anyway.
    package func recordsMax(_ usual: Int) -> Int { isPaused ? min(usual, PoisonPause.probeRecordsMax) : usual }

    /// A batch of these records was committed at `now`, in monotonic milliseconds. Answers what changes with it.
    package mutating func observe(_ counts: BatchCounts, at now: Int64) -> Change? {
        // What side topics say is no event, good or bad.
        let records = counts.records - counts.sides - counts.sidesRejected
        guard records > 0 else { return nil }
        guard records == counts.deadLettered - counts.sidesRejected else {
            defer { self = PoisonPause(after: after) }
            return isPaused ? .resumed : nil
        }
        for code in rejected.indices { rejected[code] += counts.rejected[code] }
        let began = since ?? now
        since = began
        let isFirst = !isPaused
        guard let after, now - began >= after, deadLetters >= PoisonPause.deadLettersMin else { return nil }
        probeDueAt = now + PoisonPause.probeInterval
        guard isFirst, let reason = RejectionCode.allCases.max(by: { rejected[Int($0.rawValue)] < rejected[Int($1.rawValue)] }) else { return nil }
        return .paused(PoisonAlarm(deadLetters: deadLetters, milliseconds: now - began, reason: reason))
    }

    private var deadLetters: Int { rejected.reduce(0, +) }
}

/// Why reading pauses.
public struct PoisonAlarm: Equatable, Sendable, CustomStringConvertible {
    /// Records without a good one among them.
    public var deadLetters: Int
    /// The time in which they came.
    public var milliseconds: Int64
    /// What was wrong with most of them.
    public var reason: RejectionCode

    /// An alarm from its parts.
    public init(deadLetters: Int, milliseconds: Int64, reason: RejectionCode) {
        self.deadLetters = deadLetters
        self.milliseconds = milliseconds
        self.reason = reason
    }

    /// Cause and remedy.
    public var description: String {
        "reading is paused: all \(deadLetters) records of the last \(milliseconds / 1000) s were dead letters (most: \(reason.name)): correct what writes"
            + " the input topics, or topics.events if the format is another one; \(PoisonPause.probeRecordsMax) records are tried every"
            + " \(PoisonPause.probeInterval / 1000) s, and reading goes on with the first good one (events.pause_after: off turns this off)"
    }
}
