import FreshetKernels

extension MemoryUse {
    /// The length of ids that the bound reckons with: that of a UUID in hexadecimal, and a few bytes more.
    static let idBytes = 40

    /// The most that a state may hold under `settings`, with every table full and lists of so many items. `hasSides`: there is a catalogue or a rule.
    public init(boundOf settings: EngineSettings, listLength: Int = 0, hasSides: Bool = false) {
        users = MemoryUse.grown(settings.usersMax * MemoryUse.userBytes) + settings.usersMax * MemoryUse.userListBytes(settings)
        items = MemoryUse.grown(settings.itemsMax * MemoryUse.itemBytes)
        boards = Boards.byteCount(for: settings.popularity, idBytes: MemoryUse.idBytes)
        pairs = settings.itemsMax * PairTable.byteCount(for: settings.itemSimilarity.pairsMax)
        followers = MemoryUse.grown(settings.itemsMax * MemoryLayout<CountTable<DecayedCount>>.stride)
        followers += settings.itemsMax * CountTable<DecayedCount>.byteCount(for: settings.next.followersMax)
        if hasSides {
            users += MemoryUse.grown(settings.erasuresMax * Erasures.bytesPerPerson)
            // The names that items share may be as long as the records.
            catalogue = 2 * settings.catalogueBytesMax + 2 * RuleBook.textBytesMax + MemoryUse.grown(settings.itemsMax * MemoryUse.catalogueBytes)
            catalogue += settings.usersMax * (StoredLists.byteCount(forLength: listLength) + ChangedRows.byteCount(for: 1))
        }
        dedup = MemoryUse.grown(settings.dedupEventsMax * DedupRing.bytesPerID)
    }

    /// Tables grow by half where they are full.
    private static func grown(_ bytes: Int) -> Int { bytes + bytes / 2 }

    private static let userBytes =
        IDTable.byteCount(for: 1, idBytes: idBytes) + MemoryLayout<UserRow>.stride + ChangedRows.byteCount(for: 1)
        + 2 * IndexedHeap.byteCount(for: 1) + publishedBytes

    /// The lists of one user. A history holds one entry more before the oldest leaves, and so do sessions where two users become one.
    private static func userListBytes(_ settings: EngineSettings) -> Int {
        FlatList<HistoryEntry>.byteCount(for: settings.itemSimilarity.historyMax + 1)
            + FlatList<Session>.byteCount(for: settings.next.sessionsMax + 1) + FlatList<UInt32>.byteCount(for: 1)
            + (settings.readsTexts ? searchBytes(settings) : 0) + idBytes
    }

    private static func searchBytes(_ settings: EngineSettings) -> Int {
        FlatList<Search>.byteCount(for: settings.keywords.searchesMax + 1) + settings.keywords.searchesMax * Search.bytesMax
    }

    private static let itemBytes =
        IDTable.byteCount(for: 1, idBytes: idBytes) + Items.bytesPerItem + ItemSimilarity.bytesPerItem
        + MemoryLayout<Popularity.Row>.stride + ChangedRows.byteCount(for: 1) + publishedBytes
        + MemoryLayout<UInt32>.stride + MemoryLayout<Bool>.stride

    /// Of one item, its record, its words and the names that it shares left out.
    private static let catalogueBytes =
        MemoryLayout<Catalogue.Row>.stride + MemoryLayout<ContentIndex.Document>.stride + MemoryLayout<RuleBook.Mark>.stride
        + MemoryLayout<UInt8>.stride + ChangedRows.byteCount(for: 1)

    /// What was published for a key, with its place in the order in which it is due again.
    private static let publishedBytes = MemoryLayout<PublishedRows.Row>.stride + IndexedHeap.byteCount(for: 1) + ChangedRows.byteCount(for: 1)
}
