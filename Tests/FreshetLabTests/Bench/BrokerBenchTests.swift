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

@Suite struct LatencyReportTests {
    private func result(late: Int, lists: Int) -> BenchReport {
        let pace = Pace(eventsPerSecond: 100)
        var load = PaceReport(pace)
        for event in 0..<100 { load.note(sentAt: pace.due(event) + (event < late ? 80_000_000 : 0)) }
        var sample = LatencySample()
        for time in 0..<lists { sample.add(UInt64(time + 1) * 1_000_000) }
        let begin = ProcessorShares.Reading(seconds: 10, daemon: 1, daemonWaiting: 0, bench: 0, broker: 2, busy: 100)
        let end = ProcessorShares.Reading(seconds: 14, daemon: 2, daemonWaiting: 2, bench: 0.5, broker: 4, busy: 105.5)
        let shares = ProcessorShares(from: begin, to: end)
        var result = BenchReport()
        result.add(100, load, sample, shares)
        return result
    }

    @Test func aRateHasItsFigures() {
        let result = result(late: 0, lists: 100)
        #expect(result["latency.100.p50"] == 50 && result["latency.100.p99"] == 99 && result["latency.100.max"] == 100)
        #expect(result["latency.100.sent"] == 100 && result["latency.100.cpu"] == 0.25)
        #expect(result["latency.100.cpu_waiting"] == 0.5 && result["latency.100.cpu_broker"] == 0.5 && result["latency.100.cpu_others"] == 0.5)
        #expect(result.table.contains("cores of all else: the figures are worse"))
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

@Suite struct ThreadTimesTests {
    @Test func aThreadHasRunAndWaited() {
        var times = ThreadTimes(of: 0)
        #expect(times == ThreadTimes(of: -1) && times.running == 0)
        times.add("1500000000 250000000 17\n")
        times.add("500000000 250000000 3\n")
        times.add("unreadable")
        #expect(times.running == 2 && times.waiting == 0.5)
    }
}

@Suite struct ListeningProcessTests {
    private static let table = """
        sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
         0: 0100007F:5A3C 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1304466 1 0 100 0 0 10 0
         1: 0100007F:5A3C 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 1304467 1 0 100 0 0 10 0
         2: 0100007F:5A3D 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1304468 1 0 100 0 0 10 0
        """

    @Test func theListeningSocketIsFound() {
        #expect(ListeningProcess.inodes(listeningOn: 0x5A3C, in: Self.table) == ["1304466"])
        #expect(ListeningProcess.inodes(listeningOn: 1, in: Self.table).isEmpty && ListeningProcess.inodes(listeningOn: 1, in: "").isEmpty)
    }

    @Test(arguments: ["kafka.example.com:9092", "127.0.0.1", "127.0.0.1:many", ""])
    func aBrokerElsewhereHasNone(_ brokers: String) { #expect(ListeningProcess.number(at: brokers) == nil) }
}
