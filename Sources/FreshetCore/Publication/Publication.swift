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

    /// Records that `republishAfter` sends again in one batch, at most; the others wait for the next.
    public static let republishedMax = 200

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
/// Call order for each batch: `begin`, `foresee` for every event in the order of application, then `tick` (if the batch has one),
/// `apply` for every event in the same order, `finish`. With `outputs` nil (catch-up) the same state results and nothing is written.
///
/// A list is computed in the state just after its event. With `conflate` that is the user's last event of the batch, which `foresee` finds;
/// where that last event turns out to have no effect (a duplicate, say), the list is made at the end of the batch.
public final class Publication {
    /// The engine that batches are applied to.
    public let engine: Engine
    /// How lists are published.
    public let settings: PublicationSettings

    let publishedUsers: PublishedRows
    let publishedItems: PublishedRows
    private let foresight = Foresight()
    private var outputs: OutputBuffer?
    private let list = RecommendedList()
    private var position = 0
    /// Users that are owed a list at the end of the batch, and the trigger of each.
    private var owed: [OwedList] = []
    private let owedTexts = ByteArena()

    /// Publication state that has published nothing yet.
    public init(engine: Engine, settings: PublicationSettings) {
        self.engine = engine
        self.settings = settings
        publishedUsers = PublishedRows(republishAfter: settings.republishAfter)
        publishedItems = PublishedRows(republishAfter: settings.republishAfter)
    }

    /// The number of lists of recommendations made since the process began, those of a catch-up included.
    public private(set) var listsMade: Int64 = 0

    /// Begins a batch whose outputs go to `outputs`.
    public func begin(_ outputs: OutputBuffer?) {
        self.outputs = outputs
        position = 0
        foresight.removeAll()
        owed.removeAll(keepingCapacity: true)
        owedTexts.releaseAll()
        engine.signals.similarity.beginBatch()
    }

    /// Tells of an event of this batch before any is applied, so that only a user's last list is made.
    public func foresee(_ event: Event) {
        guard settings.conflate, settings.recommendations else { return }
        foresight.add(event, engine)
    }

    /// Applies a tick: fires the timers due by `watermark`.
    public func tick(to watermark: EventTime) { engine.advance(to: watermark) }

    /// Applies one event.
    public func apply(_ event: Event, from origin: EventOrigin) -> Applied {
        let applied = engine.apply(event)
        forgetDeparted()
        let isForeseenLast = settings.conflate && settings.recommendations && foresight.isLast(position)
        position += 1
        guard case .applied = applied else { return applied }
        if event.type == .identify { retireVisitor(event) }
        if let user = engine.lastUser, event.type.isFollowedByList { follow(event, origin, user, isForeseenLast) }
        if !settings.conflate, settings.similarItems, let item = engine.lastItem { writeSimilar(item, at: event.time) }
        return applied
    }

    /// Ends the batch: conflated records that are still owed are written.
    public func finish() {
        for index in owed.indices where !owed[index].isPaid { payLast(owed[index]) }
        if settings.conflate, settings.similarItems { writeChangedItems() }
        if settings.republishAfter != nil { republish() }
        outputs = nil
    }

    // MARK: Lists

    private func follow(_ event: Event, _ origin: EventOrigin, _ user: UInt32, _ isForeseenLast: Bool) {
        guard settings.recommendations, Int(engine.users[user].events) % settings.every == 0 else { return }
        let trigger = Trigger(event: event, origin: origin)
        if !settings.conflate {
            writeList(of: user, trigger, onlyIfChanged: false)
        } else if isForeseenLast {
            writeList(of: user, trigger, onlyIfChanged: true)
            settle(user)
        } else {
            owe(user, trigger)
        }
    }

    private func owe(_ user: UInt32, _ trigger: Trigger) {
        settle(user)
        owed.append(OwedList(user: user, trigger: trigger.kept(in: owedTexts)))
        foresight.noteOwed(user, at: owed.count - 1)
    }

    private func settle(_ user: UInt32) {
        if let place = foresight.owedPlace(user), owed[place].user == user { owed[place].isPaid = true }
    }

    private func payLast(_ debt: OwedList) {
        guard engine.users.ids.contains(number: debt.user), !engine.users[debt.user].isAlias else { return }
        writeList(of: debt.user, debt.trigger, onlyIfChanged: true)
    }

    private func writeList(of user: UInt32, _ trigger: Trigger, onlyIfChanged: Bool) {
        engine.recommend(user: user, limit: settings.listLength, into: list)
        listsMade += 1
        let isNew = publishedUsers.note(user, list.fingerprint(engine.items.ids), at: trigger.time)
        if isNew || !onlyIfChanged { outputs?.appendList(list, of: user, trigger, engine) }
    }

    private func retireVisitor(_ event: Event) {
        guard settings.recommendations, let visitor = engine.users.ids.find(event.visitor), engine.users[visitor].isAlias else { return }
        publishedUsers.forget(visitor)
        outputs?.append(.recommendations, key: event.visitor, value: nil)
    }

    // MARK: Similar items

    private func writeSimilar(_ item: UInt32, at time: EventTime) {
        outputs?.appendSimilar(to: item, limit: settings.listLength, at: time, engine)
    }

    private func writeChangedItems() {
        let changes = engine.signals.similarity.batchChanges
        for index in changes.indices where engine.items.ids.contains(number: changes[index]) {
            var similar = engine.signals.similarity.similar(to: changes[index], limit: settings.listLength)
            if publishedItems.note(changes[index], engine.fingerprint(of: similar), at: engine.now) {
                outputs?.appendSimilar(similar, to: changes[index], at: engine.now, engine)
            }
            similar.free()
        }
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
            var similar = engine.signals.similarity.similar(to: item, limit: settings.listLength)
            _ = publishedItems.note(item, engine.fingerprint(of: similar), at: engine.now)
            outputs?.appendSimilar(similar, to: item, at: engine.now, engine)
            similar.free()
        }
    }

    private func forgetDeparted() {
        for index in engine.departedUsers.indices { publishedUsers.forget(engine.departedUsers[index]) }
        for index in engine.departedItems.indices { publishedItems.forget(engine.departedItems[index]) }
    }
}
