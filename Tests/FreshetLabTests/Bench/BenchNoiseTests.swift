import Testing

@testable import FreshetLab

@Suite struct BenchNoiseTests {
    @Test func aDifferenceIsAFigureOnlyBeyondTheNoise() {
        var report = BenchReport()
        report.add(difference: "clear", [5, 5.1, 9], [3, 3.5, 4], scale: 10, "ns")
        report.add(difference: "noisy", [5, 6, 7], [4.5, 4.6, 9], scale: 10, "ns")
        report.add(difference: "negative", [5, 5, 5], [6, 6, 6], scale: 10, "ns")
        #expect(report["clear"] == 20)
        #expect(report["noisy"]?.isNaN == true && report["negative"]?.isNaN == true)
        #expect(report.table.contains("ns, below the noise of 10.0") && report.json.contains("\"negative\":{\"value\":null"))
    }

    @Test func theWorkOfOthersIsTold() {
        var report = BenchReport()
        report.addOthers(0.05)
        #expect(!report.table.contains("worse"))
        report.addOthers(1.5)
        #expect(report.table.contains("worse"))
    }
}
