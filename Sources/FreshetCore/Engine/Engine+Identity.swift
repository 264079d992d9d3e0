import FreshetKernels

extension Engine {
    /// What the state says against an `identify`: a user is never a visitor, and the first identify of a visitor stands. `nil`: nothing.
    func judgeIdentity(_ event: Event) -> Applied? {
        guard event.visitor != event.user else { return .rejected(.identityCycle) }
        let user = users.ids.find(event.user)
        if let user, users[user].isAlias { return .rejected(.identityCycle) }
        guard let visitor = users.ids.find(event.visitor) else { return nil }
        if !users[visitor].visitors.isEmpty { return .rejected(.identityCycle) }
        if users[visitor].isAlias, users[visitor].master != user { return .ignored }
        return nil
    }

    /// Joins the visitor's profile to the user's, exactly for all counts: as if the user had done all of it. Idempotent.
    func identify(_ event: Event) {
        let known = users.ids.find(event.visitor)
        let user = admitUser(event.user, at: event.time, keeping: known)
        users[user].events &+= 1
        noteSegment(event, user)
        lastUser = user
        if let known, users[known].isAlias { return users.noteIdentified(known, at: event.time) }
        if users[user].visitors.count >= EngineSettings.visitorsMax { removeOldestVisitor(of: user) }
        if known == nil { makeRoom(keeping: user) }
        let visitor = known ?? takeUpUser(event.visitor, at: event.time)
        users.changed.touch(visitor)
        forgetBefore(joining: visitor, to: user)
        join(visitor, to: user)
        users.noteIdentified(visitor, at: event.time)
    }

    private func join(_ visitor: UInt32, to user: UInt32) {
        for place in users[visitor].history.indices { withdraw(visitor, place) }
        joinWatches(visitor, to: user)
        users[user].events &+= users[visitor].events
        users[user].lastEvent = max(users[user].lastEvent, users[visitor].lastEvent)
        var history = users[visitor].history
        users[visitor].history = FlatList()
        for place in history.indices { merge(history[place], user) }
        history.free()
        joinSearches(visitor, to: user)
        joinSegment(visitor, to: user)
        joinSessions(visitor, to: user)
        cancelTimer(visitor)
        users.makeAlias(visitor, of: user)
    }

    /// A bot's visitor, or a bot that turns out to be a user, makes one bot of both.
    private func joinWatches(_ visitor: UInt32, to user: UInt32) {
        let watch = users[visitor].watch
        users[visitor].watch = Watch()
        if let reason = watch.verdict, !users[user].isBot { judge(user, reason) }
        users[user].watch.join(watch)
    }

    private func merge(_ entry: HistoryEntry, _ user: UInt32) {
        if let place = users[user].historyIndex(of: entry.item) {
            let old = users[user].history[place].share
            users[user].history[place].merge(entry)
            settleShare(user, place, from: old)
        } else {
            insert(entry, user)
        }
    }

    private func joinSearches(_ visitor: UInt32, to user: UInt32) {
        var searches = users[visitor].searches
        users[visitor].searches = FlatList()
        for index in searches.indices { users[user].note(searches[index], limit: settings.keywords.searchesMax) }
        searches.free()
    }

    private func joinSegment(_ visitor: UInt32, to user: UInt32) {
        var segment = users[visitor].segment
        users[visitor].segment = FlatList()
        if users[user].segment.isEmpty { setSegment(segment.view, of: user) }
        segment.free()
    }

    private func joinSessions(_ visitor: UInt32, to user: UInt32) {
        var sessions = users[visitor].sessions
        users[visitor].sessions = FlatList()
        for index in sessions.indices { add(sessions[index], to: user) }
        sessions.free()
    }

    private func add(_ session: Session, to user: UInt32) {
        for index in users[user].sessions.indices where users[user].sessions[index].key == session.key {
            if users[user].sessions[index].last < session.last { users[user].sessions[index] = session }
            return
        }
        users[user].sessions.append(session)
        guard users[user].sessions.count > settings.next.sessionsMax else { return }
        var oldest = 0
        for index in users[user].sessions.indices {
            let (held, other) = (users[user].sessions[oldest], users[user].sessions[index])
            if (other.last, other.key) < (held.last, held.key) { oldest = index }
        }
        users[user].sessions.remove(at: oldest)
    }
}
