import FreshetKernels

/// A fixed blend of rank-normalised scores: each signal gives its best candidates 1, 1 − 1/100, 1 − 2/100 … times its share.
final class Blend {
    /// Candidates of one signal.
    static let candidatesMax = 100

    /// One signal's best candidates, best first, and the item that each is owed to.
    struct Proposals {
        var best = FlatList<Scored>()
        var because = FlatList<UInt32>()
    }

    private let signals: Signals
    private let items: Items
    private let board = ScoreBoard()
    private let total = ScoreBoard()
    @exclusivity(unchecked) private var selection = TopSelection(limit: 0)
    @exclusivity(unchecked) private(set) var proposals: [Proposals]
    /// The blended list, best first.
    @exclusivity(unchecked) private(set) var ranked = FlatList<Scored>()
    /// By signal, then rank: the place of the ranked item among the signal's candidates, or −1.
    @exclusivity(unchecked) private var places = FlatList<Int32>()
    /// By item: its rank while places are looked up, else −1.
    @exclusivity(unchecked) private var ranks = FlatList<Int32>()

    init(signals: Signals, items: Items) {
        self.signals = signals
        self.items = items
        proposals = Array(repeating: Proposals(), count: Signals.names.count)
    }

    deinit {
        for index in proposals.indices {
            proposals[index].best.free()
            proposals[index].because.free()
        }
        ranked.free()
        places.free()
        ranks.free()
        selection.free()
    }

    /// Ranks what the signals propose and `rules` allow; the best `limit` stand in `ranked`.
    func rank(_ query: Query, _ rules: Rules, limit: Int) {
        let ids = items.ids
        board.reserve(ids.numbersEnd)
        total.reserve(ids.numbersEnd)
        ranks.extend(to: max(ranks.count, ids.numbersEnd), with: -1)
        for (number, signal) in signals.all.enumerated() {
            proposals[number].best.removeAll()
            proposals[number].because.removeAll()
            if signal.blend > 0 { propose(number, signal, query, rules) }
        }
        selection.begin(limit: limit)
        for index in total.candidates.indices {
            let candidate = total.candidates[index]
            if selection.offer(Scored(number: candidate.item, score: candidate.score)) { selection.discard(ties: { ids.precedes($0, $1) }) }
        }
        selection.finish(into: &ranked, ties: { ids.precedes($0, $1) })
        total.clear()
        findPlaces()
    }

    private func propose(_ number: Int, _ signal: any Signal, _ query: Query, _ rules: Rules) {
        let ids = items.ids
        signal.propose(query, on: board)
        selection.begin(limit: Blend.candidatesMax)
        for index in board.candidates.indices {
            let candidate = board.candidates[index]
            guard rules.allows(candidate.item) else { continue }
            if selection.offer(Scored(number: candidate.item, score: candidate.score)) { selection.discard(ties: { ids.precedes($0, $1) }) }
        }
        selection.finish(into: &proposals[number].best, ties: { ids.precedes($0, $1) })
        for place in proposals[number].best.indices {
            let item = proposals[number].best[place].number
            proposals[number].because.append(board.because(item))
            total.add(item, Blend.part(signal.blend, place), because: ScoreBoard.noItem)
        }
        board.clear()
    }

    /// What a signal with this share gives to the candidate at `place`, counted from 0: a whole number of 10⁻⁵, so that sums are exact.
    static func part(_ blend: Int32, _ place: Int) -> Double { Double(Int(blend) * (candidatesMax - place)) }

    /// Decimals of a score.
    static let places = 5
    /// A score from the sum of its parts.
    static func score(_ parts: Double) -> Double { parts / 1e5 }

    /// Where the item at `rank` of the blended list stands among a signal's candidates; `nil` where it is none.
    func place(ofRank rank: Int, in number: Int) -> Int? {
        let place = places[number * ranked.count + rank]
        return place < 0 ? nil : Int(place)
    }

    /// Looks up the ranked items among each signal's candidates.
    private func findPlaces() {
        places.removeAll()
        places.extend(to: proposals.count * ranked.count, with: -1)
        for rank in ranked.indices { ranks[Int(ranked[rank].number)] = Int32(rank) }
        for number in proposals.indices {
            let best = proposals[number].best
            for place in best.indices {
                let rank = ranks[Int(best[place].number)]
                if rank >= 0 { places[number * ranked.count + Int(rank)] = Int32(place) }
            }
        }
        for rank in ranked.indices { ranks[Int(ranked[rank].number)] = -1 }
    }

    /// A signal's share of the blend.
    func blend(of number: Int) -> Int32 { signals.all[number].blend }
}
