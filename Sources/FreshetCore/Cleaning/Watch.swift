import FreshetKernels

/// What tells a bot from a shopper: how many things a user does, how widely, and how evenly. A few bytes of its profile, in event time.
///
/// Only what others could learn from is noted: clicks, carts and purchases inside the window.
struct Watch: BitwiseCopyable, Equatable {
    /// The length of the span that events are counted in, in ms.
    static let hour: Int64 = 3_600_000
    /// The length of the span that new items are counted in, in ms.
    static let day: Int64 = 24 * hour
    /// Gaps are equal where they differ by less than this part of the first of them: timers jitter.
    static let evenness: Int64 = 10
    /// A gap that is a multiple of it, in ms, tells nothing: many logs know no finer time, and hold even gaps of people.
    static let resolution: Int64 = 1_000
    private static let countMax = UInt16.max

    /// The time of the newest action, or never.
    private(set) var last = EventTime.never
    /// Actions in the hour of the newest.
    private(set) var events: UInt16 = 0
    /// Of the actions on its day, those with items that were new to the user's history.
    private(set) var items: UInt16 = 0
    /// Gaps one behind the other that equal the first of them, those of whole seconds passed over.
    private(set) var evenGaps: UInt16 = 0
    /// The number of a reason and one more; 0 for a shopper.
    private var judged: UInt8 = 0
    /// Whether the newest action brought the verdict. Not stored: it is told of at once, or never.
    private(set) var isJudgedNow = false
    /// The first of the equal gaps, in ms; 0 before there is one.
    private var gap: UInt32 = 0
    /// The number of the hour in which a limit was exceeded last.
    private var exceeded: Int32 = 0

    /// Whether the user is taken for a bot.
    var isBot: Bool { judged != 0 }

    /// Why it is; `nil` for a shopper.
    var verdict: BotReason? { isBot ? BotReason(rawValue: judged - 1) : nil }

    /// When the hour began in which a limit was exceeded last.
    var lastExcess: EventTime { EventTime(milliseconds: Int64(exceeded) * Watch.hour) }

    /// Notes an action. Answers the limit that is exceeded by it.
    mutating func note(at time: EventTime, isNewItem: Bool, _ limits: EngineSettings.BotSettings) -> BotReason? {
        moveOn(to: time)
        isJudgedNow = false
        if events < Watch.countMax { events += 1 }
        if isNewItem, items < Watch.countMax { items += 1 }
        guard let reason = excess(limits) else { return nil }
        exceeded = Int32(truncatingIfNeeded: last.number(ofSpan: Watch.hour))
        return reason
    }

    /// Takes the user for a bot.
    mutating func judge(_ reason: BotReason) { (judged, isJudgedNow) = (reason.rawValue + 1, true) }

    /// Takes the user for a shopper again.
    mutating func acquit() { judged = 0 }

    /// Whether a bot has kept within all limits for as long as `parole`, by the hours of its newest action and of the last excess.
    func isReformed(after parole: Int64) -> Bool {
        isBot && last.number(ofSpan: Watch.hour) - Int64(exceeded) >= parole / Watch.hour
    }

    /// Takes over what was noted of a visitor who turned out to be this user: of the same hour and day as if the user had done it. Who is joined to
    /// a bot is one.
    mutating func join(_ other: Watch) {
        let (mine, newer) = (self, last < other.last ? other : self)
        last = newer.last
        events = Watch.joined(mine.eventsKept(inHourOf: last), other.eventsKept(inHourOf: last))
        items = Watch.joined(mine.itemsKept(onDayOf: last), other.itemsKept(onDayOf: last))
        (gap, evenGaps) = (newer.gap, newer.evenGaps)
        guard other.isBot else { return }
        exceeded = mine.isBot ? max(mine.exceeded, other.exceeded) : other.exceeded
        if !mine.isBot { judged = other.judged }
    }

    /// An action that is older than the newest counts in the newest one's hour and day, and tells nothing of gaps.
    private mutating func moveOn(to time: EventTime) {
        guard time > last else { return }
        events = eventsKept(inHourOf: time)
        items = itemsKept(onDayOf: time)
        if last != .never { noteGap(time.milliseconds &- last.milliseconds) }
        last = time
    }

    private mutating func noteGap(_ milliseconds: Int64) {
        guard milliseconds % Watch.resolution != 0 else { return }
        let (first, length) = (Int64(gap), UInt32(clamping: milliseconds))
        if first > 0, abs(Int64(length) - first) * Watch.evenness < first {
            if evenGaps < Watch.countMax { evenGaps += 1 }
        } else {
            (gap, evenGaps) = (length, 1)
        }
    }

    private func excess(_ limits: EngineSettings.BotSettings) -> BotReason? {
        if Int(events) > limits.eventsPerHourMax { return .rate }
        if Int(items) > limits.itemsPerDayMax { return .breadth }
        return Int(evenGaps) > limits.equalGapsMax ? .regularity : nil
    }

    private func eventsKept(inHourOf time: EventTime) -> UInt16 { isSame(Watch.hour, as: time) ? events : 0 }

    private func itemsKept(onDayOf time: EventTime) -> UInt16 { isSame(Watch.day, as: time) ? items : 0 }

    private func isSame(_ span: Int64, as time: EventTime) -> Bool { last.number(ofSpan: span) == time.number(ofSpan: span) }

    private static func joined(_ left: UInt16, _ right: UInt16) -> UInt16 { UInt16(clamping: Int(left) + Int(right)) }
}

extension Watch {
    /// Appends the watch.
    func encode(into bytes: ByteBuffer) {
        bytes.append(time: last)
        bytes.append(littleEndian: events)
        bytes.append(littleEndian: items)
        bytes.append(littleEndian: evenGaps)
        bytes.append(judged)
        bytes.append(littleEndian: gap)
        bytes.append(littleEndian: exceeded)
    }

    /// Reads a watch.
    init(from reader: inout ByteReader) throws(CodecError) {
        last = try reader.time()
        events = try reader.integer()
        items = try reader.integer()
        evenGaps = try reader.integer()
        judged = try reader.integer()
        gap = try reader.integer()
        exceeded = try reader.integer()
        guard !isBot || verdict != nil else { throw CodecError(message: "a user is a bot for reason \(judged), which is not known") }
    }
}
