import FreshetKernels

extension ItemSimilarity {
    /// How much the next older seed counts less.
    static let seedDecay = 0.9
    /// Seeds beyond this one weigh too little to matter.
    static let seedWeightLeast = 1e-4

    func propose(_ query: Query, on board: ScoreBoard) {
        var weight = 1.0
        for index in 0..<min(query.seeds.count, settings.listRecent ?? .max) where weight > ItemSimilarity.seedWeightLeast {
            let seed = query.seeds[index].item
            let pairs = rows[Int(seed)].pairs
            let scale = weight * inverseRoots[Int(seed)]
            guard scale > 0 else { continue }
            for place in 0..<pairs.count {
                let neighbour = pairs.key(place)
                let pair = pairs.support(place)
                let part = scale * Double(pair.count) * shrinkage(users: pair.users) * inverseRoots[Int(neighbour)]
                if part > 0 { board.add(neighbour, part, because: seed) }
            }
            weight *= ItemSimilarity.seedDecay
        }
    }

    /// Decimals of a similarity.
    static let places = 15

    /// An item similar to another one.
    struct Similar: BitwiseCopyable {
        var number: UInt32
        /// Where it stands among the other's neighbours.
        var place: UInt32
        var similarity: Double
    }

    /// The most similar items of `item`, best first, ties by id; similarities in [0, 1], rounded to `places` decimals before they are compared.
    /// The list is valid until the next call.
    func similar(to item: UInt32, limit: Int) -> FlatList<Similar> {
        let ids = items.ids
        let pairs = rows[Int(item)].pairs
        func precedes(_ left: UInt32, _ right: UInt32) -> Bool { ids.precedes(pairs.key(Int(left)), pairs.key(Int(right))) }
        selection.begin(limit: limit)
        for place in 0..<pairs.count {
            let score = (similarity(item, pairs.key(place), pairs.support(place)) * 1e15).rounded()
            if score > 0, selection.offer(Scored(number: UInt32(place), score: score)) { selection.discard(ties: precedes) }
        }
        selection.finish(into: &best, ties: precedes)
        similar.removeAll()
        for index in best.indices {
            let place = best[index].number
            similar.append(Similar(number: pairs.key(Int(place)), place: place, similarity: best[index].score / 1e15))
        }
        return similar
    }
}
