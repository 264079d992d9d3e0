import FreshetKernels

extension Engine {
    /// Moves the watermark, never back, and lets every live action that leaves the window by it stop counting, in the order of time.
    func fireTimers(by time: EventTime) {
        guard time > watermark else { return }
        watermark = time
        rates.close(by: time)
        while let due = timers.top, due.key <= watermark.milliseconds {
            cancelTimer(due.number)
            expire(due.number)
        }
    }

    /// The user need not be looked at any more.
    func cancelTimer(_ user: UInt32) {
        timers.remove(user, ties: <)
        users[user].nextExpiry = EventTime(milliseconds: .max)
    }

    private func expire(_ user: UInt32) {
        users.changed.touch(user)
        var first = EventTime(milliseconds: .max)
        for place in users[user].history.indices {
            refreshShare(user, place, from: users[user].history[place].share)
            let share = users[user].history[place].share
            if share.isLive { first = min(first, share.firstAction) }
        }
        if first.milliseconds != .max { setTimer(user, first.advanced(by: settings.itemSimilarity.window)) }
    }
}
