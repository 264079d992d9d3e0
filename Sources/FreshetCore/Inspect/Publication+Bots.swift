import FreshetKernels

extension Publication {
    /// Whether the event that was applied last, an action that was not late, showed its user to be a bot: for who watches the shop, no part of state.
    public var hasJudged: Bool { engine.lastUser.map { engine.users[$0].watch.isJudgedNow } ?? false }

    /// Users that are taken for bots now, and events of bots since the state began, by reason.
    var botCounts: [(name: StaticString, value: Int)] {
        let rows = engine.users.rows
        var counts: [(name: StaticString, value: Int)] = [("bots", rows.indices.filter { rows[$0].isBot }.count)]
        for reason in BotReason.allCases { counts.append((reason.counter, Int(engine.botEvents[Int(reason.rawValue)]))) }
        return counts
    }

    /// Appends what tells a bot from a shopper: `,"watch":{…}`; `bot` is the reason why the user is taken for one.
    func append(_ watch: Watch, _ bytes: ByteBuffer) {
        guard watch.last != .never || watch.isBot else { return }
        bytes.append(",\"watch\":{\"events_in_hour\":")
        bytes.append(decimal: Int64(watch.events))
        bytes.append(",\"new_items_on_day\":")
        bytes.append(decimal: Int64(watch.items))
        bytes.append(",\"equal_gaps\":")
        bytes.append(decimal: Int64(watch.evenGaps))
        append(time: watch.last, named: "last_action", bytes)
        if let reason = watch.verdict {
            bytes.append(",\"bot\":\"")
            bytes.append(reason.name)
            bytes.append("\"")
            append(time: watch.lastExcess, named: "last_excess", bytes)
        }
        bytes.append("}")
    }
}

extension BotReason {
    /// The name of the counter of events of bots that are such for this reason.
    fileprivate var counter: StaticString {
        switch self {
        case .rate: "bot_events_rate"
        case .breadth: "bot_events_breadth"
        case .regularity: "bot_events_regularity"
        }
    }
}
