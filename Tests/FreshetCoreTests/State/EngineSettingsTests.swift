import FreshetCore
import Testing

/// The text whose digest stands with a state: another text is another state.
@Suite struct EngineSettingsTests {
    private static let shaping: [(String, @Sendable (inout EngineSettings) -> Void)] = [
        ("seed", { $0.seed = 2 }), ("lateness", { $0.lateness = 1 }), ("session gap", { $0.sessionGap = 1 }),
        ("dedup horizon", { $0.dedupHorizon = 1 }), ("users", { $0.usersMax = 5 }), ("items", { $0.itemsMax = 5 }),
        ("remembered ids", { $0.dedupEventsMax = 5 }), ("similarity off", { $0.itemSimilarity.enabled = false }),
        ("next off", { $0.next.enabled = false }), ("popularity off", { $0.popularity.enabled = false }),
        ("window", { $0.itemSimilarity.window = 1 }), ("click", { $0.itemSimilarity.clickWeight = 2 }),
        ("cart", { $0.itemSimilarity.cartWeight = 2 }), ("purchase", { $0.itemSimilarity.purchaseWeight = 2 }),
        ("history", { $0.itemSimilarity.historyMax = 5 }), ("pairs", { $0.itemSimilarity.pairsMax = 5 }),
        ("pairs recent", { $0.itemSimilarity.pairsRecent = 5 }), ("steps", { $0.next.stepsMax = 5 }),
        ("followers", { $0.next.followersMax = 5 }), ("half-life of next", { $0.next.halfLife = 5 }), ("sessions", { $0.next.sessionsMax = 5 }),
        ("half-life", { $0.popularity.halfLife = 5 }), ("long half-life", { $0.popularity.longHalfLife = 5 }),
        ("leaders", { $0.popularity.leadersMax = 5 }), ("searches", { $0.keywords.searchesMax = 5 }),
        ("boards", { $0.popularity.boardsMax = 5 }), ("board items", { $0.popularity.boardItemsMax = 5 }),
        (
            "texts off",
            {
                $0.content.enabled = false
                $0.keywords.enabled = false
            }
        ),
        ("bots", { $0.bots.enabled = false }), ("rate", { $0.bots.eventsPerHourMax = 5 }),
        ("breadth", { $0.bots.itemsPerDayMax = 5 }), ("regularity", { $0.bots.equalGapsMax = 5 }), ("parole", { $0.bots.parole = 5 }),
    ]

    private static let listing: [(String, @Sendable (inout EngineSettings) -> Void)] = [
        ("similarity", { $0.itemSimilarity.blend = 1 }), ("links", { $0.itemSimilarity.linksBlend = 1 }), ("next", { $0.next.blend = 1 }),
        ("popularity", { $0.popularity.blend = 1 }), ("trending", { $0.popularity.trendingBlend = 1 }),
        ("segment", { $0.popularity.segmentBlend = 1 }), ("category", { $0.popularity.categoryBlend = 1 }), ("revisit", { $0.revisit.blend = 1 }),
        ("revisit off", { $0.revisit.enabled = false }), ("revisit recent", { $0.revisit.recentMax = 1 }),
        ("shrinkage", { $0.itemSimilarity.shrinkage = 1 }), ("list recent", { $0.itemSimilarity.listRecent = 1 }),
        ("content", { $0.content.blend = 1 }), ("content off", { $0.content.enabled = false }), ("content recent", { $0.content.recentMax = 1 }),
        ("content half-life", { $0.content.halfLife = 1 }), ("profile", { $0.content.profileTermsMax = 1 }),
        ("content postings", { $0.content.postingsMax = 1 }), ("keywords", { $0.keywords.blend = 1 }),
        ("keywords off", { $0.keywords.enabled = false }), ("keywords postings", { $0.keywords.postingsMax = 1 }),
        ("expected", { $0.tracking.expectedMin = 10 }), ("fall", { $0.tracking.fallBelow = 1 }), ("rise", { $0.tracking.riseAbove = 1 }),
    ]

    private func text(_ change: (inout EngineSettings) -> Void) -> String {
        var settings = EngineSettings()
        change(&settings)
        return settings.canonicalText
    }

    @Test func everySettingThatShapesStateGivesATextOfItsOwn() {
        var texts = [EngineSettings().canonicalText]
        for (name, change) in EngineSettingsTests.shaping {
            let text = text(change)
            #expect(!texts.contains(text), "\(name)")
            texts.append(text)
        }
    }

    @Test func whatShapesListsOnlyIsNotInIt() {
        for (name, change) in EngineSettingsTests.listing { #expect(text(change) == EngineSettings().canonicalText, "\(name)") }
    }

    /// Changing this text makes every state in the field refuse to start: it needs a new `EngineSettings.version`.
    @Test func theDefaultsTextIsThatOfTheStatesInTheField() {
        #expect(
            EngineSettings().canonicalText == """
                version=8
                seed=1
                lateness=60000
                session_gap=1800000
                dedup_horizon=86400000
                users_max=1000000
                items_max=1000000
                dedup_events_max=1000000
                catalogue_bytes_max=1073741824
                erasures_max=1000000
                enabled=true,true,true,true
                item_similarity.window=2592000000
                item_similarity.weights=1,3,5
                item_similarity.history_max=100
                item_similarity.pairs_max=200
                item_similarity.pairs_recent=all
                next.steps_max=10
                next.followers_max=100
                next.half_life=1209600000
                next.sessions_max=4
                popularity.half_life=86400000
                popularity.long_half_life=604800000
                popularity.leaders_max=200
                popularity.boards=1000,100
                keywords.searches_max=4
                bots.enabled=true
                bots.limits=3600,10000,1000
                bots.parole=86400000

                """)
    }
}
