import FreshetKernels

/// A term that is looked for.
struct WantedTerm: BitwiseCopyable {
    /// Its number in the index.
    var term: UInt32
    /// What it counts.
    var weight: Double
    /// The item that it is owed to, or `ScoreBoard.noItem`.
    var owedTo = ScoreBoard.noItem
}

extension ContentIndex {
    /// The least weight of a term: that of one in half of all items or more, for which the formula has none.
    static let inverseFrequencyLeast = 1e-6

    /// How rare a term is: ln((N − n + 0.5) / (n + 0.5)), n of N items (Robertson and Spärck Jones, 1976); positive, as SQLite's FTS5 has it.
    func inverseFrequency(_ term: UInt32) -> Double {
        let (all, holding) = (Double(count), Double(postings[Int(term)].count))
        let weight = NaturalLogarithm.of((all - holding + 0.5) / (holding + 0.5))
        return weight > 0 ? weight : ContentIndex.inverseFrequencyLeast
    }

    /// Adds up, for the items that say any of the wanted terms, the parts that `part` gives to a term in an item. An item's evidence is the place
    /// of the term with the largest part in `wanted`, which is put into an order: rare terms first, then by text.
    ///
    /// At most `postingsMax` postings are read, rare terms first. Of the rarest term a sample is read where it has more. The other terms that are
    /// too frequent find no item; they count for the `completedMax` items that the rarer ones put first. Items behind those stay behind them.
    @inline(__always) func match(
        _ wanted: inout FlatList<WantedTerm>, postingsMax: Int, completedMax: Int = .max, on board: ScoreBoard,
        _ part: (WantedTerm, Posting) -> Double
    ) {
        wanted.sort { left, right in
            let (rare, other) = (postings[Int(left.term)].count, postings[Int(right.term)].count)
            return rare != other ? rare < other : terms.precedes(left.term, right.term)
        }
        var left = postingsMax
        var place = 0
        while place < wanted.count {
            let (term, list) = (wanted[place], postings[Int(wanted[place].term)])
            guard place == 0 || list.count <= left else { break }
            list.forEach(atMost: left) { posting in
                let part = part(term, posting)
                if part > 0 { board.add(posting.item, part, because: UInt32(place)) }
            }
            left -= min(left, list.count)
            place += 1
        }
        if place < wanted.count { addFrequent(wanted, from: place, completedMax, on: board, part) }
    }

    /// Adds the parts of the terms from `first` on to the candidates that stand first.
    @inline(__always) private func addFrequent(
        _ wanted: FlatList<WantedTerm>, from first: Int, _ completedMax: Int, on board: ScoreBoard, _ part: (WantedTerm, Posting) -> Double
    ) {
        for place in first..<wanted.count { wantedPlaces[Int(wanted[place].term)] = UInt32(place + 1) }
        findLeading(board.candidates, completedMax)
        for index in leading.indices {
            let item = leading[index].number
            let document = documents[Int(item)]
            for at in document.terms.indices {
                let place = wantedPlaces[Int(document.terms[at].term)]
                guard place > 0 else { continue }
                let part = part(wanted[Int(place) - 1], document.posting(of: document.terms[at], in: item))
                if part > 0 { board.add(item, part, because: place - 1) }
            }
        }
        for place in first..<wanted.count { wantedPlaces[Int(wanted[place].term)] = 0 }
    }

    /// The candidates that stand first, at most so many; in no order where that is all of them.
    private func findLeading(_ candidates: FlatList<ScoreBoard.Candidate>, _ limit: Int) {
        leading.removeAll()
        selection.begin(limit: limit)
        for index in candidates.indices {
            let candidate = Scored(number: candidates[index].item, score: candidates[index].score)
            if candidates.count <= limit {
                leading.append(candidate)
            } else if selection.offer(candidate) {
                selection.discard(ties: <)
            }
        }
        if candidates.count > limit { selection.finish(into: &leading, ties: <) }
    }
}
