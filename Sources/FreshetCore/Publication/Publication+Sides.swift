public import FreshetKernels

/// The topics beside the events: what the shop says. Their records take no part in the order of events.
public enum SideTopic: UInt8, CaseIterable, Sendable {
    /// Items, key item.
    case catalogue
    /// Rules, key the rule's name.
    case rules

    /// The name in the journal and in configuration.
    public var name: StaticString {
        switch self {
        case .catalogue: "catalogue"
        case .rules: "rules"
        }
    }
}

extension Publication {
    /// Applies a record of a side topic at the start of a batch, before its tick and its events. Answers why it is not acceptable; `nil`: it is.
    ///
    /// Call `finishSides` behind the last one of the batch.
    public func apply(_ topic: SideTopic, key: ByteView?, value: ByteView?) -> (code: RejectionCode, detail: String)? {
        do throws(Rejection) {
            try applyChecked(topic, key, value)
            return nil
        } catch {
            return (error.code, error.detail)
        }
    }

    /// Ends the records of side topics of a batch, at least one of which was acceptable.
    public func finishSides() {
        engine.finishCatalogue()
        if engine.ruleBook.takeClosed() { sweep.begin(below: engine.users.ids.numbersEnd) }
    }

    private func applyChecked(_ topic: SideTopic, _ key: ByteView?, _ value: ByteView?) throws(Rejection) {
        guard let key, !key.isEmpty else {
            if topic == .catalogue { throw Rejection(.missingItem, "the record has no key, which is the item's id") }
            throw Rejection(.malformed, "the record has no key, which is the rule's name")
        }
        guard key.count <= EventAssembler.idBytesMax else {
            throw Rejection(.idTooLong, "the key has \(key.count) bytes; at most \(EventAssembler.idBytesMax) are taken")
        }
        guard key.isText else { throw Rejection(.malformed, "the key is not valid UTF-8") }
        switch topic {
        case .catalogue:
            let hasRoom = engine.applyCatalogue(key, try value.map { value throws(Rejection) in try CatalogueRecord(json: value) })
            forgetDeparted()
            guard hasRoom else {
                let (bytes, items) = (engine.catalogue.recordBytes + engine.signals.content.index.reckonedBytes, engine.items.ids.count)
                throw Rejection(
                    .noRoom,
                    "there are \(items) items, and \(bytes) bytes of catalogue records and their words: raise limits.items_max or "
                        + "limits.catalogue_bytes_max"
                )
            }
        case .rules:
            guard engine.applyRule(key, try value.map { value throws(Rejection) in try Rule(json: value) }) else {
                throw Rejection(
                    .noRoom, "at most \(RuleBook.rulesMax) rules, and \(RuleBook.textBytesMax) bytes of what they name, are kept: remove one")
            }
        }
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
