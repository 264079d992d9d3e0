import FreshetCore

extension ConfigurationReader {
    /// What each value allows and all together do not.
    mutating func checkTogether(needsTopics: Bool) {
        checkTopics(needsTopics: needsTopics)
        checkBroker()
        checkState()
        checkPrivacy()
        noteUnpublished()
    }

    private mutating func checkTopics(needsTopics: Bool) {
        let topics = configuration.topics
        let hasBadTopic = problems.contains { $0.key.hasPrefix("topics.events") }
        if needsTopics, topics.events.isEmpty, !hasBadTopic {
            conflict(["topics.events"], "no topic to read events from: write [{name: clicks, type: click}]")
        }
        var inputs: Set<String> = []
        for topic in topics.events where topic.name != "?" && !topic.name.isEmpty {
            if !inputs.insert(topic.name).inserted { conflict(["topics.events"], "'\(topic.name)' is listed twice: keep one") }
        }
        var outputs: [String: String] = [:]
        for (key, name) in topics.others {
            if inputs.contains(name) {
                conflict([key], "'\(name)' is also a topic that events are read from: give one of them another name")
            } else if let other = outputs.updateValue(key, forKey: name) {
                conflict([key], "'\(name)' is also the name of \(other): give one of them another name")
            }
        }
        if topics.deadLetters == nil { notice("topics.dead_letters", "records that are not acceptable are counted and not kept") }
    }

    private mutating func checkBroker() {
        let kafka = configuration.kafka
        guard kafka.isEmbedded, kafka.delivery == .exactlyOnce else { return }
        conflict(["kafka.delivery", "kafka.brokers"], "the embedded broker keeps no transactions: set kafka.delivery: at_least_once")
    }

    private mutating func checkState() {
        let engine = configuration.engine
        let similarity = engine.itemSimilarity
        if engine.lateness >= similarity.window {
            conflict(["events.lateness", "signals.item_similarity.window"], "it is not shorter than signals.item_similarity.window: shorten it")
        }
        let weights = [("click", similarity.clickWeight), ("cart", similarity.cartWeight), ("purchase", similarity.purchaseWeight)]
        let heaviest = weights.reduce(weights[0]) { $0.1 >= $1.1 ? $0 : $1 }
        let bound = Int(Int32.max) / Int(heaviest.1)
        if engine.usersMax > bound {
            let key = "signals.item_similarity.weights.\(heaviest.0)"
            conflict(
                ["limits.users_max", key], "with a weight of \(heaviest.1) a count may pass \(Int32.max): set at most \(bound), or a smaller weight")
        }
        if engine.popularity.halfLife >= engine.popularity.longHalfLife {
            conflict(
                ["signals.popularity.half_life", "signals.popularity.long_half_life"],
                "it is not shorter than signals.popularity.long_half_life: shorten it")
        }
        if engine.revisit.recentMax > similarity.historyMax, places["signals.revisit.recent_max"] != nil {
            notice("signals.revisit.recent_max", "it has no effect beyond signals.item_similarity.history_max, \(similarity.historyMax)")
        }
    }

    private mutating func checkPrivacy() {
        let (isOn, keyFile) = (configuration.privacy.pseudonyms, configuration.privacy.pseudonymKeyFile)
        if isOn, keyFile == nil {
            conflict(["privacy.pseudonyms", "privacy.pseudonym_key_file"], "it needs a key: name its file with privacy.pseudonym_key_file")
        }
        let hasErasures = configuration.topics.erasures != nil
        if !isOn, !hasErasures, keyFile != nil {
            notice("privacy.pseudonym_key_file", "it has no effect without privacy.pseudonyms: on, or topics.erasures")
        }
        if hasErasures, keyFile == nil {
            notice("topics.erasures", "without privacy.pseudonym_key_file, who has an id can find out from the state whether it was forgotten")
        }
    }

    private mutating func noteUnpublished() {
        let topics = configuration.topics
        let outputs = [
            ("topics.scores", topics.scores), ("topics.user_embeddings", topics.userEmbeddings), ("topics.item_embeddings", topics.itemEmbeddings),
            ("topics.item_insights", topics.itemInsights),
        ]
        for (key, name) in outputs where name != nil { notice(key, "not published by this version: nothing is written to it") }
    }
}

extension Configuration.TopicSettings {
    /// Side and output topics that are on, by key.
    fileprivate var others: [(key: String, name: String)] {
        let all: [(String, String?)] = [
            ("topics.catalogue", catalogue), ("topics.rules", rules), ("topics.erasures", erasures), ("topics.recommendations", recommendations),
            ("topics.similar_items", similarItems), ("topics.scores", scores), ("topics.user_embeddings", userEmbeddings),
            ("topics.item_embeddings", itemEmbeddings), ("topics.item_insights", itemInsights), ("topics.dead_letters", deadLetters),
            ("topics.journal", journal), ("topics.receipts", erasures == nil ? nil : receipts),
        ]
        return all.compactMap { key, name in name.map { (key, $0) } }
    }
}
