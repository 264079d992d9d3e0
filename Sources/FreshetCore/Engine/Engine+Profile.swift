import FreshetKernels

extension Engine {
    /// The item that an event names, where it is known; `nil` also for events that change nothing about items.
    func knownItem(of event: Event) -> UInt32? { event.type.changesItems ? items.ids.find(event.item) : nil }

    /// The item that an event names, taken up where it is new; `nil` for events that change nothing about items.
    func admitItem(of event: Event, known: UInt32?) -> UInt32? {
        guard let known else { return event.type.changesItems ? takeUp(event.item, at: event.time) : nil }
        items.note(known, at: event.time)
        return known
    }

    /// Takes up a new item.
    func takeUp(_ id: ByteView, at time: EventTime) -> UInt32 {
        if items.ids.count >= settings.itemsMax { evictItems() }
        let number = items.add(id, at: time)
        for signal in signals.all { signal.admit(number) }
        ruleBook.refresh(number, isNew: true)
        return number
    }

    /// The profile of an id, made where there is none; `kept` does not leave for it. A visitor's events count for its user.
    func admitUser(_ id: ByteView, at time: EventTime, keeping kept: UInt32? = nil) -> UInt32 {
        if let number = users.ids.find(id) {
            let owner = users[number].isAlias ? users[number].master : number
            users.changed.touch(owner)
            users[owner].lastEvent = max(users[owner].lastEvent, time)
            return owner
        }
        makeRoom(keeping: kept)
        return takeUpUser(id, at: time)
    }

    /// Takes up a new user or visitor.
    func takeUpUser(_ id: ByteView, at time: EventTime) -> UInt32 {
        let number = users.add(id, at: time)
        noteErasure(of: number)
        return number
    }

    /// Lets an event change its user's profile, and the signals see the change. By a bot's event no item is taken up, or stays for longer.
    func updateProfile(_ event: Event, late: Bool) {
        let user = admitUser(event.user, at: event.time)
        users[user].events &+= 1
        lastUser = user
        noteSegment(event, user)
        if event.type == .search { noteSearch(event, user) }
        let known = knownItem(of: event)
        let place = known.flatMap { users[user].historyIndex(of: $0) }
        if !late, event.type.isAction { watch(user, event.time, isNewItem: place == nil) }
        guard !users[user].isBot else { return updateEntry(event, known, place, user, late: late) }
        lastItem = admitItem(of: event, known: known)
        updateEntry(event, lastItem, place, user, late: late)
    }

    /// `place` is where the item stands in the history.
    private func updateEntry(_ event: Event, _ item: UInt32?, _ place: Int?, _ user: UInt32, late: Bool) {
        guard let item else { return }
        if let place {
            let old = users[user].history[place].share
            users[user].history[place].note(event.type, at: event.time)
            settleShare(user, place, from: old)
        } else {
            var entry = HistoryEntry(item: item)
            entry.note(event.type, at: event.time)
            insert(entry, user)
        }
        if !late, event.type.isAction { step(event, item, user) }
    }

    /// Notes the segment that the newest event of the user names.
    func noteSegment(_ event: Event, _ user: UInt32) {
        guard !event.segment.isEmpty, event.time >= users[user].lastEvent, users[user].segment.view != event.segment else { return }
        setSegment(event.segment, of: user)
    }

    private func noteSearch(_ event: Event, _ user: UInt32) {
        guard settings.readsTexts else { return }
        let words = signals.keywords.words(of: event.query)
        if !words.isEmpty { users[user].note(Search(words, at: event.time), limit: settings.keywords.searchesMax) }
    }

    /// Adds an entry; where the history is full, the one with the oldest last action leaves (ties: the last id).
    func insert(_ entry: HistoryEntry, _ user: UInt32) {
        users[user].history.append(entry)
        if users[user].history.count > settings.itemSimilarity.historyMax {
            let oldest = oldestEntry(user)
            withdraw(user, oldest)
            users[user].history.swapRemove(at: oldest)
        }
        if let place = users[user].historyIndex(of: entry.item) { settleShare(user, place, from: .none) }
    }

    private func oldestEntry(_ user: UInt32) -> Int {
        let history = users[user].history
        var oldest = 0
        for index in history.indices {
            let (time, held) = (history[index].lastAction, history[oldest].lastAction)
            if time < held || time == held && items.ids.precedes(history[oldest].item, history[index].item) { oldest = index }
        }
        return oldest
    }

    /// Brings what counts of an entry, which was `old`, up to the present window, and sets the timer for the next change.
    func settleShare(_ user: UInt32, _ place: Int, from old: HistoryShare) {
        refreshShare(user, place, from: old)
        let share = users[user].history[place].share
        if share.isLive { setTimer(user, share.firstAction.advanced(by: settings.itemSimilarity.window)) }
    }

    /// Brings what counts of an entry, which was `old`, up to the present window.
    func refreshShare(_ user: UInt32, _ place: Int, from old: HistoryShare) {
        let share = users[user].history[place].share(after: windowEnd, signals.similarity.weights)
        users[user].history[place].settle(share)
        changeCounts(user, place, from: old)
    }

    /// Sees to it that the user is looked at when `due` has come.
    func setTimer(_ user: UInt32, _ due: EventTime) {
        guard due < users[user].nextExpiry else { return }
        users[user].nextExpiry = due
        timers.set(user, to: due.milliseconds, ties: <)
    }

    /// Takes an entry out of all counts; it stays in the history with no share.
    func withdraw(_ user: UInt32, _ place: Int) {
        let old = users[user].history[place].share
        users[user].history[place].settle(.none)
        changeCounts(user, place, from: old)
    }

    /// The one way in which histories change what others are shown: what counts of an entry went from `old` to what stands there. A bot's do not.
    private func changeCounts(_ user: UInt32, _ place: Int, from old: HistoryShare) {
        let share = users[user].history[place].share
        guard share != old, !users[user].isBot else { return }
        signals.similarity.change(users[user].history, at: place, from: old)
        countPopularity(
            users[user].history[place].item, ShareChange(old: old, new: share, weights: signals.similarity.weights),
            segment: users[user].segment.view)
    }

    /// Lets popularity see what changed of somebody's actions on an item.
    func countPopularity(_ item: UInt32, _ change: ShareChange, segment: ByteView) {
        signals.popularity.change(item, change, segment: segment, category: catalogue.topCategory(of: item))
    }

    /// Gives a user another segment of shoppers: what counts of it counts there from now on.
    func setSegment(_ name: ByteView, of user: UInt32) {
        countInSegment(user, isLeaving: true)
        users[user].setSegment(name)
        countInSegment(user, isLeaving: false)
    }

    private func countInSegment(_ user: UInt32, isLeaving: Bool) {
        guard !users[user].isBot else { return }
        for place in users[user].history.indices where users[user].history[place].isLive {
            let (item, share) = (users[user].history[place].item, users[user].history[place].share)
            let change = ShareChange(old: isLeaving ? share : .none, new: isLeaving ? .none : share, weights: signals.similarity.weights)
            signals.popularity.boards.change(item, change, segment: users[user].segment.view)
        }
    }

    private func step(_ event: Event, _ item: UInt32, _ user: UInt32) {
        guard let place = openSession(Session.key(of: event.session), at: event.time, user) else { return }
        if !users[user].isBot { signals.next.observe(item, after: users[user].sessions[place], at: event.time) }
        users[user].sessions[place].push(item, limit: settings.next.stepsMax)
        users[user].sessions[place].last = max(users[user].sessions[place].last, event.time)
    }

    /// Where the session of an event stands, opened where there is none; `nil` for an event of a session that silence has ended since.
    private func openSession(_ key: UInt64, at time: EventTime, _ user: UInt32) -> Int? {
        var oldest = 0
        for index in users[user].sessions.indices {
            let session = users[user].sessions[index]
            if session.key == key {
                guard key == 0 else { return index }
                let silence = time.milliseconds - session.last.milliseconds
                if silence > settings.sessionGap { users[user].sessions[index] = Session(key: key, last: time) }
                return silence < -settings.sessionGap ? nil : index
            }
            let held = users[user].sessions[oldest]
            if (session.last, session.key) < (held.last, held.key) { oldest = index }
        }
        if users[user].sessions.count >= settings.next.sessionsMax { users[user].sessions.remove(at: oldest) }
        users[user].sessions.append(Session(key: key, last: time))
        return users[user].sessions.count - 1
    }
}
