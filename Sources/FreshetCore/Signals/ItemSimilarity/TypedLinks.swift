import FreshetKernels

/// What users did *next* with other items, by kind of action: click → cart or purchase, cart → purchase, purchase → purchase, click → click
/// (OTTO covisitation). The counts are columns of `ItemSimilarity`'s pairs; this signal only reads them.
final class TypedLinks: Signal {
    static let name: StaticString = "typed_links"

    /// Seeds that links start from.
    static let seedsMax = 20
    static let clickToBuyWeight = 3.0
    static let cartToPurchaseWeight = 3.0
    static let purchaseToPurchaseWeight = 2.0
    static let clickToClickWeight = 1.0

    let similarity: ItemSimilarity
    let blend: Int32

    init(similarity: ItemSimilarity) {
        self.similarity = similarity
        blend = similarity.settings.enabled ? similarity.settings.linksBlend : 0
    }

    func propose(_ query: Query, on board: ScoreBoard) {
        var weight = 1.0
        for index in 0..<min(query.seeds.count, TypedLinks.seedsMax) {
            let seed = query.seeds[index]
            let row = similarity.rows[Int(seed.item)]
            guard row.users > 0 else { continue }
            let scale = weight / Double(row.users)
            for place in 0..<row.pairs.count {
                let cell = row.pairs[place]
                let strength = TypedLinks.strength(cell, of: seed.share) * similarity.shrinkage(users: cell.users)
                if strength > 0 { board.add(row.pairs.key(place), scale * strength, because: seed.item) }
            }
            weight *= ItemSimilarity.seedDecay
        }
    }

    /// The weighted links that apply to what the user did with the seed.
    static func strength(_ cell: PairCell, of share: HistoryShare) -> Double {
        var strength = 0.0
        if share.click != .never { strength += clickToBuyWeight * Double(cell.clickToBuy) + clickToClickWeight * Double(cell.clickToClick) }
        if share.cart != .never { strength += cartToPurchaseWeight * Double(cell.cartToPurchase) }
        if share.purchase != .never { strength += purchaseToPurchaseWeight * Double(cell.purchaseToPurchase) }
        return strength
    }
}
