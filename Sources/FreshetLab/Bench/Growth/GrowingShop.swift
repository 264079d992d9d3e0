import FreshetCore
import FreshetKernels

/// The learned state of a shop of one size, and the events that fill it.
final class GrowingShop {
    private let publication: Publication
    private let chunk = LoadChunk()
    private var load: ShopLoad
    private let list = ByteBuffer(capacity: 1 << 14)
    /// Users of the last events, whose lists are measured.
    private var lastUsers: [[UInt8]] = []
    private var listsMade = 0

    private static let start = EventTime(milliseconds: 1_764_000_000_000)
    private let origin = EventOrigin(topic: .empty, partition: 0, offset: 0)

    init(users: Int, items: Int, seed: UInt64) {
        var settings = LoadSettings()
        (settings.users, settings.items, settings.seed) = (users, items, seed)
        load = ShopLoad(settings)
        var silent = PublicationSettings()
        (silent.recommendations, silent.similarItems) = (false, false)
        publication = Publication(engine: Engine(settings: CoreBench.settings), settings: silent)
    }

    /// Makes the next `count` events of a week with `total` events.
    func make(_ count: Int, of total: Int) {
        chunk.fill(count, from: &load) { GrowingShop.start.advanced(by: Int64($0) * GrowthBench.week / Int64(total)) }
    }

    /// Decodes and applies them.
    func apply() {
        publication.begin(nil)
        chunk.decode { _ = publication.apply($0, from: origin) }
        publication.finish()
    }

    /// Makes the lists of `count` users of the events that were made last, as they are published; how many lists there were.
    func list(_ count: Int) -> Int {
        if lastUsers.isEmpty { chunk.decode { event in lastUsers.append(Array(event.user.buffer)) } }
        for _ in 0..<count {
            list.removeAll()
            lastUsers[listsMade % lastUsers.count].withUnsafeBytes {
                publication.appendRecommendations(for: ByteView($0), limit: 20, into: list)
            }
            listsMade += 1
        }
        return count
    }

    /// Bytes a user, an item and a pair, and of everything.
    var memory: GrowthSize.Memory {
        let (use, counts) = (publication.memoryUse, publication.counts)
        func count(_ name: String) -> Double { Double(max(counts.first { "\($0.name)" == name }?.value ?? 0, 1)) }
        return GrowthSize.Memory(
            user: Double(use.users) / count("users"), item: Double(use.items) / count("items"),
            // Each of its two items holds a copy of a pair.
            pair: Double(use.pairs) / count("pairs") * 2, total: Double(use.total) / 1_048_576, pairs: count("pairs") / 2)
    }
}
