import FreshetKernels

/// What users did *next* with other items, by kind of action: click → cart or purchase, cart → purchase, purchase → purchase, click → click
/// (OTTO covisitation). The counts are columns of `ItemSimilarity`'s pairs; this signal only reads them.
final class TypedLinks: Signal {
    static let name: StaticString = "typed_links"

    /// Seeds that links start from.
    static let seedsMax = 20
    static let clickToBuyWeight: Int32 = 3
    static let cartToPurchaseWeight: Int32 = 3
    static let purchaseToPurchaseWeight: Int32 = 2
    static let clickToClickWeight: Int32 = 1

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
            let weights = TypedLinks.weights(of: seed.share)
            for place in 0..<row.pairs.count {
                let cell = row.pairs[place]
                let links = TypedLinks.links(cell, weights)
                if links > 0 { board.add(row.pairs.key(place), scale * Double(links) * similarity.shrinkage(users: cell.users), because: seed.item) }
            }
            weight *= ItemSimilarity.seedDecay
        }
    }

    /// What each kind of link counts, given what the user did with the seed.
    private static func weights(of share: HistoryShare) -> PairCell {
        var weights = PairCell()
        if share.click != .never {
            weights.clickToBuy = clickToBuyWeight
            weights.clickToClick = clickToClickWeight
        }
        if share.cart != .never { weights.cartToPurchase = cartToPurchaseWeight }
        if share.purchase != .never { weights.purchaseToPurchase = purchaseToPurchaseWeight }
        return weights
    }

    private static func links(_ cell: PairCell, _ weights: PairCell) -> Int64 {
        Int64(cell.clickToBuy) * Int64(weights.clickToBuy) + Int64(cell.clickToClick) * Int64(weights.clickToClick)
            + Int64(cell.cartToPurchase) * Int64(weights.cartToPurchase)
            + Int64(cell.purchaseToPurchase) * Int64(weights.purchaseToPurchase)
    }
}
