/// The daemon's configuration for a comparison.
extension SideBySide.Limits {
    /// What the configuration says of signals; nothing where the daemon's own are meant.
    ///
    /// The peer keeps the newest 50 items of a user, pairs an event with 20 of them, starts a list from 20, counts 24 hours, and has one signal
    /// without shrinkage. It publishes 20 of an item's neighbours and keeps up to 200 candidates for them: 50 are kept here.
    var signals: String {
        switch self {
        case .own: ""
        case .peer:
            """
            signals:
              item_similarity:
                {window: 24h, history_max: 50, pairs_max: 50, pairs_recent: 20, list_recent: 20, shrinkage: 0, links_blend: 0}
              next: {enabled: false}
              popularity: {enabled: false}
              revisit: {enabled: false}

            """
        }
    }

    /// What it says of batches, where a log is to be worked off.
    ///
    /// At full speed the peer commits about twice a second: with 24,000 events a batch, the daemon publishes an item no less often. It writes its
    /// items to their store when 16 MB of changes have come together in a task, which is more than 280,000 events: a checkpoint comes as rarely.
    private var batches: String {
        switch self {
        case .own: ""
        case .peer:
            """
            batch: {max_wait: 500ms, events_max: 24000}
            state: {checkpoint_events_max: 280000}

            """
        }
    }

    /// The daemon's configuration: it reads the peer's inputs; its outputs have the prefix, and its group is named as it.
    func configuration(brokers: String, outputs: String) -> String {
        PublishingPlan.listPer10.configuration(brokers: brokers, inputs: PeerTopics.inputs, outputs: outputs) + batches + signals
    }
}
