import FreshetKernels

/// Bytes that the state holds, by what they are for: counted from the sizes of its tables, the allocator's own overhead left out.
public struct MemoryUse: Sendable, Equatable {
    /// Profiles: ids, histories, sessions.
    public var users = 0
    /// Items: ids and counts, without neighbours.
    public var items = 0
    /// Pair tables: counts and typed links.
    public var pairs = 0
    /// Followers within sessions.
    public var followers = 0
    /// Remembered event ids.
    public var dedup = 0

    /// All of it.
    public var total: Int { users + items + pairs + followers + dedup }
}

extension Publication {
    /// What the state holds now.
    public var memoryUse: MemoryUse {
        var use = MemoryUse()
        use.users = engine.users.ids.byteCount + engine.users.rows.byteCount
        for index in engine.users.rows.indices {
            let row = engine.users.rows[index]
            use.users += row.history.byteCount + row.sessions.byteCount + row.visitors.byteCount
        }
        let similarity = engine.signals.similarity
        use.items = engine.items.ids.byteCount + similarity.rows.byteCount + engine.signals.popularity.rows.byteCount
        for index in similarity.rows.indices { use.pairs += similarity.rows[index].pairs.byteCount }
        use.followers = engine.signals.next.rows.byteCount
        for index in engine.signals.next.rows.indices { use.followers += engine.signals.next.rows[index].byteCount }
        use.dedup = engine.dedup.byteCount
        return use
    }
}
