import FreshetKernels

extension Engine {
    /// Moves the watermark, never back, and lets every live action that leaves the window by it stop counting, in the order of time.
    func fireTimers(by time: EventTime) {
        guard time > watermark else { return }
        watermark = time
        while let due = timers.top, due.time <= watermark {
            timers.pop(by: Due.precedes)
            // A timer that was overtaken (its user left, or an earlier one was set) is no longer the user's own.
            guard users.ids.contains(number: due.number), users[due.number].nextExpiry == due.time else { continue }
            expire(due.number)
        }
    }

    private func expire(_ user: UInt32) {
        users.changed.touch(user)
        users[user].nextExpiry = EventTime(milliseconds: .max)
        var first = EventTime(milliseconds: .max)
        for place in users[user].history.indices {
            refreshShare(user, place)
            let share = users[user].history[place].share
            if share.isLive { first = min(first, share.firstAction) }
        }
        if first.milliseconds != .max { setTimer(user, first.advanced(by: settings.itemSimilarity.window)) }
    }
}
