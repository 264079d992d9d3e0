import FreshetKernels

/// Items whose short count is high against their long one.
final class Trending: Signal {
    static let name: StaticString = "trending"
    /// Short counts below this are noise.
    static let countLeast = 3.0

    let popularity: Popularity
    let blend: Int32

    init(popularity: Popularity) {
        self.popularity = popularity
        blend = popularity.settings.enabled ? popularity.settings.trendingBlend : 0
    }

    func propose(_ query: Query, on board: ScoreBoard) {
        for index in popularity.leaders.indices where popularity.isPopular(popularity.leaders[index], query) {
            let item = popularity.leaders[index]
            let trend = trend(item, at: query.now)
            if trend > 0 { board.add(item, trend, because: ScoreBoard.noItem) }
        }
    }

    /// The share of an item's long count that is recent, in [0, 1]; 0 where too little is known.
    func trend(_ item: UInt32, at now: EventTime) -> Double {
        let counts = popularity.counts(item, at: now)
        return counts.short >= Trending.countLeast && counts.long > 0 ? min(counts.short / counts.long, 1) : 0
    }
}
