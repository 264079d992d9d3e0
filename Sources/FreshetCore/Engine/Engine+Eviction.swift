import FreshetKernels

extension Engine {
    /// Items leave so many at a time, because taking them out of all histories is one walk over all users.
    private var itemsLeavingAtOnce: Int { max(1, settings.itemsMax / 64) }

    /// Sees to it that one more id fits: the user with the oldest last event leaves with its visitors, and with them all that they count for.
    /// Where nobody but `kept` is left, the oldest of its visitors does.
    func makeRoom(keeping kept: UInt32?) {
        guard users.ids.count >= settings.usersMax else { return }
        if let user = users.oldestProfile(except: kept) {
            removeUser(user)
        } else if let kept {
            removeOldestVisitor(of: kept)
        }
    }

    /// Forgets that the visitor identified longest ago (ties: the first id) is this user. What it did stays the user's.
    func removeOldestVisitor(of user: UInt32) {
        guard let visitor = users.takeOldestVisitor(of: user) else { return }
        departedUsers.append(visitor)
        users.remove(visitor)
    }

    /// Removes a profile and its visitors.
    func removeUser(_ user: UInt32) {
        users.changed.touch(user)
        for place in users[user].history.indices { withdraw(user, place) }
        for index in users[user].visitors.indices {
            departedUsers.append(users[user].visitors[index])
            users.remove(users[user].visitors[index])
        }
        departedUsers.append(user)
        cancelTimer(user)
        users.remove(user)
    }

    /// Lets the items with the oldest last events leave: their entries leave all histories, and with them all counts.
    func evictItems() {
        var leaving = FlatList<Bool>()
        leaving.extend(to: items.ids.numbersEnd, with: false)
        let first = departedItems.count
        while departedItems.count - first < itemsLeavingAtOnce, let item = items.oldest() {
            leaving[Int(item)] = true
            items.passOver(item)
            departedItems.append(item)
        }
        for user in users.rows.indices where !users.rows[user].history.isEmpty || !users.rows[user].sessions.isEmpty {
            forget(leaving, UInt32(user))
        }
        signals.next.forgetFollowers(leaving)
        signals.popularity.boards.forgetItems(leaving)
        for index in first..<departedItems.count {
            items.changed.touch(departedItems[index])
            for signal in signals.all { signal.forget(departedItems[index]) }
            if catalogue.remove(departedItems[index]) { catalogueEvicted += 1 }
            items.remove(departedItems[index])
        }
        if catalogue.count == 0 { ruleBook.refreshAll() }
        leaving.free()
    }

    private func forget(_ leaving: FlatList<Bool>, _ user: UInt32) {
        for place in stride(from: users[user].history.count - 1, through: 0, by: -1) where leaving[Int(users[user].history[place].item)] {
            users.changed.touch(user)
            withdraw(user, place)
            users[user].history.swapRemove(at: place)
        }
        for index in users[user].sessions.indices {
            let session = users[user].sessions[index]
            for step in 0..<Int(session.count) where leaving[Int(session.steps[step])] {
                users.changed.touch(user)
                users[user].sessions[index].remove(session.steps[step])
            }
        }
    }
}
