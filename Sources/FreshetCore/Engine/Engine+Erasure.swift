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
        guard let named = pseudonym(of: record.person) else { return nil }
        var findings = ErasureFindings(pseudonym: named)
        let owner = find(record.person).map { users[$0].isAlias ? users[$0].master : $0 }
        let known = owner.map { [$0] + visitorNumbers(of: $0) } ?? []
        let pseudonyms = [named] + known.compactMap { pseudonymize?(users.ids[$0]) }
        guard erasures.hasRoom(for: pseudonyms) else { return nil }
        for pseudonym in pseudonyms where erasures.put(pseudonym, until: record.time) { findings.isNew = true }
        findings.ids = known.map { users.ids[$0].text }
        if let owner { forget(owner, until: record.time, &findings) }
        return findings
    }

    private func forget(_ user: UInt32, until time: EventTime, _ findings: inout ErasureFindings) {
        forgetVisitors(of: user, until: time)
        forgetProfile(of: user, until: time, &findings)
        guard users[user].lastEvent > time else { return removeUser(user) }
        users[user].erasedUntil = max(users[user].erasedUntil, time)
        users[user].events = UInt32(clamping: users[user].history.count)
        findings.kept = user
    }

    /// A visitor that turns out to be somebody who was forgotten brings nothing back.
    func forgetBefore(joining visitor: UInt32, to user: UInt32) {
        let time = users[user].erasedUntil
        guard time != .never, let pseudonym = pseudonymize?(users.ids[visitor]) else { return }
        _ = erasures.put(pseudonym, until: time)
        var findings = ErasureFindings(pseudonym: pseudonym)
        forgetProfile(of: visitor, until: time, &findings)
    }

    /// Whether an event is of what its user asked to be forgotten.
    func isErased(_ event: Event) -> Bool {
        guard erasures.count > 0 else { return false }
        if event.time <= erasedUntil(event.user) { return true }
        return event.type == .identify && event.time <= erasedUntil(event.visitor)
    }

    /// Gives a row what its id's pseudonym says.
    func noteErasure(of user: UInt32) {
        pseudonymIndex.isStale = true
        guard erasures.count > 0, let pseudonym = pseudonymize?(users.ids[user]) else { return }
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

    /// By pseudonym only who reads a journal again asks: all users are looked through once a batch.
    private func find(_ person: ErasureRecord.Person) -> UInt32? {
        switch person {
        case .id(let id): return users.ids.find(id)
        case .pseudonym(let pseudonym):
            guard let pseudonymize else { return nil }
            if pseudonymIndex.isStale {
                pseudonymIndex = PseudonymIndex()
                for number in 0..<UInt32(users.rows.count) where users.ids.contains(number: number) {
                    pseudonymIndex.numbers[pseudonymize(users.ids[number])] = number
                }
            }
            let number = pseudonymIndex.numbers[pseudonym]
            // Who has left since left the number to nobody, or to somebody else.
            return number.flatMap { users.ids.contains(number: $0) && pseudonymize(users.ids[$0]) == pseudonym ? $0 : nil }
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

    private func forgetProfile(of user: UInt32, until time: EventTime, _ findings: inout ErasureFindings) {
        users.changed.touch(user)
        forgetHistory(of: user, until: time, &findings)
        forgetWatch(of: user)
        for place in stride(from: users[user].searches.count - 1, through: 0, by: -1) where users[user].searches[place].time <= time {
            users[user].searches[place].words.free()
            users[user].searches.swapRemove(at: place)
        }
        // When their steps were, and who named the segment, is not known.
        findings.sessions += users[user].sessions.count
        users[user].sessions.removeAll()
        setSegment(.empty, of: user)
    }

    private func forgetHistory(of user: UInt32, until time: EventTime, _ findings: inout ErasureFindings) {
        for place in stride(from: users[user].history.count - 1, through: 0, by: -1) {
            let counted = users[user].history[place].share
            users[user].history[place].forget(through: time)
            settleShare(user, place, from: counted)
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
        throw CodecError(
            message: "its pseudonyms were made with another key than that of privacy.pseudonym_key_file: name the file that it had, or none if it"
                + " had none")
    }

    /// What the journal calls a person: the pseudonym, behind what tells its key.
    func journalName(of pseudonym: Pseudonym) -> String { "\(keyCheck?.hexadecimal.prefix(8) ?? "")-\(pseudonym.hexadecimal)" }

    /// Whom the journal calls so; `nil` where that was under another key.
    func pseudonym(ofJournalName name: ByteView) -> Pseudonym? {
        guard name.count == 41, let pseudonym = Pseudonym(hexadecimal: name[9..<41]) else { return nil }
        return journalName(of: pseudonym) == name.text ? pseudonym : nil
    }
}

/// Users by pseudonym, for who reads a journal again. Derived.
struct PseudonymIndex {
    var numbers: [Pseudonym: UInt32] = [:]
    /// Users came since it was made.
    var isStale = true
}
