public import FreshetKernels

/// The tables that digests are made of.
public enum DigestTable: String, CaseIterable, Sendable {
    /// Profiles: histories and sessions.
    case users
    /// Visitors and the users they belong to.
    case identities
    /// Items: counts and users.
    case items
    /// Pair counts and typed links.
    case pairs
    /// What follows an item in sessions.
    case next
    /// Decayed counts and the leader board.
    case popularity
    /// Remembered event ids.
    case dedup
    /// The watermark and the counters of events.
    case engine
    /// What the catalogue says of its items.
    case catalogue
    /// The shop's rules.
    case rules
    /// Who asked to be forgotten.
    case erasures
}

extension Publication {
    /// Calls `body` with each canonical row of a digest table: external ids in place of numbers, in the order of the ids.
    ///
    /// Caches, publication state, source names, positions, batch numbers and counters of duplicates are not in it, so the same applied
    /// sequence gives the same rows wherever it was cut, killed or resumed.
    public func canonicalRows(of table: DigestTable, _ body: (ByteView) -> Void) {
        switch table {
        case .users: engine.canonicalUsers(aliases: false, body)
        case .identities: engine.canonicalUsers(aliases: true, body)
        case .items: engine.canonicalItems(body) { engine, item, bytes in engine.appendCanonicalCounts(item, bytes) }
        case .pairs: engine.canonicalItems(body) { engine, item, bytes in engine.appendCanonicalPairs(item, bytes) }
        case .next: engine.canonicalItems(body) { engine, item, bytes in engine.appendCanonicalNext(item, bytes) }
        case .popularity: engine.canonicalPopularity(body)
        case .dedup: engine.canonicalDedup(body)
        case .engine: engine.canonicalGlobals(body)
        case .catalogue: engine.canonicalCatalogue(body)
        case .rules: engine.canonicalRules(body)
        case .erasures: engine.canonicalErasures(body)
        }
    }
}
