public import FreshetCore

extension Configuration {
    /// Settings of the topics.
    public struct TopicSettings: Sendable, Equatable {
        /// Whether missing output topics are made at start.
        public var create = true
        /// The topics that events are read from.
        public var events: [EventTopic] = []
        /// The compacted topic of catalogue records, or none.
        public var catalogue: String?
        /// The compacted topic of rules, or none.
        public var rules: String?
        /// The compacted topic of erasures, or none.
        public var erasures: String?
        /// What became of erasures; `nil` is off, as without `erasures`.
        public var receipts: String? = "erasure-receipts"
        /// Lists of recommendations; `nil` is off.
        public var recommendations: String? = "recommendations"
        /// Similar items; `nil` is off.
        public var similarItems: String? = "similar-items"
        /// Scores; `nil` is off. Not published by this version.
        public var scores: String?
        /// User embeddings; `nil` is off. Not published by this version.
        public var userEmbeddings: String?
        /// Item embeddings; `nil` is off. Not published by this version.
        public var itemEmbeddings: String?
        /// Item insights; `nil` is off. Not published by this version.
        public var itemInsights: String?
        /// Records that were not acceptable; `nil` only counts them.
        public var deadLetters: String? = "dead-letters"
        /// One record a batch.
        public var journal = "freshet.journal"

        /// The name of a side topic; `nil` where it is not read.
        public func name(of side: SideTopic) -> String? {
            switch side {
            case .catalogue: catalogue
            case .rules: rules
            case .erasures: erasures
            }
        }

        /// The name of an output topic; `nil` where it is off.
        public func name(of output: OutputTopic) -> String? {
            switch output {
            case .recommendations: recommendations
            case .similarItems: similarItems
            case .deadLetters: deadLetters
            case .journal: journal
            case .receipts: erasures == nil ? nil : receipts
            }
        }
    }

    /// A topic that events are read from.
    public struct EventTopic: Sendable, Equatable {
        /// Its name.
        public var name: String
        /// The type of its records that name none; `nil` where each record must.
        public var type: EventType?
        /// How its records are written.
        public var format = EventFormat.freshet

        /// A topic from its parts.
        public init(name: String, type: EventType? = nil, format: EventFormat = .freshet) {
            self.name = name
            self.type = type
            self.format = format
        }
    }
}
