import FreshetKernels
import Testing

@testable import FreshetCore

@Suite struct PopularNowTests {
    private static let day: Int64 = 86_400_000
    private static let midnight: Int64 = 20_000 * day

    private func counts(_ minutes: Int64) -> (short: Double, long: Double) {
        let time = PopularNowTests.midnight + minutes * 60_000
        let acts = (0..<2).map { Act(type: .click, user: "u\($0)", item: "i", time: time, id: "\($0)") }
        let (publication, _) = ItemSimilarityTests.run(acts, EngineSettings())
        return publication.engine.signals.popularity.counts(0, at: publication.engine.now)
    }

    /// Two clicks just now are two clicks at any hour: nothing jumps at midnight.
    @Test func aCountIsTheSameAtEveryHour() {
        for minutes: Int64 in [-720, -2, 0, 2, 700] {
            #expect(abs(counts(minutes).short - 2) < 1e-4 && abs(counts(minutes).long - 2) < 1e-4, "\(minutes) minutes from midnight")
        }
    }

    @Test func trendingDoesNotDependOnTheHour() {
        for minutes: Int64 in [-2, 2] {
            let time = PopularNowTests.midnight + minutes * 60_000
            let acts = (0..<6).map { Act(type: .click, user: "u\($0)", item: $0 < 4 ? "new" : "rare", time: time, id: "\($0)") }
            let (publication, _) = ItemSimilarityTests.run(acts, EngineSettings())
            let engine = publication.engine
            #expect(engine.signals.trending.trend(0, at: engine.now) > 0.99, "\(minutes) minutes from midnight")
            #expect(engine.signals.trending.trend(1, at: engine.now) == 0, "\(minutes) minutes from midnight")
        }
    }

    /// A board that is not full keeps items for good; what nobody looked at within the window is not popular.
    @Test func whatLeftTheWindowIsNotProposed() {
        var settings = EngineSettings()
        settings.itemSimilarity.window = 30 * PopularNowTests.day
        let start = PopularNowTests.midnight
        let acts = [
            Act(type: .click, user: "u", item: "old", time: start, id: "1"),
            Act(type: .click, user: "u", item: "fresh", time: start + 40 * PopularNowTests.day, id: "2"),
        ]
        let (publication, _) = ItemSimilarityTests.run(acts, settings)
        let engine = publication.engine
        let list = RecommendedList()
        engine.recommend(user: nil, limit: 10, into: list)
        #expect((0..<list.count).map { engine.itemID(list[$0].number).text } == ["fresh"])
        #expect(list.rung == .popular)
    }
}
