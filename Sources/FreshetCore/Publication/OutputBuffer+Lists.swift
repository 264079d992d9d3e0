import FreshetKernels

extension OutputBuffer {
    /// What `model_version` says: which rules made the list.
    static let modelVersion: StaticString = "counts-1"

    /// Appends a user's list, DESIGN section 4.
    func appendList(_ list: RecommendedList, of user: UInt32, _ trigger: Trigger, _ engine: Engine) {
        begin(.recommendations, key: engine.users.ids[user])
        bytes.append("{\"user_id\":")
        bytes.appendJSON(string: engine.users.ids[user])
        bytes.append(",\"generated_at\":\"")
        bytes.append(rfc3339: trigger.time)
        bytes.append("\",\"trigger\":")
        bytes.append(trigger)
        bytes.append(",\"model_version\":\"")
        bytes.append(OutputBuffer.modelVersion)
        bytes.append("\",\"rung\":\"")
        bytes.append(list.rung.name)
        bytes.append("\",\"items\":")
        bytes.append(list, engine)
        if !list.applied.isEmpty { bytes.append(rulesOf: list, engine) }
        bytes.append("}")
        end()
    }

    /// Appends the record of the items similar to one item, which are at hand.
    func appendSimilar(_ similar: FlatList<ItemSimilarity.Similar>, to item: UInt32, at time: EventTime, _ engine: Engine) {
        begin(.similarItems, key: engine.items.ids[item])
        bytes.append("{\"item_id\":")
        bytes.appendJSON(string: engine.items.ids[item])
        bytes.append(",\"generated_at\":\"")
        bytes.append(rfc3339: time)
        bytes.append("\",\"items\":")
        bytes.append(similar, to: item, engine)
        bytes.append("}")
        end()
    }
}

extension ByteBuffer {
    /// Appends `"trigger"`'s value and, without an event, `"cause"`.
    func append(_ trigger: Trigger) {
        guard let origin = trigger.origin else {
            append("null,\"cause\":\"")
            append(trigger.cause)
            append("\"")
            return
        }
        append("{\"topic\":")
        appendJSON(string: origin.topic)
        append(",\"partition\":")
        append(decimal: Int64(origin.partition))
        append(",\"offset\":")
        append(decimal: origin.offset)
        append(",\"event_id\":")
        if trigger.eventID.isEmpty { append("null") } else { appendJSON(string: trigger.eventID) }
        append("}")
    }

    /// Appends a list's items with their reasons.
    func append(_ list: RecommendedList, _ engine: Engine) {
        append("[")
        for place in 0..<list.count {
            let item = list[place]
            if place > 0 { append(",") }
            append("{\"item_id\":")
            appendJSON(string: engine.items.ids[item.number])
            append(",\"score\":")
            append(score: item.score, places: Blend.places)
            append(",\"propensity\":1,\"because\":[")
            for index in Int(item.reasonsStart)..<Int(item.reasonsEnd) {
                append(list.reasons[index], of: list, isFirst: index == Int(item.reasonsStart), engine)
            }
            append("]}")
        }
        append("]")
    }

    private func append(_ reason: Reason, of list: RecommendedList, isFirst: Bool, _ engine: Engine) {
        append(isFirst ? "{\"signal\":\"" : ",{\"signal\":\"")
        append(RecommendedList.signalNames[Int(reason.signal)])
        append("\"")
        if let item = reason.item {
            append(",\"item_id\":")
            appendJSON(string: engine.items.ids[item])
        }
        let term = list.term(of: reason)
        if !term.isEmpty {
            append(",\"term\":")
            appendJSON(string: term)
        }
        append(",\"share\":")
        append(score: Double(reason.share) / 10_000, places: 4)
        append("}")
    }

    /// Appends `"rules"`: what rules did to a list.
    func append(rulesOf list: RecommendedList, _ engine: Engine) {
        append(",\"rules\":[")
        for index in list.applied.indices {
            let applied = list.applied[index]
            append(index == 0 ? "{\"rule\":" : ",{\"rule\":")
            if applied.rule != RuleBook.noRule {
                appendJSON(string: engine.ruleBook.names[applied.rule])
            } else {
                append("\"")
                append(Bar(rawValue: applied.bar).flatMap { $0 == .none ? nil : $0.name } ?? "variant")
                append("\"")
            }
            append(",\"effect\":\"")
            append(Rules.Effect(rawValue: applied.effect)?.name ?? "")
            append("\",\"item_id\":")
            appendJSON(string: engine.items.ids[applied.item])
            append("}")
        }
        append("]")
    }

    /// Appends similar items with the pair's count and users and, on request, its typed links.
    func append(_ similar: FlatList<ItemSimilarity.Similar>, to item: UInt32, _ engine: Engine, withLinks: Bool = false) {
        let pairs = engine.signals.similarity.rows[Int(item)].pairs
        append("[")
        for place in similar.indices { engine.items.ids.prefetch(similar[place].number) }
        for place in similar.indices {
            let support = pairs.support(Int(similar[place].place))
            if place > 0 { append(",") }
            append("{\"item_id\":")
            appendJSON(string: engine.items.ids[similar[place].number])
            append(",\"similarity\":")
            append(score: similar[place].similarity, places: ItemSimilarity.places)
            append(",\"count\":")
            append(decimal: Int64(support.count))
            append(",\"users\":")
            append(decimal: Int64(support.users))
            if withLinks { append(links: pairs[Int(similar[place].place)]) }
            append("}")
        }
        append("]")
    }
}

extension ByteBuffer {
    fileprivate func append(links cell: PairCell) {
        append(",\"links\":{\"click_to_buy\":")
        append(decimal: Int64(cell.clickToBuy))
        append(",\"cart_to_purchase\":")
        append(decimal: Int64(cell.cartToPurchase))
        append(",\"purchase_to_purchase\":")
        append(decimal: Int64(cell.purchaseToPurchase))
        append(",\"click_to_click\":")
        append(decimal: Int64(cell.clickToClick))
        append("}")
    }
}
