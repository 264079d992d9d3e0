import FreshetCore
import FreshetRuntime
import Testing

@testable import FreshetLab

@Suite struct PeerProgramTests {
    @Test(
        arguments: [
            ("first-input 1764000000123\n", 1_764_000_000_123), ("12:00:01.000 ERROR x first-input 5\nfirst-input 7\nmore\n", 7),
            // Not yet written to its end: the digits that follow are not known.
            ("first-input 17640", nil), ("a line\nfirst-input 17640", nil), ("", nil), ("first-input soon\n", nil),
        ] as [(String, Int64?)])
    func itsFirstInputIsAWholeLine(_ text: String, _ time: Int64?) {
        #expect(PeerProgram.firstInput(in: text) == time)
    }
}

@Suite struct SideBySideLimitsTests {
    private func engine(_ limits: SideBySide.Limits) throws -> EngineSettings {
        let text = limits.configuration(brokers: "host:9092", outputs: "out")
        return try Configuration.read(Array(text.utf8), file: "bench.yaml", environment: [:]).configuration.engine
    }

    @Test func thePeersLimitsAreThoseThatItSays() throws {
        let engine = try engine(.peer)
        let similarity = engine.itemSimilarity
        #expect(similarity.window == 24 * 3_600_000 && similarity.historyMax == 50 && similarity.pairsMax == 50 && similarity.shrinkage == 0)
        #expect(similarity.pairsRecent == 20 && similarity.listRecent == 20 && similarity.enabled)
        #expect(!engine.next.enabled && !engine.popularity.enabled && !engine.revisit.enabled)
    }

    @Test func ownLimitsAreTheStandard() throws {
        var standard = Configuration().engine
        standard.bots.enabled = false
        #expect(try engine(.own) == standard, "but that nobody is taken for a bot")
    }

    @Test(arguments: SideBySide.Limits.allCases)
    func bothReadThePeersTopicsAndMakeAListPerTenEvents(_ limits: SideBySide.Limits) throws {
        let text = limits.configuration(brokers: "host:9092", outputs: "out")
        let configuration = try Configuration.read(Array(text.utf8), file: "bench.yaml", environment: [:]).configuration
        #expect(LoadTopics(of: configuration) == LoadTopics(prefix: ""))
        #expect(configuration.publication.every == 10 && configuration.kafka.group == "out")
        #expect(configuration.topics.similarItems == "out-similar-items" && configuration.topics.recommendations == "out-recommendations")
    }
}

@Suite struct SideBySideResultsTests {
    /// A round of 1000 events in so many seconds and processor seconds; the second half takes a quarter of both.
    private func round(_ seconds: Double, _ processor: Double) -> RoundFigures {
        let readings = DrainReadings(
            begin: .init(seconds: 0, processor: 0, others: 0, committed: 0),
            middle: .init(seconds: seconds * 0.75, processor: processor * 0.75, others: 0, committed: 500),
            end: .init(seconds: seconds, processor: processor, others: seconds / 2, committed: 1000))
        return RoundFigures(readings: readings, peakMemory: processor, lists: 90, similarItems: 400, before: 0.25)
    }

    @Test func ratiosAreOfTheSameRoundAndTheirMedianCounts() {
        var results = SideBySideResults([.peer, .freshet(.peer), .freshet(.own)])
        // Of the medians the ratio would be 20 / 5; round for round it is 2, 4 and 10.
        for (peer, ours) in [(10.0, 5.0), (20, 5), (100, 10)] {
            results.add(round(peer, peer), of: .peer)
            results.add(round(ours / 2, ours), of: .freshet(.peer))
            results.add(round(peer, peer), of: .freshet(.own))
        }
        let report = results.report
        let ratio = report.figures[0]
        #expect(ratio.name == "beside.cpu_ratio" && ratio.value == 4 && ratio.range == 2...10)
        #expect(report["beside.cpu_ratio_second_half"] == 4 && report["beside.speed_ratio"] == 8 && report["beside.own.cpu_ratio"] == 1)
        #expect(report["beside.peer"] == 50 && report["beside.freshet"] == 400 && report["beside.freshet.per_cpu_second"] == 200)
        #expect(report["beside.peer.second_half"] == 100 && report["beside.peer.peak_memory"] == 20)
        #expect(report["beside.freshet_own.lists"] == 90 && report["beside.freshet_own.similar_items"] == 400)
        #expect(report["beside.peer.others"] == 0.5 && report["beside.peer.before"] == 0.25)
    }

    @Test func withOwnLimitsAloneTheRatioIsTheirs() {
        var results = SideBySideResults([.peer, .freshet(.own)])
        results.add(round(10, 10), of: .peer)
        results.add(round(4, 2), of: .freshet(.own))
        let ratio = results.report.figures[0]
        #expect(ratio.name == "beside.cpu_ratio" && ratio.value == 5 && ratio.unit.contains("own limits"))
        #expect(results.report["beside.own.cpu_ratio"] == nil)
    }
}
