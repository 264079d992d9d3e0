import FreshetKernels

extension RecommendedList {
    /// Takes over the blend's ranking, each item with what every signal gave it, and what rules did to the list.
    func explain(_ blend: Blend, _ rules: Rules) {
        for place in blend.ranked.indices {
            let scored = blend.ranked[place]
            let start = reasons.count
            addReasons(of: place, blend)
            items.append(
                Item(number: scored.number, score: Blend.score(scored.score), reasonsStart: Int32(start), reasonsEnd: Int32(reasons.count)))
        }
        for index in rules.applied.indices { applied.append(rules.applied[index]) }
    }

    private func addReasons(of rank: Int, _ blend: Blend) {
        let start = reasons.count
        let whole = (0..<Signals.names.count).reduce(0.0) { sum, signal in
            sum + (blend.place(ofRank: rank, in: signal).map { Blend.part(blend.blend(of: signal), $0) } ?? 0)
        }
        var given: Int32 = 0
        for signal in 0..<Signals.names.count {
            guard let place = blend.place(ofRank: rank, in: signal) else { continue }
            let part = Blend.part(blend.blend(of: signal), place)
            let share = Int32(part / whole * 10_000)
            addReason(UInt8(signal), blend.evidence(of: signal, at: place), share)
            given += share
            rung = higher(rung, signal)
        }
        // Nothing but a rule speaks for it.
        if reasons.count == start { return reasons.append(Reason(signal: RecommendedList.ruleSignal, item: nil, share: 10_000)) }
        var largest = start
        for index in start..<reasons.count where reasons[index].share > reasons[largest].share { largest = index }
        // What rounding down left over goes to the largest share, so that they sum to the whole.
        if reasons.count > start { reasons[largest].share += 10_000 - given }
        sortReasons(from: start)
    }

    /// The higher one of a rung and that which a signal stands on.
    private func higher(_ rung: Rung, _ signal: Int) -> Rung {
        let step = max(0, signal - Signals.personalCount + 1)
        return step < Int(rung.rawValue) ? Rung(rawValue: UInt8(step)) ?? rung : rung
    }

    private func addReason(_ signal: UInt8, _ evidence: Evidence, _ share: Int32) {
        reasons.append(Reason(signal: signal, item: evidence.item, share: share, term: addTerm(evidence.term)))
    }

    private func sortReasons(from start: Int) {
        for index in start..<reasons.count {
            var place = index
            while place > start, reasons[place].share > reasons[place - 1].share {
                let moved = reasons[place]
                reasons[place] = reasons[place - 1]
                reasons[place - 1] = moved
                place -= 1
            }
        }
    }
}
