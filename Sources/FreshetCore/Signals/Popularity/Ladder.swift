import FreshetKernels

/// What the shoppers of the user's segment look at now: for users of whom no live action is known.
final class SegmentPopularity: Signal {
    static let name: StaticString = "segment"

    let boards: Boards
    let blend: Int32

    init(popularity: Popularity) {
        boards = popularity.boards
        blend = popularity.settings.enabled ? popularity.settings.segmentBlend : 0
    }

    func propose(_ query: Query, on board: ScoreBoard) {
        if query.seeds.isEmpty { boards.propose(.segment, query.segment, query, on: board) }
    }
}

/// What is looked at now in the category of the last item that the user once did something with: for users of whom no live action is known.
final class CategoryPopularity: Signal {
    static let name: StaticString = "category"

    let boards: Boards
    let catalogue: Catalogue
    let ids: IDTable
    let blend: Int32

    init(popularity: Popularity, catalogue: Catalogue) {
        boards = popularity.boards
        self.catalogue = catalogue
        ids = popularity.items.ids
        blend = popularity.settings.enabled ? popularity.settings.categoryBlend : 0
    }

    func propose(_ query: Query, on board: ScoreBoard) {
        guard query.seeds.isEmpty, let last = lastEntry(of: query.history) else { return }
        boards.propose(.category, catalogue.topCategory(of: last.item), query, on: board)
    }

    /// The entry with the newest action, ties by id, of those whose items have a category.
    private func lastEntry(of history: FlatList<HistoryEntry>) -> HistoryEntry? {
        var last: HistoryEntry?
        for index in history.indices where catalogue[history[index].item].category != GroupTable.none {
            let entry = history[index]
            if let held = last {
                let isNewer = entry.lastAction != held.lastAction ? entry.lastAction > held.lastAction : ids.precedes(entry.item, held.item)
                guard isNewer else { continue }
            }
            last = entry
        }
        return last
    }
}
