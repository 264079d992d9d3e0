public import FreshetKernels

/// The topics beside the events: what the shop says. Their records take no part in the order of events.
public enum SideTopic: UInt8, CaseIterable, Sendable {
    /// Items, key item.
    case catalogue
    /// Rules, key the rule's name.
    case rules
    /// People to forget, key user.
    case erasures

    /// The name in the journal and in configuration.
    public var name: StaticString {
        switch self {
        case .catalogue: "catalogue"
        case .rules: "rules"
        case .erasures: "erasures"
        }
    }
}

extension Publication {
    /// Applies a record of a side topic at the start of a batch, before its tick and its events. Answers why it is not acceptable; `nil`: it is.
    ///
    /// Call `finishSides` behind the last one of the batch.
    ///
    /// - Parameters:
    ///   - outputs: Where what follows at once goes; `nil`: nowhere.
    ///   - isJournalled: The record is the journal's, which names people by pseudonym.
    ///   - latest: The latest time that an erasure may name; `nil`: any.
    public func apply(
        _ topic: SideTopic, key: ByteView?, value: ByteView?, outputs: OutputBuffer? = nil, isJournalled: Bool = false, latest: EventTime? = nil
    ) -> (code: RejectionCode, detail: String)? {
        do throws(Rejection) {
            let key = try checked(key, topic)
            switch topic {
            case .catalogue: try applyCatalogue(key, value)
            case .rules: try applyRule(key, value)
            case .erasures: try erase(key, value, outputs, isJournalled: isJournalled, latest: latest)
            }
            return nil
        } catch {
            return (error.code, error.detail)
        }
    }

    /// Ends the records of side topics of a batch, at least one of which was acceptable.
    public func finishSides() {
        engine.finishCatalogue()
        // A first reading is no batch: what it changed would be forgotten with the next one's beginning.
        oweChanged()
        if engine.ruleBook.takeClosed() { sweep.begin(below: engine.users.ids.numbersEnd) }
    }

    private func checked(_ key: ByteView?, _ topic: SideTopic) throws(Rejection) -> ByteView {
        guard let key, !key.isEmpty else {
            switch topic {
            case .catalogue: throw Rejection(.missingItem, "the record has no key, which is the item's id")
            case .rules: throw Rejection(.malformed, "the record has no key, which is the rule's name")
            case .erasures: throw Rejection(.missingUser, "the record has no key, which is the user's id")
            }
        }
        guard key.count <= EventAssembler.idBytesMax else {
            throw Rejection(.idTooLong, "the key has \(key.count) bytes; at most \(EventAssembler.idBytesMax) are taken")
        }
        guard key.isText else { throw Rejection(.malformed, "the key is not valid UTF-8") }
        return key
    }

    private func applyCatalogue(_ key: ByteView, _ value: ByteView?) throws(Rejection) {
        let hasRoom = engine.applyCatalogue(key, try value.map { value throws(Rejection) in try CatalogueRecord(json: value) })
        forgetDeparted()
        guard hasRoom else {
            let (bytes, items) = (engine.catalogue.recordBytes + engine.signals.content.index.reckonedBytes, engine.items.ids.count)
            throw Rejection(
                .noRoom,
                "there are \(items) items, and \(bytes) bytes of catalogue records and their words: raise limits.items_max or "
                    + "limits.catalogue_bytes_max")
        }
    }

    private func applyRule(_ key: ByteView, _ value: ByteView?) throws(Rejection) {
        guard engine.applyRule(key, try value.map { value throws(Rejection) in try Rule(json: value) }) else {
            throw Rejection(.noRoom, "at most \(RuleBook.rulesMax) rules, and \(RuleBook.textBytesMax) bytes of what they name, are kept: remove one")
        }
    }

    /// Forgets a person: tombstones for its lists, a receipt where it is news, and no trace of it in what was published before.
    private func erase(
        _ key: ByteView, _ value: ByteView?, _ outputs: OutputBuffer?, isJournalled: Bool, latest: EventTime?
    ) throws(Rejection) {
        var person = ErasureRecord.Person.id(key)
        if isJournalled {
            guard let pseudonym = engine.pseudonym(ofJournalName: key) else { throw Rejection(.missingUser, "it was named under another key") }
            person = .pseudonym(pseudonym)
        }
        let record = try ErasureRecord(person, json: value, latest: latest)
        guard let findings = engine.erase(record) else {
            throw Rejection(.noRoom, "\(engine.erasures.count) people are remembered who asked to be forgotten: raise limits.erasures_max")
        }
        erased = (engine.journalName(of: findings.pseudonym), record.time)
        forgetDeparted()
        if let user = findings.kept {
            publishedUsers.forget(user)
            lists.forget(user)
        }
        guard let outputs else { return }
        if settings.recommendations {
            if !findings.ids.contains(key.text) { outputs.append(.recommendations, key: key, value: nil) }
            for id in findings.ids { id.withView { outputs.append(.recommendations, key: $0, value: nil) } }
        }
        if findings.isNew { outputs.appendReceipt(findings, until: record.time, at: engine.now) }
    }

    // MARK: Retraction

    /// Takes items that may not be shown any more out of published lists: the stored list goes out again without them. Of a list that was published
    /// while none was kept it is not known what it holds: a new one is made.
    func retract() {
        guard !sweep.isDone else { return }
        var looks = PublicationSettings.sweptMax
        var (stored, made) = (PublicationSettings.retractedMax, PublicationSettings.backfilledMax)
        let book = engine.ruleBook
        while looks > 0, stored > 0, made > 0, let user = sweep.take() {
            looks -= 1
            guard engine.users.ids.contains(number: user), publishedUsers.holds(user) else { continue }
            if !lists.holds(user) {
                made -= 1
                writeList(of: user, Trigger(cause: "retraction", time: engine.now), onlyIfChanged: true)
            } else if lists.holds(user, itemWhere: { book.bar(of: $0) != .none }) {
                stored -= 1
                retract(user, book)
            }
        }
    }

    private func retract(_ user: UInt32, _ book: RuleBook) {
        let removed = lists.load(user, into: list) { book.bar(of: $0) != .none }
        for item in removed {
            let bar = book.bar(of: item)
            list.applied.append(
                Rules.Applied(
                    item: item, effect: Rules.Effect.removed.rawValue, bar: bar.rawValue,
                    rule: bar == .hidden ? book.mark(of: item).hiddenBy : RuleBook.noRule))
        }
        lists.put(user, list)
        _ = publishedUsers.note(user, list.fingerprint(engine.items.ids), at: engine.now)
        outputs?.appendList(list, of: user, Trigger(cause: "retraction", time: engine.now), engine)
    }
}
