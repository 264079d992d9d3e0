import FreshetKernels

/// The user's own recent items: shoppers come back to what they looked at.
final class Revisit: Signal {
    static let name: StaticString = "revisit"

    let settings: EngineSettings.RevisitSettings

    init(settings: EngineSettings.RevisitSettings) { self.settings = settings }

    var blend: Int32 { settings.enabled ? settings.blend : 0 }

    func propose(_ query: Query, on board: ScoreBoard) {
        for index in 0..<min(query.seeds.count, settings.recentMax) {
            let seed = query.seeds[index]
            // Recency first; a cart and repeated looks move an item up by a few places.
            let place = Double(index + 1)
            let weight = 1 + 0.1 * Double(seed.share.rating) + 0.05 * Double(min(seed.count, 10))
            board.add(seed.item, weight / place, because: seed.item)
        }
    }
}
