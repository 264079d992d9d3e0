import FreshetKernels
import Testing

@testable import FreshetCore

@Suite struct MemoryUseTests {
    private static func settings() -> EngineSettings {
        var settings = smallSettings()
        settings.usersMax = 60
        settings.itemsMax = 80
        settings.dedupEventsMax = 200
        settings.itemSimilarity.window = 1 << 40
        settings.itemSimilarity.historyMax = 20
        settings.itemSimilarity.pairsMax = 16
        settings.next.followersMax = 8
        // The searches of the log are short.
        settings.keywords.searchesMax = 1
        return settings
    }

    /// A shop that fills every table holds no more than the bound, and not much less: the bound is worth to be told.
    @Test func aFilledEngineKeepsWithinItsBound() {
        var log = RandomLog()
        log.users = 70
        log.items = 80
        log.identities = false
        let settings = MemoryUseTests.settings()
        var publishing = PublicationSettings()
        publishing.republishAfter = 1 << 30
        let publication = Publication(engine: Engine(settings: settings), settings: publishing)
        let maker = EventMaker()
        let acts = log.acts(20_000, seed: 1)
        for at in stride(from: 0, to: acts.count, by: 500) { _ = StateTests.batch(publication, acts[at..<at + 500], maker) }
        let (use, bound) = (publication.memoryUse, MemoryUse(boundOf: settings))
        let parts = [
            ("users", use.users, bound.users), ("items", use.items, bound.items), ("pairs", use.pairs, bound.pairs),
            ("followers", use.followers, bound.followers), ("dedup", use.dedup, bound.dedup),
        ]
        // Not all lists of all users are full, yet no bound may be worth nothing.
        for (name, held, most) in parts { #expect(held <= most && held * 4 >= most, "\(name): \(held) of \(most) bytes") }
    }
}
