import FreshetCore

/// About how much memory the limits allow: what a shop that fills every table would need.
public struct MemoryBound: Sendable, Equatable {
    private static let batchBytes = 256 << 20

    /// Bytes of profiles and histories.
    public var users: Int
    /// Bytes of items with their neighbours and followers.
    public var items: Int
    /// Bytes of leader boards of segments and categories.
    public var boards: Int
    /// Bytes of remembered event ids.
    public var dedup: Int
    /// Bytes of the catalogue, and of the lists that are kept with it.
    public var catalogue: Int
    /// Bytes of batches and records that wait.
    public var batches: Int

    /// The bound of a configuration.
    public init(_ configuration: Configuration) {
        let hasSides = SideTopic.allCases.contains { configuration.topics.name(of: $0) != nil }
        let state = MemoryUse(boundOf: configuration.engine, listLength: configuration.publication.listLength, hasSides: hasSides)
        users = state.users
        items = state.items + state.pairs + state.followers
        boards = state.boards
        dedup = state.dedup
        catalogue = state.catalogue
        batches = MemoryBound.batchBytes
    }

    /// The total and its parts, in MiB.
    public var text: String {
        func mebibytes(_ bytes: Int) -> String { "\((bytes + (1 << 20) - 1) >> 20) MiB" }
        let beside = catalogue > 0 ? "catalogue \(mebibytes(catalogue)), " : ""
        return "\(mebibytes(users + items + boards + dedup + catalogue + batches)) (users \(mebibytes(users)), items \(mebibytes(items)), "
            + "boards \(mebibytes(boards)), event ids \(mebibytes(dedup)), \(beside)batches \(mebibytes(batches)))"
    }
}
