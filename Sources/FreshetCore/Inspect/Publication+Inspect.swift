public import FreshetKernels

/// What `inspect` and `recommend` show, as JSON: pure reads.
extension Publication {
    /// Neighbours and followers that `inspect item` shows at least.
    public static let inspectedNeighbours = 50

    /// Sizes for `inspect state`, in a fixed order.
    public var counts: [(name: StaticString, value: Int)] {
        var pairs = 0
        var followers = 0
        for index in engine.signals.similarity.rows.indices { pairs += engine.signals.similarity.rows[index].pairs.count }
        for index in engine.signals.next.rows.indices { followers += engine.signals.next.rows[index].count }
        let counts: [(name: StaticString, value: Int)] = [
            ("users", engine.users.ids.count), ("items", engine.items.ids.count), ("pairs", pairs), ("followers", followers),
            ("dedup", engine.dedup.slots.count), ("pairs_evicted", Int(engine.signals.similarity.pairsEvicted)),
            ("followers_evicted", Int(engine.signals.next.followersEvicted)), ("events_applied", Int(engine.eventsApplied)),
            ("events_late", Int(engine.eventsLate)), ("catalogue", engine.catalogue.count), ("rules", engine.ruleBook.names.count),
            ("catalogue_evicted", Int(engine.catalogueEvicted)),
        ]
        return counts + botCounts
    }

    /// Appends everything that is known of an item: `{"item_id","count","users",…,"similar":[…],"next":[…]}`. Answers `false` where it is unknown.
    public func appendItem(_ id: ByteView, into bytes: ByteBuffer) -> Bool {
        guard let item = engine.itemNumber(id) else { return false }
        let row = engine.signals.similarity.rows[Int(item)]
        let popularity = engine.signals.popularity.counts(item, at: engine.now)
        bytes.append("{\"item_id\":")
        bytes.appendJSON(string: id)
        bytes.append(",\"count\":")
        bytes.append(decimal: row.count)
        bytes.append(",\"users\":")
        bytes.append(decimal: Int64(row.users))
        bytes.append(",\"last_event\":\"")
        bytes.append(rfc3339: engine.items.lastEvent(item))
        bytes.append("\",\"popularity\":{\"short\":")
        bytes.append(double: popularity.short)
        bytes.append(",\"long\":")
        bytes.append(double: popularity.long)
        bytes.append(",\"trend\":")
        bytes.append(double: engine.signals.trending.trend(item, at: engine.now))
        bytes.append("}")
        appendCatalogue(item, bytes)
        bytes.append(",\"similar\":")
        appendInspectedSimilar(item, bytes)
        bytes.append(",\"next\":")
        appendInspectedNext(item, bytes)
        bytes.append("}")
        return true
    }

    /// What the catalogue says of an item, and why it is not shown, where that is so.
    private func appendCatalogue(_ item: UInt32, _ bytes: ByteBuffer) {
        if let record = engine.catalogue.record(of: item) {
            bytes.append(",\"catalogue\":")
            bytes.append(record)
        }
        let bar = engine.ruleBook.bar(of: item)
        guard bar != .none else { return }
        bytes.append(",\"not_shown\":")
        if bar == .hidden {
            bytes.appendJSON(string: engine.ruleBook.names[engine.ruleBook.mark(of: item).hiddenBy])
        } else {
            bytes.append("\"")
            bytes.append(bar.name)
            bytes.append("\"")
        }
    }

    /// Appends all that is kept about a user: identity, what tells bots from shoppers, history, sessions, searches. Answers `false` where it is
    /// unknown.
    public func appendUser(_ id: ByteView, into bytes: ByteBuffer) -> Bool {
        guard let user = engine.userNumber(id) else { return false }
        let row = engine.users[user]
        bytes.append("{\"user_id\":")
        bytes.appendJSON(string: engine.users.ids[user])
        bytes.append(",\"visitor_ids\":[")
        for index in row.visitors.indices {
            if index > 0 { bytes.append(",") }
            bytes.appendJSON(string: engine.users.ids[row.visitors[index]])
        }
        bytes.append("],\"events\":")
        bytes.append(decimal: Int64(row.events))
        bytes.append(",\"last_event\":\"")
        bytes.append(rfc3339: row.lastEvent)
        bytes.append("\"")
        append(row.watch, bytes)
        bytes.append(",\"history\":[")
        for index in row.history.indices { appendEntry(row.history[index], isFirst: index == 0, bytes) }
        bytes.append("],\"sessions\":[")
        for index in row.sessions.indices { appendSession(row.sessions[index], isFirst: index == 0, bytes) }
        bytes.append("]")
        if !row.segment.isEmpty {
            bytes.append(",\"segment\":")
            bytes.appendJSON(string: row.segment.view)
        }
        bytes.append(",\"searches\":[")
        for index in row.searches.indices { appendSearch(row.searches[index], isFirst: index == 0, bytes) }
        bytes.append("]}")
        return true
    }

    /// Appends the list that a user would get now: `{"user_id","rung","items":[…]}`. An unknown user gets the list of the cold ladder.
    public func appendRecommendations(for id: ByteView, limit: Int, _ request: Request = Request(), into bytes: ByteBuffer) {
        let list = RecommendedList()
        engine.recommend(user: engine.userNumber(id), limit: limit, request, into: list)
        bytes.append("{\"user_id\":")
        bytes.appendJSON(string: id)
        bytes.append(",\"known\":")
        bytes.append(engine.userNumber(id) == nil ? "false" : "true")
        bytes.append(",\"rung\":\"")
        bytes.append(list.rung.name)
        bytes.append("\",\"items\":")
        bytes.append(list, engine)
        if !list.applied.isEmpty { bytes.append(rulesOf: list, engine) }
        bytes.append("}")
    }

    private func appendInspectedSimilar(_ item: UInt32, _ bytes: ByteBuffer) {
        let similar = engine.signals.similarity.similar(to: item, limit: max(settings.listLength, Publication.inspectedNeighbours))
        bytes.append(similar, to: item, engine, withLinks: true)
    }

    private func appendInspectedNext(_ item: UInt32, _ bytes: ByteBuffer) {
        var followers = engine.signals.next.followers(of: item, limit: Publication.inspectedNeighbours, at: engine.now)
        bytes.append("[")
        for place in followers.indices {
            if place > 0 { bytes.append(",") }
            bytes.append("{\"item_id\":")
            bytes.appendJSON(string: engine.items.ids[followers[place].number])
            bytes.append(",\"share\":")
            bytes.append(double: followers[place].score)
            bytes.append("}")
        }
        bytes.append("]")
        followers.free()
    }

    private func appendEntry(_ entry: HistoryEntry, isFirst: Bool, _ bytes: ByteBuffer) {
        if !isFirst { bytes.append(",") }
        bytes.append("{\"item_id\":")
        bytes.appendJSON(string: engine.items.ids[entry.item])
        bytes.append(",\"count\":")
        bytes.append(decimal: Int64(entry.count))
        bytes.append(",\"rating\":")
        bytes.append(decimal: Int64(entry.share.rating))
        append(time: entry.click, named: "click", bytes)
        append(time: entry.cart, named: "cart", bytes)
        append(time: entry.purchase, named: "purchase", bytes)
        append(time: entry.removal, named: "remove_from_cart", bytes)
        append(time: entry.giveback, named: "return", bytes)
        bytes.append("}")
    }

    private func appendSession(_ session: Session, isFirst: Bool, _ bytes: ByteBuffer) {
        if !isFirst { bytes.append(",") }
        bytes.append("{\"last_event\":\"")
        bytes.append(rfc3339: session.last)
        bytes.append("\",\"items\":[")
        for step in 0..<Int(session.count) {
            if step > 0 { bytes.append(",") }
            bytes.appendJSON(string: engine.items.ids[session.steps[step]])
        }
        bytes.append("]}")
    }

    private func appendSearch(_ search: Search, isFirst: Bool, _ bytes: ByteBuffer) {
        if !isFirst { bytes.append(",") }
        bytes.append("{\"words\":")
        bytes.appendJSON(string: search.words.view)
        append(time: search.time, named: "time", bytes)
        bytes.append("}")
    }

    func append(time: EventTime, named name: StaticString, _ bytes: ByteBuffer) {
        guard time != .never else { return }
        bytes.append(",\"")
        bytes.append(name)
        bytes.append("\":\"")
        bytes.append(rfc3339: time)
        bytes.append("\"")
    }
}
