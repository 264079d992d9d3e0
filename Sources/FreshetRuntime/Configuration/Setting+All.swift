import FreshetCore

extension Setting {
    /// Every key of the file, in the order in which they are printed.
    public static let all: [Setting] = Array(
        [
            [seed], kafka, topics, state, privacy, limits, batch, events, publish, itemSimilarity, next, popularity, revisit, content, keywords,
            cleaning,
        ].joined())

    private static let year: Int64 = 365 * 86_400_000
    private static let seed = integer("seed", \.engine.seed, 0...UInt64.max, "Makes every random choice; another seed is another state.")

    private static let kafka: [Setting] = [
        text("kafka.brokers", \.kafka.brokers, "Hosts and ports, separated by commas; or `embedded`: a broker inside the process."),
        text("kafka.group", \.kafka.group, "The group id: where offsets live. The transactional id is freshet.<group>.<shard>."),
        scalar("kafka.delivery", type: "exactly_once | at_least_once", "What is promised of outputs.", write: { $0.kafka.delivery.rawValue }) {
            (text, configuration) throws(SettingError) in
            let text = try required(text)
            guard let delivery = Delivery(rawValue: text) else {
                throw SettingError("'\(text)' is not known: write exactly_once or at_least_once")
            }
            configuration.kafka.delivery = delivery
        },
        Setting(
            key: "kafka.properties", type: "mapping",
            documentation: "Passed to librdkafka; NAME_file reads the value of NAME from a file.", isScalar: false,
            read: { node, reader in reader.takeProperties(node) }, write: KafkaProperties.text(in:)),
    ]

    private static let topics: [Setting] = [
        flag("topics.create", \.topics.create, "Whether missing output topics are made at start."),
        Setting(
            key: "topics.events", type: "list of {name, type?, format?}",
            documentation: "The topics that events are read from; a type serves records that name none.", isScalar: false,
            read: { node, reader in reader.takeEventTopics(node) }, write: EventTopics.text(in:)),
        topic("topics.catalogue", \.topics.catalogue, "Compacted topic of items, key item; null: not read."),
        topic("topics.rules", \.topics.rules, "Compacted topic of rules, key the rule's name; null: not read."),
        topic("topics.erasures", \.topics.erasures, "Compacted topic of users to forget, key user, value {\"timestamp\"}; null: not read."),
        topic("topics.receipts", \.topics.receipts, "What became of each erasure, key pseudonym, compacted; only with topics.erasures."),
        topic("topics.recommendations", \.topics.recommendations, "Lists of recommendations, key user, compacted."),
        topic("topics.similar_items", \.topics.similarItems, "Items similar to an item, key item, compacted."),
        topic("topics.scores", \.topics.scores, "Scores, key user, compacted; not published by this version."),
        topic("topics.user_embeddings", \.topics.userEmbeddings, "Vectors of users, key user, compacted; not published by this version."),
        topic("topics.item_embeddings", \.topics.itemEmbeddings, "Vectors of items, key item, compacted; not published by this version."),
        topic("topics.item_insights", \.topics.itemInsights, "What is known of an item, key item, compacted; not published by this version."),
        topic("topics.dead_letters", \.topics.deadLetters, "Records that are not acceptable, with the reason."),
        text("topics.journal", type: "topic", \.topics.journal, "One record a batch: what was applied.", check: TopicName.check),
    ]

    private static let state: [Setting] = [
        text("state.path", \.state.path, "The folder that state is kept in."),
        keyFile("state.key_file", \.state.keyFile, "The key that the state is sealed with: 32 bytes, or 64 hexadecimal digits."),
        duration("state.checkpoint_interval", \.state.checkpointInterval, 100...86_400_000, "Time from one checkpoint to the next."),
        integer("state.checkpoint_events_max", \.state.checkpointEventsMax, 1...100_000_000, "Events from one checkpoint to the next."),
    ]

    private static let privacy: [Setting] = [
        flag(
            "privacy.pseudonyms", \.privacy.pseudonyms,
            "Whether a dead letter holds a pseudonym of the key and a reference, in place of the record."),
        keyFile("privacy.pseudonym_key_file", \.privacy.pseudonymKeyFile, "The key that pseudonyms are made with, in the form of state.key_file."),
    ]

    private static let limits: [Setting] = [
        integer("limits.users_max", \.engine.usersMax, 2...100_000_000, "Users and visitors kept; the one with the oldest last event leaves."),
        integer("limits.items_max", \.engine.itemsMax, 1...100_000_000, "Items kept; those with the oldest last event leave."),
        size(
            "limits.catalogue_bytes_max", \.engine.catalogueBytesMax, 1 << 20...1 << 40,
            "What the records of the catalogue and their words hold together; a record beyond it is a dead letter."),
        integer(
            "limits.erasures_max", \.engine.erasuresMax, 1...100_000_000,
            "People remembered who are to stay forgotten; a record beyond it is a dead letter."),
        integer("limits.dedup_events_max", \.engine.dedupEventsMax, 1...1_000_000_000, "Event ids remembered."),
    ]

    private static let batch: [Setting] = [
        duration("batch.max_wait", \.batch.maxWait, 1...5_000, "Time after which a batch is committed."),
        integer("batch.events_max", \.batch.eventsMax, 1...1_000_000, "Events after which a batch is committed."),
    ]

    private static let events: [Setting] = [
        duration("events.lateness", \.engine.lateness, 0...year, "How far event time stays behind the newest event."),
        duration("events.max_future", \.events.maxFuture, 0...year, "How far in the future an event's time may lie."),
        duration("events.session_gap", \.engine.sessionGap, 1...year, "Silence that ends a session without an id."),
        duration("events.dedup_horizon", \.engine.dedupHorizon, 0...year, "How long an event id is remembered."),
        size("events.max_record_bytes", \.events.maxRecordBytes, 256...64 << 20, "The longest record that is read."),
        flag("events.tick", \.events.tick, "Whether silence moves event time on; off for backfill."),
        durationOrOff(
            "events.pause_after", \.events.pauseAfter, 1_000...year,
            "Time with nothing but dead letters after which reading pauses and is only tried."),
    ]

    private static let publish: [Setting] = [
        flag("publish.conflate", \.publication.conflate, "Only a user's last list of a batch, and only when its items changed."),
        integer("publish.list_length", \.publication.listLength, 1...1000, "Items of a list."),
        integer("publish.every", \.publication.every, 1...1_000_000, "A list at each event whose number in the profile it divides."),
        durationOrOff("publish.republish_after", \.publication.republishAfter, 1...10 * year, "Event time after which the unchanged goes out again."),
    ]
}
