import FreshetRuntime

/// A configuration file in a test.
struct ConfigurationText {
    var text: String
    var environment: [String: String] = [:]
    var needsTopics = true

    func read() throws(ConfigurationError) -> LoadedConfiguration {
        try Configuration.read(Array(text.utf8), file: "freshet.yaml", environment: environment, needsTopics: needsTopics)
    }

    /// The lines that would be printed; none where the file is right.
    var problems: [String] {
        do throws(ConfigurationError) {
            _ = try read()
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    /// One topic and `lines` below it.
    static func with(_ lines: String, environment: [String: String] = [:]) -> ConfigurationText {
        ConfigurationText(text: "topics: {events: [{name: clicks, type: click}]}\n" + lines, environment: environment)
    }
}

/// The file of the design's section 11, with its dots filled in.
let sampleText = """
    kafka:                                   # every key may also come from FRESHET_KAFKA_BROKERS and so on; secrets from a file: password_file
      brokers: 127.0.0.1:9092                # or: embedded
      group: freshet                         # where offsets live; transactional.id = freshet.<group>.<shard>
      delivery: exactly_once                 # or at_least_once
      properties: {security.protocol: plaintext}      # passed to librdkafka after a check
    topics:
      create: true                           # missing output topics are made at start
      events: [{name: clicks, type: click}, {name: carts, type: cart}, {name: purchases, type: purchase}]
      catalogue: catalogue
      rules: rules
      erasures: erasures
      recommendations: recommendations       # outputs: a name, or null for off
      similar_items: similar-items
      scores: scores
      user_embeddings: null
      dead_letters: dead-letters
      journal: freshet.journal
    state: {path: state, checkpoint_interval: 30s, checkpoint_events_max: 20000}
    limits: {users_max: 1000000, items_max: 1000000, dedup_events_max: 1000000}
    batch: {max_wait: 20ms, events_max: 10000}
    events: {lateness: 60s, max_future: 5m, session_gap: 30m, dedup_horizon: 24h, max_record_bytes: 1MiB, tick: on}
    publish: {conflate: true, list_length: 20, every: 1, republish_after: off}
    signals:
      item_similarity: {window: 30d, weights: {click: 1, cart: 3, purchase: 5}, history_max: 100, pairs_max: 200, shrinkage: 10, pairs_recent: all, list_recent: all}
      popularity: {half_life: 24h}
      revisit: {enabled: true}
    """
