import Testing

@testable import FreshetLab

@Suite struct AxisScaleTests {
    @Test(
        arguments: [
            ([3, 9.5], [0, 2, 4, 6, 8, 10]), ([0.07], [0, 0.02, 0.04, 0.06, 0.08]), ([1234], [0, 500, 1000, 1500]), ([], [0, 0.2]), ([0], [0, 0.2]),
        ] as [([Double], [Double])])
    func aLinearAxisHasRoundTicks(_ values: [Double], _ ticks: [Double]) {
        let scale = AxisScale(linear: values)
        #expect(scale.ticks.count == ticks.count && zip(scale.ticks, ticks).allSatisfy { abs($0 - $1) < 1e-9 }, "\(scale.ticks)")
        for value in values { #expect((0...1).contains(scale.share(of: value))) }
    }

    @Test func aLogarithmicAxisHasPowersOfTen() {
        let scale = AxisScale(logarithmic: [10_000, 100_000, 1_000_000])
        #expect(scale.ticks.map { $0.rounded() } == [10_000, 100_000, 1_000_000])
        #expect(abs(scale.share(of: 100_000) - 0.5) < 1e-9)
        #expect(AxisScale(logarithmic: [20, 300]).ticks.map { $0.rounded() } == [10, 100, 1000])
        #expect(AxisScale(logarithmic: [10]).ticks.count == 2)
    }
}

@Suite struct BenchPageTests {
    private var report: BenchReport {
        var report = BenchReport()
        report.add("one", 1.5, "MiB")
        report.problems.append("\"a\" < b & c")
        let points = [10.0, 100, 1000].map { BenchChart.Point(x: $0, y: $0 / 4) }
        let line = BenchChart.Line(name: "few", points: points)
        report.charts.append(
            BenchChart(
                title: "Cost", x: BenchChart.Axis(name: "users", isLogarithmic: true), y: BenchChart.Axis(name: "cost", unit: "ns"), lines: [line],
                findings: ["it grows"]))
        return report
    }

    @Test func thePageHoldsChartTableAndFindings() {
        let page = report.html
        for part in [
            ">Cost</h2>", ">users</text>", ">cost, ns</text>", "<p>it grows</p>", "<td>250</td>", "<td>1.5</td><td>MiB</td>",
            "&quot;a&quot; &lt; b &amp; c", "prefers-color-scheme: dark",
        ] {
            #expect(page.contains(part), "\(part)")
        }
        #expect(!page.contains("http") && !page.contains("nan"))
    }

    /// Of users 10 and 1,000 stand at the axis's ends and 100 in its middle; of costs 250 stands at the upper end.
    @Test func pointsStandWhereTheyBelong() {
        #expect(report.charts[0].svg.contains("<polyline points=\"76.0,269.4 338.0,246.0 600.0,12.0\"/>"), "\(report.charts[0].svg)")
    }

    @Test func theDataOfChartsIsInTheJSON() {
        #expect(
            report.json.hasSuffix(
                #","charts":[{"title":"Cost","x":"users","y":"cost, ns","lines":[{"name":"few","#
                    + #""points":[[10.0,2.5],[100.0,25.0],[1000.0,250.0]]}]}]}"# + "\n"))
    }
}
