import FreshetKernels

/// Bytes that the state holds, by what they are for: counted from the sizes of its tables, the allocator's own overhead left out.
public struct MemoryUse: Sendable, Equatable {
    /// Profiles: ids, histories, sessions, visitors, orders.
    public var users = 0
    /// Items: ids, counts and orders, without neighbours.
    public var items = 0
    /// Pair tables: counts and typed links.
    public var pairs = 0
    /// Followers within sessions.
    public var followers = 0
    /// Leader boards of segments and categories.
    public var boards = 0
    /// Remembered event ids.
    public var dedup = 0
    /// The catalogue, its words, rules, and what follows from them; the lists that are kept with them.
    public var catalogue = 0

    /// All of it.
    public var total: Int { users + items + pairs + followers + boards + dedup + catalogue }
}

extension Publication {
    /// What the state holds now.
    public var memoryUse: MemoryUse {
        var use = MemoryUse()
        use.users = engine.usersByteCount + publishedUsers.byteCount + engine.erasures.byteCount
        use.items = engine.itemsByteCount + publishedItems.byteCount + owedItems.byteCount
        let rows = engine.signals.similarity.rows
        for index in rows.indices { use.pairs += rows[index].pairs.byteCount }
        let followers = engine.signals.next.rows
        use.followers = followers.byteCount
        for index in followers.indices { use.followers += followers[index].byteCount }
        use.catalogue = engine.catalogue.byteCount + engine.signals.content.index.byteCount + engine.ruleBook.byteCount + lists.byteCount
        use.boards = engine.signals.popularity.boards.byteCount
        use.dedup = engine.dedup.byteCount + engine.dedup.changed.byteCount
        return use
    }
}

extension Publication {
    /// Users of whom a list is kept.
    public var listedUsers: Int { publishedUsers.rows.indices.count { lists.holds(UInt32($0)) } }

    /// The id of the item that leads the board of popularity.
    public var mostPopularItem: String? {
        let leaders = engine.signals.popularity.leaders
        return leaders.isEmpty ? nil : engine.items.ids[leaders[0]].text
    }
}

extension Engine {
    fileprivate var usersByteCount: Int {
        var bytes = users.ids.byteCount + users.rows.byteCount + users.orderByteCount + users.changed.byteCount + timers.byteCount
        for index in users.rows.indices {
            let row = users.rows[index]
            bytes += row.history.byteCount + row.sessions.byteCount + row.visitors.byteCount
            bytes += row.searches.byteCount + row.segment.byteCount
            for place in row.searches.indices { bytes += row.searches[place].words.byteCount }
        }
        return bytes
    }

    fileprivate var itemsByteCount: Int {
        items.ids.byteCount + items.byteCount + items.changed.byteCount + signals.similarity.rowsByteCount + signals.popularity.rows.byteCount
    }
}
