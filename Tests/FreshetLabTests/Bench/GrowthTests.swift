import Testing

@testable import FreshetLab

@Suite struct GrowthBenchTests {
    /// A clock that ticks a microsecond a reading: every part takes as long.
    private func report() -> BenchReport {
        var time: UInt64 = 0
        var bench = GrowthBench(processorTime: {
            time += 1000
            return time
        })
        bench.users = [50, 500]
        return bench.run { _ in }
    }

    @Test func everySizeHasItsFigures() {
        let report = report()
        for assortment in ["proportional", "fixed"] {
            for users in [50, 500] {
                let name = "growth.\(assortment).\(users)"
                // 500 and 5,000 events in 20 parts, each of a microsecond.
                #expect(report["\(name).event"] == 1000 / Double(users / 2))
                #expect(report["\(name).list"] == 1.0 / 500)
                for figure in ["user", "item", "pair", "pairs", "total"] { #expect((report["\(name).\(figure)"] ?? 0) > 0, "\(name).\(figure)") }
            }
            #expect(report["growth.\(assortment).event.factor"] == 10)
        }
        #expect(report["growth.proportional.500.items"] == 100 && report["growth.fixed.500.items"] == 20_000)
    }

    @Test func theChartsSayWhatIsFlat() {
        let charts = report().charts
        #expect(charts.count == 6 && charts.allSatisfy { $0.lines.count == 2 && $0.x.isLogarithmic })
        #expect(charts[0].findings.allSatisfy { $0.contains("not flat within 1.5 times: the largest is 10.0 times the least") })
        #expect(charts[1].findings.allSatisfy { $0.contains(": flat within 1.5 times: the largest is 1.0 times") })
        #expect(charts[5].findings.isEmpty)
    }
}
