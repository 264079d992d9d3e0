import Testing

@testable import FreshetLab

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

@Suite struct ProcessorUseTests {
    @Test func busyIsAllButIdleAndWaiting() {
        let text = "cpu  100 20 30 4000 500 6 7 0 0 0\ncpu0 50 10 15 2000 250 3 4 0 0 0\n"
        #expect(ProcessorUse(statistics: text).busySeconds == 1.63)
        #expect(ProcessorUse(statistics: "").busySeconds.isNaN)
    }
}
