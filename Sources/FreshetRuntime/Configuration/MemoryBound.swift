import FreshetCore

/// About how much memory the limits allow: what a shop that fills every table would need.
public struct MemoryBound: Sendable, Equatable {
    // Bytes of an entry, its index included, rounded up from the sizes of the engine's tables.
    private static let userBytes = 400
    private static let historyBytes = 40
    private static let itemBytes = 300
    private static let pairBytes = 16
    private static let dedupBytes = 24

    /// Bytes of profiles and histories.
    public var users: Int
    /// Bytes of items with their neighbours and followers.
    public var items: Int
    /// Bytes of remembered event ids.
    public var dedup: Int
    /// Bytes of batches and records that wait.
    public var batches: Int

    /// The bound of a configuration.
    public init(_ configuration: Configuration) {
        let engine = configuration.engine
        users = engine.usersMax * (MemoryBound.userBytes + engine.itemSimilarity.historyMax * MemoryBound.historyBytes)
        let linked = engine.itemSimilarity.pairsMax + engine.next.followersMax
        items = engine.itemsMax * (MemoryBound.itemBytes + linked * MemoryBound.pairBytes)
        dedup = engine.dedupEventsMax * MemoryBound.dedupBytes
        batches = 256 << 20
    }

    /// The total and its parts, in MiB.
    public var text: String {
        func mebibytes(_ bytes: Int) -> String { "\((bytes + (1 << 20) - 1) >> 20) MiB" }
        return "\(mebibytes(users + items + dedup + batches)) (users \(mebibytes(users)), items \(mebibytes(items)), "
            + "event ids \(mebibytes(dedup)), batches \(mebibytes(batches)))"
    }
}
