import FreshetKernels

/// Who is taken for a bot, and what follows from it.
extension Engine {
    /// Watches an action of a user, who may be taken for a bot by it, or for a shopper again.
    func watch(_ user: UInt32, _ time: EventTime, isNewItem: Bool) {
        guard settings.bots.enabled else { return }
        if let reason = users[user].watch.note(at: time, isNewItem: isNewItem, settings.bots) {
            if !users[user].isBot { judge(user, reason) }
        } else if users[user].watch.isReformed(after: settings.bots.parole) {
            acquit(user)
        }
    }

    /// Takes a user for a bot: all that it counts for leaves the counts. Its own history stays, and so do its lists.
    func judge(_ user: UInt32, _ reason: BotReason) {
        recount(user) { users[user].watch.judge(reason) }
    }

    /// Takes a bot for a shopper again: its live history counts.
    private func acquit(_ user: UInt32) {
        recount(user) { users[user].watch.acquit() }
    }

    private func recount(_ user: UInt32, after change: () -> Void) {
        for place in users[user].history.indices { withdraw(user, place) }
        change()
        for place in users[user].history.indices { refreshShare(user, place, from: .none) }
    }

    /// Forgets what tells a bot from a shopper: when it was noted is not known but for the last. What is left of the history counts from now on.
    func forgetWatch(of user: UInt32) {
        if users[user].isBot { acquit(user) }
        users[user].watch = Watch()
    }

    /// Counts an event of somebody who wants no profile: in popularity only, and not at all where the user is known for a bot. Answers why.
    ///
    /// Such events are not watched: that would be a profile, and one id may stand for everybody who wants none.
    func countWithoutProfile(_ event: Event) -> BotReason? {
        if let user = userNumber(event.user), let reason = users[user].watch.verdict { return reason }
        guard let item = admitItem(of: event, known: knownItem(of: event)) else { return nil }
        var entry = HistoryEntry(item: item)
        entry.note(event.type, at: event.time)
        let weights = signals.similarity.weights
        let change = ShareChange(old: .none, new: entry.share(after: windowEnd, weights), weights: weights)
        if change.new.isLive { countPopularity(item, change, segment: event.segment) }
        return nil
    }
}
