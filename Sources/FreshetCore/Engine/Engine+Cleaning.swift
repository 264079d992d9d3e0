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
        for place in users[user].history.indices { withdraw(user, place) }
        users[user].watch.judge(reason)
        for place in users[user].history.indices { refreshShare(user, place, from: .none) }
    }

    /// Takes a bot for a shopper again: its live history counts.
    private func acquit(_ user: UInt32) {
        for place in users[user].history.indices { withdraw(user, place) }
        users[user].watch.acquit()
        for place in users[user].history.indices { refreshShare(user, place, from: .none) }
    }

    /// Counts an event of somebody who wants no profile: in popularity only, and not at all where the user is known for a bot. Answers why.
    ///
    /// Such events are not watched: that would be a profile, and one id may stand for everybody who wants none.
    func countWithoutProfile(_ event: Event, late: Bool) -> BotReason? {
        if let user = userNumber(event.user), let reason = users[user].watch.verdict { return reason }
        guard let item = admitItem(of: event, known: knownItem(of: event)), !late else { return nil }
        let weights = signals.similarity.weights
        switch event.type {
        case .click: signals.popularity.observe(item, weight: weights.click, at: event.time)
        case .cart: signals.popularity.observe(item, weight: weights.cart, at: event.time)
        case .purchase: signals.popularity.observe(item, weight: weights.purchase, at: event.time)
        default: break
        }
        return nil
    }
}
