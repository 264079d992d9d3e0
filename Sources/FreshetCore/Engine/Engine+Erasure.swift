import FreshetKernels

/// What was found of a person who is to be forgotten.
struct ErasureFindings: Equatable {
    /// What it is known by from now on.
    var pseudonym: Pseudonym
    /// The ids that stood for the person: the user's, then its visitors'; empty where nothing was known.
    var ids: [String] = []
    /// Items of its history that left all counts.
    var items = 0
    /// Open sessions that were dropped.
    var sessions = 0
    /// Whether anything of it is news.
    var isNew = false
    /// The user's number where later events keep it.
    var kept: UInt32?
}

/// Users who are forgotten (ALGORITHMS section 10): what they did up to a time leaves all counts, as if it had never been.
extension Engine {
    /// Forgets what a person did up to `time`: by the id of the user, or of a visitor that turned out to be it, whose user is forgotten with all of
    /// its visitors. `nil`: there is no room to remember it.
    func erase(_ record: ErasureRecord) -> ErasureFindings? {
        beginChange()
        guard let number = pseudonym(of: record.person) else { return nil }
        var findings = ErasureFindings(pseudonym: number)
        let owner = find(record.person).map { users[$0].isAlias ? users[$0].master : $0 }
        let visitors = owner.map { users[$0].visitors.count } ?? 0
        guard erasures.hasRoom(for: 2 + visitors) else { return nil }
        findings.isNew = erasures.put(number, until: record.time)
        guard let owner else { return findings }
        for known in [owner] + visitorNumbers(of: owner) {
            findings.ids.append(users.ids[known].text)
            if let alias = pseudonymize?(users.ids[known]), erasures.put(alias, until: record.time) { findings.isNew = true }
        }
        forgetVisitors(of: owner, until: record.time)
        forgetHistory(of: owner, until: record.time, &findings)
        forgetSearches(of: owner, until: record.time)
        findings.sessions = users[owner].sessions.count
        users[owner].sessions.removeAll()
        if users[owner].lastEvent <= record.time {
            removeUser(owner)
        } else {
            users[owner].erasedUntil = max(users[owner].erasedUntil, record.time)
            users[owner].events = UInt32(clamping: users[owner].history.count)
            findings.kept = owner
        }
        return findings
    }

    /// Whether an event is of what its user asked to be forgotten.
    func isErased(_ event: Event) -> Bool {
        guard erasures.count > 0 else { return false }
        if event.time <= erasedUntil(event.user) { return true }
        return event.type == .identify && event.time <= erasedUntil(event.visitor)
    }

    /// Gives a row what its id's pseudonym says.
    func noteErasure(of user: UInt32) {
        guard erasures.count > 0, let pseudonym = pseudonymize?(users.ids[user]) else { return }
        users[user].pseudonym = pseudonym.high
        users[user].erasedUntil = erasures.time(of: pseudonym)
    }

    private func erasedUntil(_ id: ByteView) -> EventTime {
        guard let number = users.ids.find(id) else { return pseudonymize.map { erasures.time(of: $0(id)) } ?? .never }
        let own = users[number].erasedUntil
        return users[number].isAlias ? max(own, users[users[number].master].erasedUntil) : own
    }

    private func pseudonym(of person: ErasureRecord.Person) -> Pseudonym? {
        switch person {
        case .id(let id): pseudonymize?(id)
        case .pseudonym(let pseudonym): pseudonym
        }
    }

    /// By pseudonym all rows are looked through: only who reads a journal again asks so.
    private func find(_ person: ErasureRecord.Person) -> UInt32? {
        switch person {
        case .id(let id): return users.ids.find(id)
        case .pseudonym(let pseudonym):
            for number in 0..<UInt32(users.rows.count) where users.ids.contains(number: number) {
                if users[number].pseudonym == 0, let own = pseudonymize?(users.ids[number]) { users[number].pseudonym = own.high }
                if users[number].pseudonym == pseudonym.high, pseudonymize?(users.ids[number]) == pseudonym { return number }
            }
            return nil
        }
    }

    private func visitorNumbers(of user: UInt32) -> [UInt32] {
        let visitors = users[user].visitors
        return visitors.indices.map { visitors[$0] }.sorted { users.ids.precedes($0, $1) }
    }

    /// Whoever was identified later is the user's still.
    private func forgetVisitors(of user: UInt32, until time: EventTime) {
        users.changed.touch(user)
        for place in stride(from: users[user].visitors.count - 1, through: 0, by: -1) {
            let visitor = users[user].visitors[place]
            guard users[visitor].lastEvent <= time else { continue }
            users[user].visitors.swapRemove(at: place)
            departedUsers.append(visitor)
            users.remove(visitor)
        }
    }

    private func forgetSearches(of user: UInt32, until time: EventTime) {
        for place in stride(from: users[user].searches.count - 1, through: 0, by: -1) where users[user].searches[place].time <= time {
            users[user].searches[place].words.free()
            users[user].searches.swapRemove(at: place)
        }
    }

    private func forgetHistory(of user: UInt32, until time: EventTime, _ findings: inout ErasureFindings) {
        let weights = signals.similarity.weights
        for place in stride(from: users[user].history.count - 1, through: 0, by: -1) {
            let entry = users[user].history[place]
            users[user].history[place].forget(through: time)
            settleShare(user, place, from: entry.share)
            // Of repeated actions only the last one is known.
            if entry.click <= time { signals.popularity.withdraw(entry.item, weight: weights.click, at: entry.click) }
            if entry.cart <= time { signals.popularity.withdraw(entry.item, weight: weights.cart, at: entry.cart) }
            if entry.purchase <= time { signals.popularity.withdraw(entry.item, weight: weights.purchase, at: entry.purchase) }
            guard users[user].history[place].lastAction == .never else { continue }
            findings.items += 1
            users[user].history.swapRemove(at: place)
        }
    }

    // MARK: The key

    /// What tells the key of pseudonyms from another one: the pseudonym of no id.
    var keyCheck: Pseudonym? { pseudonymize?(.empty) ?? restored.keyCheck }

    /// Refuses a key under which nobody who was forgotten would be known.
    func checkKey(_ stored: Pseudonym) throws(CodecError) {
        restored.keyCheck = stored
        guard let pseudonymize, pseudonymize(.empty) != stored else { return }
        throw CodecError(message: "its pseudonyms were made with another key than that of privacy.pseudonym_key_file: name the file that it had")
    }

    /// What the journal calls a person: the pseudonym, behind what tells its key.
    func journalName(of pseudonym: Pseudonym) -> String { "\(keyCheck?.hexadecimal.prefix(8) ?? "")-\(pseudonym.hexadecimal)" }

    /// Whom the journal calls so; `nil` where that was under another key.
    func pseudonym(ofJournalName name: ByteView) -> Pseudonym? {
        guard name.count == 41, let pseudonym = Pseudonym(hexadecimal: name[9..<41]) else { return nil }
        return journalName(of: pseudonym) == name.text ? pseudonym : nil
    }
}
