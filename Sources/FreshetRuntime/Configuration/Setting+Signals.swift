import FreshetCore

extension Setting {
    private static let signalYears: ClosedRange<Int64> = 1000...10 * 365 * 86_400_000

    static let itemSimilarity: [Setting] = [
        flag("signals.item_similarity.enabled", \.engine.itemSimilarity.enabled, "Whether it proposes candidates."),
        duration("signals.item_similarity.window", \.engine.itemSimilarity.window, signalYears, "How long an action counts."),
        integer("signals.item_similarity.weights.click", \.engine.itemSimilarity.clickWeight, 1...100, "The weight of a click."),
        integer("signals.item_similarity.weights.cart", \.engine.itemSimilarity.cartWeight, 1...100, "The weight of a cart."),
        integer("signals.item_similarity.weights.purchase", \.engine.itemSimilarity.purchaseWeight, 1...100, "The weight of a purchase."),
        integer("signals.item_similarity.history_max", \.engine.itemSimilarity.historyMax, 1...10_000, "Entries of a user's history."),
        integer("signals.item_similarity.pairs_max", \.engine.itemSimilarity.pairsMax, 1...10_000, "Neighbours in an item's table."),
        integer("signals.item_similarity.shrinkage", \.engine.itemSimilarity.shrinkage, 0...1_000_000, "λ of n / (n + λ) by n users."),
        integerOrAll(
            "signals.item_similarity.pairs_recent", \.engine.itemSimilarity.pairsRecent, 1...10_000, "Newest entries that an event is paired with."),
        integerOrAll(
            "signals.item_similarity.list_recent", \.engine.itemSimilarity.listRecent, 1...10_000, "Newest entries that a list starts from."),
        share("signals.item_similarity.blend", \.engine.itemSimilarity.blend, "Its share of the blend."),
        share(
            "signals.item_similarity.links_blend", \.engine.itemSimilarity.linksBlend,
            "The share of typed links: what users did next with the neighbours of what they clicked, carted or bought."),
    ]

    static let next: [Setting] = [
        flag("signals.next.enabled", \.engine.next.enabled, "Whether it proposes candidates."),
        integer("signals.next.steps_max", \.engine.next.stepsMax, 1...16, "Steps back in the session that an event is linked with."),
        integer("signals.next.followers_max", \.engine.next.followersMax, 1...10_000, "Followers in an item's table."),
        duration("signals.next.half_life", \.engine.next.halfLife, signalYears, "The half-life of a count."),
        integer("signals.next.sessions_max", \.engine.next.sessionsMax, 1...16, "Open sessions of a user."),
        share("signals.next.blend", \.engine.next.blend, "Its share of the blend."),
    ]

    static let popularity: [Setting] = [
        flag("signals.popularity.enabled", \.engine.popularity.enabled, "Whether it proposes candidates."),
        duration("signals.popularity.half_life", \.engine.popularity.halfLife, signalYears, "The half-life of a count."),
        duration("signals.popularity.long_half_life", \.engine.popularity.longHalfLife, signalYears, "The half-life that trending compares with."),
        integer("signals.popularity.leaders_max", \.engine.popularity.leadersMax, 1...100_000, "Items on the leader boards."),
        integer("signals.popularity.boards_max", \.engine.popularity.boardsMax, 1...1_000_000, "Segments and categories with a board of their own."),
        integer("signals.popularity.board_items_max", \.engine.popularity.boardItemsMax, 1...10_000, "Items on such a board."),
        share("signals.popularity.blend", \.engine.popularity.blend, "Its share of the blend."),
    ]

    static let revisit: [Setting] = [
        flag("signals.revisit.enabled", \.engine.revisit.enabled, "Whether it proposes candidates."),
        integer("signals.revisit.recent_max", \.engine.revisit.recentMax, 1...10_000, "Newest entries of a history that are proposed."),
        share("signals.revisit.blend", \.engine.revisit.blend, "Its share of the blend."),
    ]

    static let content: [Setting] = [
        flag("signals.content.enabled", \.engine.content.enabled, "Whether it proposes candidates."),
        integer("signals.content.recent_max", \.engine.content.recentMax, 1...10_000, "Newest entries of a history that a profile is made of."),
        duration("signals.content.half_life", \.engine.content.halfLife, signalYears, "The half-life of what an action counts in a profile."),
        integer("signals.content.profile_terms_max", \.engine.content.profileTermsMax, 1...1_000, "Words of a profile."),
        integer("signals.content.postings_max", \.engine.content.postingsMax, 1...100_000_000, "Items that a profile is compared with, once a word."),
        share("signals.content.blend", \.engine.content.blend, "Its share of the blend."),
    ]

    static let keywords: [Setting] = [
        flag("signals.keywords.enabled", \.engine.keywords.enabled, "Whether searches are answered."),
        integer("signals.keywords.searches_max", \.engine.keywords.searchesMax, 1...16, "Newest searches of a user that are kept."),
        integer("signals.keywords.postings_max", \.engine.keywords.postingsMax, 1...100_000_000, "Items that a search looks at, once a word."),
        share("signals.keywords.blend", \.engine.keywords.blend, "Its share of the blend; a large one lets an answer stand before all else."),
    ]
}
