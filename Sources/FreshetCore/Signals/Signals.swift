import FreshetKernels

/// The list of signals, in the order of outputs.
final class Signals {
    let similarity: ItemSimilarity
    let links: TypedLinks
    let next: Next
    let revisit: Revisit
    let content: Content
    let keywords: Keywords
    let segment: SegmentPopularity
    let category: CategoryPopularity
    let popularity: Popularity
    let trending: Trending

    init(settings: EngineSettings, items: Items, catalogue: Catalogue) {
        similarity = ItemSimilarity(settings: settings.itemSimilarity, items: items)
        links = TypedLinks(similarity: similarity)
        next = Next(settings: settings.next, items: items)
        revisit = Revisit(settings: settings.revisit)
        let index = ContentIndex(kept: settings.readsTexts)
        content = Content(settings: settings.content, clickWeight: settings.itemSimilarity.clickWeight, index: index)
        keywords = Keywords(settings: settings.keywords, sessionGap: settings.sessionGap, index: index)
        popularity = Popularity(settings: settings.popularity, items: items)
        segment = SegmentPopularity(popularity: popularity)
        category = CategoryPopularity(popularity: popularity, catalogue: catalogue)
        trending = Trending(popularity: popularity)
    }

    /// Every signal's name; the position is the signal's number in explanations.
    static let names: [StaticString] = [
        ItemSimilarity.name, TypedLinks.name, Next.name, Revisit.name, Content.name, Keywords.name, SegmentPopularity.name, CategoryPopularity.name,
        Popularity.name, Trending.name,
    ]

    /// The number of signals whose candidates depend on what the user did; those behind it are the ladder for the cold, in its order.
    static let personalCount = 6

    /// Every signal, by its number. A loop over them once a list or item, not once a candidate.
    lazy var all: [any Signal] = [similarity, links, next, revisit, content, keywords, segment, category, popularity, trending]
}
