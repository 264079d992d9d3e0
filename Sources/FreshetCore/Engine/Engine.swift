public import FreshetKernels

/// What became of an event.
public enum Applied: Equatable, Sendable {
    /// It had its effect. `late`: it is older than the window, and only its history entry is kept.
    case applied(late: Bool)
    /// It had its effect on the profile of its user, who is taken for a bot, and on nothing that others are shown. `late` as above.
    case bot(BotReason, late: Bool)
    /// Its id is remembered: no effect.
    case duplicate
    /// Acceptable, and without effect (an `identify` that contradicts an earlier one).
    case ignored
    /// Only the state shows that it is not acceptable: a dead letter.
    case rejected(RejectionCode)

    /// Whether it had an effect.
    public var isApplied: Bool {
        switch self {
        case .applied, .bot: true
        case .duplicate, .ignored, .rejected: false
        }
    }
}

/// The owner of all state: profiles, signals, timers. State changes in `apply` and `advance` only, and only from (state, event).
///
/// Not thread safe: one thread owns an engine. The order of work for an event: timers due, duplicate?, identity, consent, bot?, profile,
/// signals. `recommend` is a pure read.
public final class Engine {
    /// What shapes the state.
    public let settings: EngineSettings
    /// The largest applied event time minus the lateness, or later by ticks; timers due by it have fired.
    @exclusivity(unchecked) public internal(set) var watermark: EventTime = .never
    /// Events that had an effect, since the state began.
    @exclusivity(unchecked) public internal(set) var eventsApplied: Int64 = 0
    /// Of them, events older than the window.
    @exclusivity(unchecked) public internal(set) var eventsLate: Int64 = 0
    /// Of them, events of bots, by the raw value of `BotReason`.
    @exclusivity(unchecked) var botEvents = InlineArray<3, Int64>(repeating: 0)

    /// Items of the catalogue that left by `limits.items_max`.
    @exclusivity(unchecked) var catalogueEvicted: Int64 = 0

    let users = Users()
    let items = Items()
    let dedup: DedupRing
    let signals: Signals
    let catalogue: Catalogue
    let ruleBook: RuleBook
    let erasures: Erasures
    /// Makes pseudonyms; `nil`: nobody can be erased. To be set before any row is taken.
    public var pseudonymize: Pseudonymizer?
    var pseudonymIndex = PseudonymIndex()
    let rates: WeeklyRates
    /// By user: when its first live action leaves the window; only of users that have one.
    @exclusivity(unchecked) var timers = IndexedHeap()
    /// The profile that the last applied event belongs to; `nil` where it has none.
    @exclusivity(unchecked) var lastUser: UInt32?
    /// The item that the last applied event names and that counts changed for.
    @exclusivity(unchecked) var lastItem: UInt32?
    /// Users and items that left during the last `apply`, for who keeps rows by their numbers.
    @exclusivity(unchecked) var departedUsers = FlatList<UInt32>()
    @exclusivity(unchecked) var departedItems = FlatList<UInt32>()

    /// Held between `decodeGlobals` and `finishRestore`.
    var restored = RestoredGlobals()

    private let blend: Blend
    private let rules: Rules
    @exclusivity(unchecked) private var seeds = FlatList<HistoryEntry>()

    /// An engine without any state.
    public init(settings: EngineSettings) {
        self.settings = settings
        dedup = DedupRing(slotsMax: settings.dedupEventsMax)
        catalogue = Catalogue(bytesMax: settings.catalogueBytesMax)
        signals = Signals(settings: settings, items: items, catalogue: catalogue)
        blend = Blend(signals: signals, items: items)
        ruleBook = RuleBook(items: items, catalogue: catalogue)
        erasures = Erasures(limit: settings.erasuresMax)
        rules = Rules(items: items, catalogue: catalogue, book: ruleBook)
        rates = WeeklyRates(settings: settings)
    }

    deinit {
        timers.free()
        departedUsers.free()
        departedItems.free()
        seeds.free()
    }

    /// Applies one event.
    func apply(_ event: Event) -> Applied {
        beginChange()
        fireTimers(by: event.time.advanced(by: -settings.lateness))
        if isErased(event) { return .ignored }
        if event.type == .identify, let verdict = judgeIdentity(event) { return verdict }
        let horizonEnd = watermark == .never ? watermark : watermark.advanced(by: -settings.dedupHorizon)
        if dedup.isDuplicate(event.fingerprint, at: event.time, after: horizonEnd) { return .duplicate }
        let late = event.time <= windowEnd
        eventsApplied += 1
        if late { eventsLate += 1 }
        if let reason = learn(event, late: late) {
            botEvents[Int(reason.rawValue)] += 1
            return .bot(reason, late: late)
        }
        rates.count(event.type, at: event.time)
        return .applied(late: late)
    }

    /// Lets an event change profiles and signals. Answers why its user is taken for a bot, where it is.
    private func learn(_ event: Event, late: Bool) -> BotReason? {
        guard event.consent else { return countWithoutProfile(event) }
        if event.type == .identify { identify(event) } else { updateProfile(event, late: late) }
        return lastUser.flatMap { users[$0].watch.verdict }
    }

    /// Fires what is due by `watermark`, without an event: a tick.
    public func advance(to watermark: EventTime) {
        beginChange()
        fireTimers(by: watermark)
    }

    /// Actions up to this time are out of the window.
    var windowEnd: EventTime { watermark == .never ? .never : watermark.advanced(by: -settings.itemSimilarity.window) }

    /// The largest applied event time, as far as the watermark tells.
    var now: EventTime { watermark == .never ? EventTime(milliseconds: 0) : watermark.advanced(by: settings.lateness) }

    // MARK: Lists

    /// The number of a user, of the user that a visitor belongs to, or `nil` where neither is known.
    public func userNumber(_ id: ByteView) -> UInt32? {
        guard let number = users.ids.find(id) else { return nil }
        return users[number].isAlias ? users[number].master : number
    }

    /// The number of an item, or `nil` where it is not known.
    public func itemNumber(_ id: ByteView) -> UInt32? { items.ids.find(id) }

    /// The id of an item.
    public func itemID(_ number: UInt32) -> ByteView { items.ids[number] }

    /// The id of a user.
    public func userID(_ number: UInt32) -> ByteView { users.ids[number] }

    /// Makes the list of a user (`nil`: one of whom nothing is known), at most `limit` items: a pure read of the state.
    public func recommend(user: UInt32?, limit: Int, _ request: Request = Request(), into list: RecommendedList) {
        list.removeAll()
        var query = query(for: user)
        request.segment.withView { segment in
            if !segment.isEmpty { query.segment = segment }
            rules.begin(query, request)
            blend.rank(query, rules, limit: limit)
            list.explain(blend, rules)
        }
    }

    private func query(for user: UInt32?) -> Query {
        seeds.removeAll()
        guard let user else { return Query(seeds: seeds, history: FlatList(), session: nil, now: now, windowEnd: windowEnd) }
        let row = users[user]
        for index in row.history.indices where row.history[index].isLive { seeds.append(row.history[index]) }
        seeds.sort { left, right in
            left.lastAction != right.lastAction ? left.lastAction > right.lastAction : items.ids.precedes(left.item, right.item)
        }
        var session: Session?
        for index in row.sessions.indices {
            let candidate = row.sessions[index]
            if let held = session, (held.last, held.key) > (candidate.last, candidate.key) { continue }
            session = candidate
        }
        return Query(
            seeds: seeds, history: row.history, session: session, now: now, windowEnd: windowEnd, searches: row.searches,
            segment: row.segment.view)
    }
}
