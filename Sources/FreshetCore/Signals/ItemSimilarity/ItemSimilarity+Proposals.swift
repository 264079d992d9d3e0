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

    /// The most similar items of `item`, best first, ties by id; scores in [0, 1], rounded to `places` decimals before they are compared.
    /// The caller frees the list.
    func similar(to item: UInt32, limit: Int) -> FlatList<Scored> {
        let ids = items.ids
        var best = FlatList<Scored>()
        selection.begin(limit: limit)
        let pairs = rows[Int(item)].pairs
        for place in 0..<pairs.count {
            let score = (similarity(item, pairs.key(place), pairs.support(place)) * 1e15).rounded()
            if score > 0 { selection.offer(Scored(number: pairs.key(place), score: score), ties: { ids.precedes($0, $1) }) }
        }
        selection.finish(into: &best, ties: { ids.precedes($0, $1) })
        for place in best.indices { best[place].score /= 1e15 }
        return best
    }

    /// The cell of a pair in `item`'s table.
    func cell(_ item: UInt32, _ neighbour: UInt32) -> PairCell? {
        let place = rows[Int(item)].pairs.find(neighbour)
        return place < 0 ? nil : rows[Int(item)].pairs[place]
    }
}
