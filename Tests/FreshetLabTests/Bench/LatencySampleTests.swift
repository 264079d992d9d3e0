import FreshetKernels
import FreshetRuntime
import Testing

@testable import FreshetLab

@Suite struct LatencySampleTests {
    @Test(arguments: 0..<20 as Range<UInt64>)
    func aQuantileIsTheLeastTimeThatTheShareDoesNotExceed(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var sample = LatencySample()
        let times = (0..<1 + random.next(below: 500)).map { _ in UInt64(random.next(below: 1000)) * 1_000_000 }
        for time in times { sample.add(time) }
        for quantile in [0.01, 0.5, 0.9, 0.99, 1] {
            let slow = times.filter { time in Double(times.count { $0 <= time }) >= quantile * Double(times.count) }.min() ?? 0
            #expect(sample.milliseconds(at: quantile) == Double(slow) / 1e6, "seed \(seed), \(quantile)")
        }
    }

    @Test func timesMayComeBetweenTwoLooks() {
        var sample = LatencySample()
        #expect(sample.milliseconds(at: 0.5).isNaN)
        sample.add(5_000_000)
        #expect(sample.milliseconds(at: 0.5) == 5)
        sample.add(1_000_000)
        #expect(sample.milliseconds(at: 0.5) == 1 && sample.milliseconds(at: 1) == 5 && sample.count == 2)
    }
}

@Suite struct LatencyProbeTests {
    @Test(
        arguments: [
            (#"{"user_id":"u","trigger":{"topic":"t","event_id":"bench-7"},"items":[{"event_id":"x"}]}"#, "bench-7"),
            (#"{"user_id":"u","trigger":null,"cause":"republish"}"#, nil), (#"{"event_id":"cut"#, nil), ("", nil),
        ] as [(String, String?)])
    func theTriggersIDIsFound(_ list: String, _ id: String?) {
        let found = Array(list.utf8).withUnsafeBytes { LatencyProbe.triggerID(of: $0).map { String(decoding: $0, as: UTF8.self) } }
        #expect(found == id)
    }
}

@Suite struct BrokerBenchResultTests {
    private func result(late: Int, lists: Int) -> BrokerBenchResult {
        let pace = Pace(eventsPerSecond: 100)
        var load = PaceReport(pace)
        for event in 0..<100 { load.note(sentAt: pace.due(event) + (event < late ? 80_000_000 : 0)) }
        var sample = LatencySample()
        for time in 0..<lists { sample.add(UInt64(time + 1) * 1_000_000) }
        var result = BrokerBenchResult()
        result.add(100, load, sample, 0.25)
        return result
    }

    @Test func aRateHasItsFigures() {
        let result = result(late: 0, lists: 100)
        #expect(result.report["latency.100.p50"] == 50 && result.report["latency.100.p99"] == 99 && result.report["latency.100.max"] == 100)
        #expect(result.report["latency.100.sent"] == 100 && result.report["latency.100.cpu"] == 0.25)
        #expect(result.problems.isEmpty)
    }

    @Test func aLoadThatWasNotEvenIsAProblem() {
        #expect(result(late: 5, lists: 1).problems.first?.contains("5 of 100 events went out more than 50 ms late") == true)
        #expect(result(late: 0, lists: 0).problems.first?.contains("no list came back") == true)
    }
}

@Suite struct PublishingPlanTests {
    @Test func aPlansTopicsAreThoseOfItsConfiguration() throws {
        for plan in PublishingPlan.allCases {
            let text = plan.configuration(brokers: "host:9092", inputs: LoadTopics(prefix: "in-"), outputs: "out")
            let configuration = try Configuration.read(Array(text.utf8), file: "bench.yaml", environment: [:]).configuration
            let topics = [configuration.topics.recommendations, configuration.topics.similarItems, configuration.topics.deadLetters]
            #expect(topics.compactMap(\.self) + [configuration.topics.journal] == plan.outputTopics("out"), "\(plan)")
            #expect(configuration.publication.recommendations == (plan != .noLists))
            #expect(configuration.publication.every == (plan == .listPer10 ? 10 : 1))
            #expect(LoadTopics(of: configuration) == LoadTopics(prefix: "in-"))
        }
    }
}
