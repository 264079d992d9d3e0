public import FreshetKernels

/// The topics beside the events: what the shop says. Their records take no part in the order of events.
public enum SideTopic: UInt8, CaseIterable, Sendable {
    /// Items, key item.
    case catalogue
    /// Rules, key the rule's name.
    case rules
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

    /// Ends the records of side topics of a batch.
    public func finishSides() {
        engine.finishCatalogue()
        if engine.ruleBook.takeClosed() { sweep.begin(below: engine.users.ids.numbersEnd) }
    }

    private func applyChecked(_ topic: SideTopic, _ key: ByteView?, _ value: ByteView?) throws(Rejection) {
        guard let key, !key.isEmpty else {
            throw Rejection(topic == .catalogue ? .missingItem : .malformed, "the record has no key: \(topic == .catalogue ? "the item's id" : "the rule's name")")
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
                throw Rejection(.noRoom, "the catalogue holds \(engine.catalogue.recordBytes) bytes: raise limits.catalogue_bytes_max")
            }
        case .rules:
            guard engine.applyRule(key, try value.map { value throws(Rejection) in try Rule(json: value) }) else {
                throw Rejection(.noRoom, "there are \(RuleBook.rulesMax) rules already, and no more are kept: remove one, or name more items in one")
            }
        }
    }

    // MARK: Retraction

    /// Takes items that may not be shown any more out of published lists: the stored list goes out again without them.
    func retract() {
        guard !sweep.isDone else { return }
        var looks = PublicationSettings.sweptMax
        var budget = PublicationSettings.retractedMax
        let book = engine.ruleBook
        while looks > 0, budget > 0, let user = sweep.take(below: engine.users.ids.numbersEnd) {
            looks -= 1
            guard lists.holds(user, itemWhere: { book.bar(of: $0) != .none }) else { continue }
            budget -= 1
            retract(user, book)
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
