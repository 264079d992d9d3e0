/// Everything that shapes the engine's state: another value of any of these makes another state from the same events.
///
/// Times are milliseconds of event time. The defaults serve every shop; `freshet check` prints those in force.
public struct EngineSettings: Sendable, Equatable {
    /// The version of the engine's rules. A state made under another version is refused.
    public static let version = 8
    /// Visitors that a user may have been; of more, the one identified longest ago is forgotten.
    public static let visitorsMax = 32

    /// Makes every random choice of the engine: another seed is another state.
    public var seed: UInt64 = 1
    /// How far the watermark stays behind the largest applied event time (`events.lateness`).
    public var lateness: Int64 = 60_000
    /// Silence that ends a session without an id (`events.session_gap`).
    public var sessionGap: Int64 = 30 * 60_000
    /// How long an event id is remembered (`events.dedup_horizon`).
    public var dedupHorizon: Int64 = 24 * 3_600_000
    /// Users and their visitors kept, 2 at least; the user with the oldest last event leaves (`limits.users_max`).
    public var usersMax = 1_000_000
    /// Items kept; those with the oldest last event leave (`limits.items_max`).
    public var itemsMax = 1_000_000
    /// Event ids remembered (`limits.dedup_events_max`).
    public var dedupEventsMax = 1_000_000
    /// Bytes that the records of the catalogue and the index of their words hold together; a record beyond it is refused
    /// (`limits.catalogue_bytes_max`).
    public var catalogueBytesMax = 1 << 30
    /// People remembered who asked to be forgotten; no other one is taken (`limits.erasures_max`).
    public var erasuresMax = 1_000_000
    /// `signals.item_similarity`.
    public var itemSimilarity = ItemSimilaritySettings()
    /// `signals.next`.
    public var next = NextSettings()
    /// `signals.popularity`.
    public var popularity = PopularitySettings()
    /// `signals.revisit`.
    public var revisit = RevisitSettings()
    /// `signals.content`.
    public var content = ContentSettings()
    /// `signals.keywords`.
    public var keywords = KeywordSettings()
    /// `cleaning.bots`.
    public var bots = BotSettings()
    /// `cleaning.tracking`.
    public var tracking = TrackingSettings()

    /// Whether words are kept: an index of what the catalogue says, and what users searched for.
    public var readsTexts: Bool { content.enabled || keywords.enabled }

    /// The defaults.
    public init() {}

    /// Settings of `ItemSimilarity`, which also holds the typed links.
    public struct ItemSimilaritySettings: Sendable, Equatable {
        /// Whether the signal counts and proposes; histories are kept either way.
        public var enabled = true
        /// How long an action counts (`window`).
        public var window: Int64 = 30 * 86_400_000
        /// The weight of a click, 1…100 (`weights.click`).
        public var clickWeight: Int32 = 1
        /// The weight of a cart, 1…100 (`weights.cart`).
        public var cartWeight: Int32 = 3
        /// The weight of a purchase, 1…100 (`weights.purchase`).
        public var purchaseWeight: Int32 = 5
        /// Entries of a user's history; the oldest leaves (`history_max`).
        public var historyMax = 100
        /// Neighbours in an item's table; the smallest count leaves (`pairs_max`).
        public var pairsMax = 200
        /// λ of the shrinkage n / (n + λ) (`shrinkage`).
        public var shrinkage: Int32 = 10
        /// The newest entries of a history that an event is paired with; `nil` is all (`pairs_recent`).
        public var pairsRecent: Int?
        /// The newest entries of a history that a list starts from; `nil` is all (`list_recent`).
        public var listRecent: Int?
        /// The share of the blend (`blend`), in thousandths.
        public var blend: Int32 = 1800
        /// The share of the typed links (`links_blend`), in thousandths.
        public var linksBlend: Int32 = 600

        /// The defaults.
        public init() {}
    }

    /// Settings of `Next`: what follows an item within a session.
    public struct NextSettings: Sendable, Equatable {
        /// Whether the signal counts and proposes.
        public var enabled = true
        /// Steps back in the session that an event is linked with, at weight 1/distance (`steps_max`, 1…16).
        public var stepsMax = 10
        /// Followers in an item's table; the smallest decayed count leaves (`followers_max`).
        public var followersMax = 100
        /// The half-life of a count (`half_life`).
        public var halfLife: Int64 = 14 * 86_400_000
        /// Open sessions of a user; the one silent for longest leaves (`sessions_max`, 1…16).
        public var sessionsMax = 4
        /// The share of the blend (`blend`), in thousandths.
        public var blend: Int32 = 1200

        /// The defaults.
        public init() {}
    }

    /// Settings of `Popularity`.
    public struct PopularitySettings: Sendable, Equatable {
        /// Whether the signal counts and proposes.
        public var enabled = true
        /// The half-life of a count (`half_life`).
        public var halfLife: Int64 = 24 * 3_600_000
        /// The half-life that trending compares with (`long_half_life`).
        public var longHalfLife: Int64 = 7 * 86_400_000
        /// Items on the leader boards (`leaders_max`).
        public var leadersMax = 200
        /// The share of the blend (`blend`), in thousandths.
        public var blend: Int32 = 100
        /// The share of the trending items (`trending_blend`), in thousandths.
        public var trendingBlend: Int32 = 50
        /// Segments of shoppers and categories of the first level that have a leader board of their own; the one that is silent longest leaves
        /// (`boards_max`).
        public var boardsMax = 1_000
        /// Items on a board; the smallest count leaves (`board_items_max`).
        public var boardItemsMax = 100
        /// The share of what the user's segment looks at, in thousandths.
        public var segmentBlend: Int32 = 400
        /// The share of what is looked at in the user's category, in thousandths.
        public var categoryBlend: Int32 = 200

        /// The defaults.
        public init() {}
    }

    /// Settings of `Revisit`: the user's own recent items.
    public struct RevisitSettings: Sendable, Equatable {
        /// Whether the signal proposes candidates.
        public var enabled = true
        /// The newest entries of a history that are proposed (`recent_max`).
        public var recentMax = 50
        /// The share of the blend (`blend`), in thousandths.
        public var blend: Int32 = 1000

        /// The defaults.
        public init() {}
    }

    /// Settings of `Content`: what says the same as the user's items and searches.
    public struct ContentSettings: Sendable, Equatable {
        /// Whether the signal proposes candidates.
        public var enabled = true
        /// The newest entries of a history that the profile is made of (`recent_max`).
        public var recentMax = 20
        /// The half-life of what an action or a search counts in the profile (`half_life`).
        public var halfLife: Int64 = 7 * 86_400_000
        /// Terms of a profile; the lightest are left out (`profile_terms_max`).
        public var profileTermsMax = 32
        /// Items that are looked at for the terms of one profile, each counted once a term (`postings_max`).
        public var postingsMax = 4_000
        /// The share of the blend (`blend`), in thousandths.
        public var blend: Int32 = 600

        /// The defaults.
        public init() {}
    }

    /// Settings of `Keywords`: the answer to a search.
    public struct KeywordSettings: Sendable, Equatable {
        /// Whether searches are answered.
        public var enabled = true
        /// Searches of a user that are kept, the newest; they count in `Content`, too (`searches_max`, 1…16).
        public var searchesMax = 4
        /// Items that are looked at for the words of one search, each counted once a word (`postings_max`).
        public var postingsMax = 20_000
        /// The share of the blend (`blend`), in thousandths: as much as this, and no other signal changes the order of an answer.
        public var blend: Int32 = 1_000_000

        /// The defaults.
        public init() {}
    }
}

extension EngineSettings {
    /// Every setting that shapes state, one `name=value` a line, in a fixed order: the text whose digest is stored with the state.
    ///
    /// Shares of the blend are left out: they shape lists, not state. So are the limits of the tracking alarm.
    public var canonicalText: String {
        let similarity = itemSimilarity
        return """
            version=\(EngineSettings.version)
            seed=\(seed)
            lateness=\(lateness)
            session_gap=\(sessionGap)
            dedup_horizon=\(dedupHorizon)
            users_max=\(usersMax)
            items_max=\(itemsMax)
            dedup_events_max=\(dedupEventsMax)
            catalogue_bytes_max=\(catalogueBytesMax)
            erasures_max=\(erasuresMax)
            enabled=\(similarity.enabled),\(next.enabled),\(popularity.enabled),\(readsTexts)
            item_similarity.window=\(similarity.window)
            item_similarity.weights=\(similarity.clickWeight),\(similarity.cartWeight),\(similarity.purchaseWeight)
            item_similarity.history_max=\(similarity.historyMax)
            item_similarity.pairs_max=\(similarity.pairsMax)
            item_similarity.pairs_recent=\(similarity.pairsRecent.map(String.init) ?? "all")
            next.steps_max=\(next.stepsMax)
            next.followers_max=\(next.followersMax)
            next.half_life=\(next.halfLife)
            next.sessions_max=\(next.sessionsMax)
            popularity.half_life=\(popularity.halfLife)
            popularity.long_half_life=\(popularity.longHalfLife)
            popularity.leaders_max=\(popularity.leadersMax)
            popularity.boards=\(popularity.boardsMax),\(popularity.boardItemsMax)
            keywords.searches_max=\(keywords.searchesMax)
            bots.enabled=\(bots.enabled)
            bots.limits=\(bots.eventsPerHourMax),\(bots.itemsPerDayMax),\(bots.equalGapsMax)
            bots.parole=\(bots.parole)

            """
    }
}
