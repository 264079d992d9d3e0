public import FreshetKernels

/// How lists are published; none of this shapes the engine's state, and all of it may change between runs.
public struct PublicationSettings: Sendable, Equatable {
    /// Only a user's last list of a batch, and only when its items changed (`publish.conflate`).
    public var conflate = true
    /// Items of a list (`publish.list_length`).
    public var listLength = 20
    /// A list at each event whose number in the user's profile is divisible by it (`publish.every`).
    public var every = 1
    /// Event time after which an unchanged list or record is published again; `nil` is off (`publish.republish_after`).
    public var republishAfter: Int64?
    /// Whether recommendations are published.
    public var recommendations = true
    /// Whether similar items are published.
    public var similarItems = true

    // A catch-up must make the same batches again, whatever the settings are by then: the limits below are constants.

    /// Records that `republishAfter` sends again in one batch, at most; the others wait for the next.
    public static let republishedMax = 200
    /// Lists that one batch sends to users of a replayed state, at most; the others wait for the next.
    public static let backfilledMax = 200
    /// Users whose lists are looked through in one batch for items that may not be shown any more.
    public static let sweptMax = 20_000
    /// Lists that one batch sends again without such items, at most; the others wait for the next.
    public static let retractedMax = 1_000

    /// Items whose counts changed that are looked at in one batch, where so many are owed a look; a batch of more than twice as many events looks at
    /// half as many as it has events. The others wait for the next, so that the lists of no batch wait for all items of a shop.
    public static let changedItemsMin = 250

    /// Event time from one look at the items whose counts changed to the next, in ms: each event changes the items of a whole history, so under
    /// load most of them change again and again within a second. A batch without events always looks.
    public static let similarItemsInterval: Int64 = 1_000

    /// The limit whatever the batch, where a test sets one.
    var changedItemsMax: Int?

    /// The defaults.
    public init() {}
}

/// Where an event came from.
public struct EventOrigin {
    /// The topic's name, or the file's.
    public var topic: ByteView
    /// The partition.
    public var partition: Int32
    /// The offset, or the line number from 1.
    public var offset: Int64

    /// An origin from its parts.
    public init(topic: ByteView, partition: Int32, offset: Int64) {
        self.topic = topic
        self.partition = partition
        self.offset = offset
    }
}

/// Applies batches to the engine and writes what follows from them: a pure function of the state and the journalled batch.
///
/// Call order for each batch: `begin`, `foresee` for every event in the order of application, then what side topics say and `finishSides`, `tick`
/// (if the batch has one), `apply` for every event in the same order, `finish`. With `outputs` nil (catch-up) the same state results and nothing is written.
///
/// A list is computed in the state just after its event; with `conflate` it is the user's last event of the batch (`Foresight`).
public final class Publication {
    /// The engine that batches are applied to.
    public let engine: Engine
    /// How lists are published.
    public let settings: PublicationSettings

    let publishedUsers: PublishedRows
    let publishedItems: PublishedRows
    let owedItems = OwedItems()
    /// The time of the event that the last look at what is owed followed; never: the next batch goes on with it.
    var lookedAt = EventTime.never
    @exclusivity(unchecked) private var lastTime = EventTime.never
    /// Users with these numbers, who are owed a list: all of a state that a replay made.
    var owedUsers: Range<UInt32> = 0..<0
    /// The newest list of each user, and which of them are to be looked through.
    let lists = StoredLists()
    var sweep = Sweep()
    /// Who was forgotten last, and up to when: what the journal holds of it.
    public internal(set) var erased: (name: String, time: EventTime)?
    private let foresight = Foresight()
    @exclusivity(unchecked) private(set) var outputs: OutputBuffer?
    let list = RecommendedList()
    /// Events of this batch that were applied.
    @exclusivity(unchecked) private var position = 0
    /// The same of all that was foreseen.
    @exclusivity(unchecked) private var foreseenPosition = 0
    private let batchLists = BatchLists()

    /// Publication state that has published nothing yet.
    public init(engine: Engine, settings: PublicationSettings) {
        self.engine = engine
        self.settings = settings
        publishedUsers = PublishedRows(republishAfter: settings.republishAfter)
        publishedItems = PublishedRows(republishAfter: settings.republishAfter)
    }

    /// The number of lists of recommendations made since the process began, those of a catch-up included.
    @exclusivity(unchecked) public private(set) var listsMade: Int64 = 0

    /// Whether several batches of a catch-up may be foreseen together. Of a user's lists only the last one of them all is made then, and what was
    /// published for it in between, and when, is not known: nothing may follow from that.
    public var mayForeseeBatches: Bool { isForeseeing && settings.republishAfter == nil && owedUsers.isEmpty && sweep.isDone }

    /// Begins to foresee several batches: `foresee` follows for every event of all of them, before the first begins.
    public func beginForeseeing() {
        foresight.removeAll()
        foreseenPosition = 0
    }

    /// Begins a batch whose outputs go to `outputs`. Where it `isForeseen`, its events were foreseen with those of other batches.
    public func begin(_ outputs: OutputBuffer?, isForeseen: Bool = false) {
        if !isForeseen { beginForeseeing() }
        self.outputs = outputs
        position = 0
        batchLists.removeAll()
        engine.rates.removeAlarms()
        engine.signals.similarity.beginBatch()
    }

    /// Tells of an event before any is applied, so that only a user's last list is made.
    public func foresee(_ event: Event) {
        if isForeseeing { foresight.add(event, engine) }
    }

    /// Applies a tick: fires the timers due by `watermark`.
    public func tick(to watermark: EventTime) { engine.advance(to: watermark) }

    /// Applies one event.
    public func apply(_ event: Event, from origin: EventOrigin) -> Applied {
        let applied = engine.apply(event)
        forgetDeparted()
        let isNeeded = !isForeseeing || foresight.isNeeded(foreseenPosition)
        position += 1
        foreseenPosition += 1
        lastTime = event.time
        guard applied.isApplied else { return applied }
        if event.type == .identify { retireVisitor(event) }
        if let user = engine.lastUser, event.type.isFollowedByList, isNeeded { follow(event, origin, user) }
        if !settings.conflate, settings.similarItems, let item = engine.lastItem { writeSimilar(item, at: event.time) }
        return applied
    }

    /// Hours that were complete with this batch and broke with the weeks before: for who watches the shop, and no part of state.
    public var trackingAlarms: [TrackingAlarm] { engine.rates.alarms }

    /// Whether records wait for a later batch, which may be empty.
    public var owesRecords: Bool { owedItems.count > 0 || !owedUsers.isEmpty || !sweep.isDone }

    /// Whether records wait that the last batch had no room for.
    public var isBehind: Bool { owedItems.count > 0 && lookedAt == .never || !owedUsers.isEmpty || !sweep.isDone }

    /// Ends the batch: conflated records that are still owed are written, as many as a batch may hold.
    public func finish() {
        oweChanged()
        if isLookDue { writeOwedItems() }
        if settings.republishAfter != nil { republish() }
        writeOwedLists()
        retract()
        outputs?.removeWithdrawn()
        outputs = nil
    }

    // MARK: Lists

    /// With `every` the number of an event decides too, so each that counts has its list made.
    private var isForeseeing: Bool { settings.conflate && settings.recommendations && settings.every == 1 }

    private func follow(_ event: Event, _ origin: EventOrigin, _ user: UInt32) {
        guard settings.recommendations, Int(engine.users[user].events) % settings.every == 0 else { return }
        writeList(of: user, Trigger(event: event, origin: origin), onlyIfChanged: settings.conflate)
    }

    /// With `conflate` the last list that a batch makes for a user stands alone: earlier ones are withdrawn, and what counts as a change
    /// is told by the list that was published before the batch.
    func writeList(of user: UInt32, _ trigger: Trigger, onlyIfChanged: Bool) {
        engine.recommend(user: user, limit: settings.listLength, into: list)
        listsMade += 1
        if engine.ruleBook.isActive { lists.put(user, list) } else { lists.forget(user) }
        let fingerprint = list.fingerprint(engine.items.ids)
        guard settings.conflate else {
            _ = publishedUsers.note(user, fingerprint, at: trigger.time)
            outputs?.appendList(list, of: user, trigger, engine)
            return
        }
        let earlier = batchLists.add(user, standing: publishedUsers.row(user))
        let isNew = publishedUsers.note(user, fingerprint, at: trigger.time, since: earlier.standing)
        guard let outputs else { return }
        if let index = earlier.index { outputs.withdraw(index) }
        guard isNew || !onlyIfChanged else { return batchLists.setIndex(nil, of: user) }
        outputs.appendList(list, of: user, trigger, engine)
        batchLists.setIndex(outputs.count - 1, of: user)
    }

    private func retireVisitor(_ event: Event) {
        guard settings.recommendations, let visitor = engine.users.ids.find(event.visitor), engine.users[visitor].isAlias else { return }
        publishedUsers.forget(visitor)
        lists.forget(visitor)
        outputs?.append(.recommendations, key: event.visitor, value: nil)
    }

    // MARK: Similar items

    private func writeSimilar(_ item: UInt32, at time: EventTime) {
        guard let outputs else { return }
        outputs.appendSimilar(engine.signals.similarity.similar(to: item, limit: settings.listLength), to: item, at: time, engine)
    }

    /// Items whose counts changed since the batch began are owed a look.
    func oweChanged() {
        guard settings.conflate, settings.similarItems else { return }
        let changes = engine.signals.similarity.batchChanges
        for index in changes.indices where engine.items.ids.contains(number: changes[index]) { owedItems.add(changes[index]) }
    }

    /// By the batch's last event, and either way: one event from a clock that is ahead must not put off the looks of those that follow.
    private var isLookDue: Bool {
        guard position > 0, lookedAt != .never else { return true }
        return abs(lastTime.milliseconds - lookedAt.milliseconds) >= PublicationSettings.similarItemsInterval
    }

    private func writeOwedItems() {
        defer { lookedAt = owedItems.count > 0 ? .never : position > 0 ? lastTime : engine.now }
        owedItems.take(settings.changedItemsMax ?? max(PublicationSettings.changedItemsMin, position / 2)) { item in
            // What was switched off since is owed no more.
            if settings.similarItems { writeRecord(of: item, onlyIfChanged: true) }
        }
    }

    private func writeRecord(of item: UInt32, onlyIfChanged: Bool) {
        let similar = engine.signals.similarity.similar(to: item, limit: settings.listLength)
        let fingerprint = engine.items.ids.fingerprint(count: similar.count) { similar[$0].number }
        let isNew = publishedItems.note(item, fingerprint, at: engine.now)
        if isNew || !onlyIfChanged { outputs?.appendSimilar(similar, to: item, at: engine.now, engine) }
    }

    // MARK: Publishing again

    private func republish() {
        var budget = PublicationSettings.republishedMax
        while budget > 0, let user = publishedUsers.nextDue(by: engine.now) {
            budget -= 1
            writeList(of: user, Trigger(cause: "republish", time: engine.now), onlyIfChanged: false)
        }
        while budget > 0, let item = publishedItems.nextDue(by: engine.now) {
            budget -= 1
            writeRecord(of: item, onlyIfChanged: false)
        }
    }

    // MARK: Backfill

    /// Nothing of this state was published, whatever it says, for a replay made it: the next batches publish, once, the list of each user with
    /// a live action, with the cause `backfill`, and the record of each item with neighbours. Who gets a list for an event meanwhile needs no
    /// other one.
    public func oweAll() {
        lookedAt = .never
        for number in publishedUsers.rows.indices { publishedUsers.forget(UInt32(number)) }
        owedUsers = 0..<UInt32(engine.users.ids.numbersEnd)
        for number in 0..<UInt32(engine.items.ids.numbersEnd) where engine.items.ids.contains(number: number) {
            // Whose record says that it has neighbours, and who has none now, is owed the correction.
            if engine.signals.similarity.hasNeighbours(number) || publishedItems.holds(number) { owedItems.add(number) }
        }
        for number in publishedItems.rows.indices { publishedItems.forget(UInt32(number)) }
    }

    private func writeOwedLists() {
        guard settings.recommendations else { return owedUsers = 0..<0 }
        var budget = PublicationSettings.backfilledMax
        while budget > 0, let user = owedUsers.first {
            owedUsers = user + 1..<owedUsers.upperBound
            guard engine.users.ids.contains(number: user), engine.users[user].isLive, !publishedUsers.holds(user) else { continue }
            budget -= 1
            writeList(of: user, Trigger(cause: "backfill", time: engine.now), onlyIfChanged: false)
        }
    }

    func forgetDeparted() {
        for index in engine.departedUsers.indices {
            let user = engine.departedUsers[index]
            publishedUsers.forget(user)
            lists.forget(user)
            batchLists.forget(user)
        }
        lists.forgetItems(engine.departedItems, list)
        for index in engine.departedItems.indices { publishedItems.forget(engine.departedItems[index]) }
        owedItems.forget(engine.departedItems)
    }
}
