import FreshetKernels

extension Next {
    func propose(_ query: Query, on board: ScoreBoard) {
        guard let session = query.session else { return }
        let block = DecayedCount.place(query.now.milliseconds, settings.halfLife).block
        var weight = 1.0
        for step in 0..<min(Int(session.count), Next.queryStepsMax) {
            propose(after: session.steps[step], weight, block, on: board)
            weight *= Next.stepDecay
        }
    }

    private func propose(after item: UInt32, _ weight: Double, _ block: Int32, on board: ScoreBoard) {
        let row = rows[Int(item)]
        var total: Int64 = 0
        for place in 0..<row.count { total += value(row[place], block) }
        guard total > 0 else { return }
        let scale = weight / Double(total)
        for place in 0..<row.count {
            let part = value(row[place], block)
            if part > 0 { board.add(row.key(place), scale * Double(part), because: item) }
        }
    }

    /// A count as of a block; late queries (a block before the count's own) read it as it stands.
    func value(_ cell: DecayedCount, _ block: Int32) -> Int64 { cell.value(inBlock: max(block, cell.block)) }

    /// The likeliest followers of an item with their shares of what followed it, best first. The caller frees the list.
    func followers(of item: UInt32, limit: Int, at now: EventTime) -> FlatList<Scored> {
        let block = DecayedCount.place(now.milliseconds, settings.halfLife).block
        let row = rows[Int(item)]
        var selection = TopSelection(limit: limit)
        var best = FlatList<Scored>()
        var total: Int64 = 0
        for place in 0..<row.count { total += value(row[place], block) }
        for place in 0..<row.count where value(row[place], block) > 0 {
            let score = Double(value(row[place], block)) / Double(total)
            if selection.offer(Scored(number: row.key(place), score: score)) { selection.discard(ties: items.ids.precedes) }
        }
        selection.finish(into: &best, ties: items.ids.precedes)
        selection.free()
        return best
    }
}
