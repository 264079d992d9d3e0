import FreshetKernels

/// A fixed blend of rank-normalised scores: each signal gives its best candidates 1, 1 − 1/100, 1 − 2/100 … times its share.
final class Blend {
    /// Candidates of one signal.
    static let candidatesMax = candidatesOfSignalMax

    /// One signal's best candidates, best first, and what each is owed to, as the signal says it.
    struct Proposals {
        var best = FlatList<Scored>()
        var because = FlatList<UInt32>()
    }

    /// A candidate that may not be shown, and what it would score.
    private struct Barred: BitwiseCopyable {
        var item: UInt32
        var score: Double
    }

    private let signals: Signals
    private let items: Items
    private let board = ScoreBoard()
    private let total = ScoreBoard()
    /// What the candidates that may not be shown would score.
    private let barredTotal = ScoreBoard()
    @exclusivity(unchecked) private var barred = FlatList<Barred>()
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
        barred.free()
    }

    /// Ranks what the signals propose and `rules` allow; the best `limit` stand in `ranked`, arranged by the rules, with boosted scores.
    func rank(_ query: Query, _ rules: Rules, limit: Int) {
        let ids = items.ids
        board.reserve(ids.numbersEnd)
        total.reserve(ids.numbersEnd)
        barredTotal.reserve(ids.numbersEnd)
        ranks.extend(to: max(ranks.count, ids.numbersEnd), with: -1)
        for (number, signal) in signals.all.enumerated() {
            proposals[number].best.removeAll()
            proposals[number].because.removeAll()
            if signal.blend > 0 { propose(number, signal, query, rules) }
        }
        let (arranges, boosts) = (rules.arranges, rules.book.hasBoosts)
        selection.begin(limit: arranges ? total.candidates.count : limit)
        for index in total.candidates.indices {
            let candidate = total.candidates[index]
            let score = boosts ? candidate.score * rules.boost(of: candidate.item) : candidate.score
            if selection.offer(Scored(number: candidate.item, score: score)) { selection.discard(ties: { ids.precedes($0, $1) }) }
        }
        selection.finish(into: &ranked, ties: { ids.precedes($0, $1) })
        if arranges { rules.arrange(&ranked, limit: limit) }
        if boosts { nameBoosted(rules, limit: limit) }
        nameBarred(rules, limit: limit)
        total.clear()
        barredTotal.clear()
        findPlaces()
    }

    private func propose(_ number: Int, _ signal: any Signal, _ query: Query, _ rules: Rules) {
        let ids = items.ids
        signal.propose(query, on: board)
        selection.begin(limit: Blend.candidatesMax)
        for index in board.candidates.indices {
            let candidate = board.candidates[index]
            // Behind so many that may be shown it would not stand in the list even if it might be.
            guard selection.mayTake(candidate.score) else { continue }
            guard rules.allows(candidate.item) else {
                barred.append(Barred(item: candidate.item, score: candidate.score))
                continue
            }
            if selection.offer(Scored(number: candidate.item, score: candidate.score)) { selection.discard(ties: { ids.precedes($0, $1) }) }
        }
        selection.finish(into: &proposals[number].best, ties: { ids.precedes($0, $1) })
        for place in proposals[number].best.indices {
            let item = proposals[number].best[place].number
            proposals[number].because.append(board.because(item))
            total.add(item, Blend.part(signal.blend, place), because: ScoreBoard.noItem)
        }
        board.clear()
        addBarred(number, signal.blend)
    }

    /// What a signal would give to candidates that may not be shown, each by the place that it alone would have.
    private func addBarred(_ number: Int, _ blend: Int32) {
        let (best, ids) = (proposals[number].best, items.ids)
        for index in barred.indices {
            let (item, score) = (barred[index].item, barred[index].score)
            var (low, high) = (0, best.count)
            while low < high {
                let middle = (low + high) / 2
                let isBetter = best[middle].score != score ? best[middle].score > score : ids.precedes(best[middle].number, item)
                if isBetter { low = middle + 1 } else { high = middle }
            }
            if low < Blend.candidatesMax { barredTotal.add(item, Blend.part(blend, low), because: ScoreBoard.noItem) }
        }
        barred.removeAll()
    }

    /// Names what would stand in the list if it might be shown, best first.
    private func nameBarred(_ rules: Rules, limit: Int) {
        guard !barredTotal.candidates.isEmpty else { return }
        let ids = items.ids
        let isFull = ranked.count >= limit
        let last = ranked.indices.last { !rules.isPinned(ranked[$0].number) }.map { ranked[$0] }
        if isFull, last == nil { return }
        var wouldStand = FlatList<Scored>()
        for index in barredTotal.candidates.indices {
            let candidate = barredTotal.candidates[index]
            let score = candidate.score * rules.boost(of: candidate.item)
            if isFull, let last, score < last.score || score == last.score && ids.precedes(last.number, candidate.item) { continue }
            wouldStand.append(Scored(number: candidate.item, score: score))
        }
        wouldStand.sort { $0.score != $1.score ? $0.score > $1.score : ids.precedes($0.number, $1.number) }
        for index in 0..<min(limit, wouldStand.count) { rules.noteRemoved(wouldStand[index].number) }
        wouldStand.free()
    }

    /// Names the boosts without which an item of the list would stand elsewhere among the candidates.
    private func nameBoosted(_ rules: Rules, limit: Int) {
        let ids = items.ids
        for place in ranked.indices {
            let item = ranked[place].number
            guard rules.boost(of: item) != 1, !rules.isPinned(item) else { continue }
            let (raw, boosted) = (total.score(of: item), ranked[place].score)
            var (before, after) = (0, 0)
            for index in total.candidates.indices where total.candidates[index].item != item {
                let other = total.candidates[index]
                let otherBoosted = other.score * rules.boost(of: other.item)
                if other.score > raw || other.score == raw && ids.precedes(other.item, item) { before += 1 }
                if otherBoosted > boosted || otherBoosted == boosted && ids.precedes(other.item, item) { after += 1 }
            }
            if before != after { rules.noteBoosted(item) }
        }
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

    /// What the candidate at `place` among a signal's is owed to.
    func evidence(of number: Int, at place: Int) -> Evidence { signals.all[number].evidence(proposals[number].because[place]) }

    /// A signal's share of the blend.
    func blend(of number: Int) -> Int32 { signals.all[number].blend }
}
