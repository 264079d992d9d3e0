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
    private var selection = TopSelection(limit: Blend.candidatesMax)
    private(set) var proposals: [Proposals]
    /// The blended list, best first.
    private(set) var ranked = FlatList<Scored>()

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
        selection.free()
    }

    /// Ranks what the signals propose and `rules` allow; the best `limit` stand in `ranked`.
    func rank(_ query: Query, _ rules: Rules, limit: Int) {
        board.reserve(items.ids.numbersEnd)
        total.reserve(items.ids.numbersEnd)
        for (number, signal) in signals.all.enumerated() {
            proposals[number].best.removeAll()
            proposals[number].because.removeAll()
            if signal.blend > 0 { propose(number, signal, query, rules) }
        }
        selection.finish(into: &ranked, nextLimit: limit, ties: items.ids.precedes)
        for index in total.touched.indices {
            let item = total.touched[index]
            selection.offer(Scored(number: item, score: total.score(item)), ties: items.ids.precedes)
        }
        selection.finish(into: &ranked, nextLimit: Blend.candidatesMax, ties: items.ids.precedes)
        total.clear()
    }

    private func propose(_ number: Int, _ signal: any Signal, _ query: Query, _ rules: Rules) {
        signal.propose(query, on: board)
        for index in board.touched.indices where rules.allows(board.touched[index]) {
            let item = board.touched[index]
            selection.offer(Scored(number: item, score: board.score(item)), ties: items.ids.precedes)
        }
        selection.finish(into: &proposals[number].best, nextLimit: Blend.candidatesMax, ties: items.ids.precedes)
        for place in proposals[number].best.indices {
            let item = proposals[number].best[place].number
            proposals[number].because.append(board.because(item))
            total.add(item, Blend.part(signal.blend, place), because: ScoreBoard.noItem)
        }
        board.clear()
    }

    /// What a signal with this share gives to the candidate at `place`, counted from 0.
    static func part(_ blend: Int32, _ place: Int) -> Double {
        Double(blend) / 1000 * Double(candidatesMax - place) / Double(candidatesMax)
    }

    /// Where `item` stands among a signal's candidates.
    func place(of item: UInt32, in number: Int) -> Int? {
        let best = proposals[number].best
        for place in best.indices where best[place].number == item { return place }
        return nil
    }

    /// A signal's share of the blend.
    func blend(of number: Int) -> Int32 { signals.all[number].blend }
}
