import FreshetRuntime
import Testing

@testable import FreshetLab

/// A whole demo: broker, shop, daemon and subscriber.
@Suite struct DemoTests {
    @Test func threeSecondsAddUp() throws {
        var settings = DemoSettings()
        settings.seconds = 3
        let demo = try Demo(settings)
        var looks = 0
        var warnings: [String] = []
        let report = try demo.run(show: { _ in looks += 1 }, warn: { warnings.append($0) }, isStopRequested: { false })
        #expect(warnings == [])
        #expect(report.problems == [])
        #expect(report.events > 600)
        #expect(report.deadLetters > 0)
        #expect(report.published > 100)
        #expect(looks >= 1)
    }

    @Test func warningsOfTheDaemonAreShownAndChatterIsNot() {
        let session = ShopperSession()
        var warnings: [String] = []
        let watch = DemoWatch(ShopTraffic(DemoSettings(), session) { false }, session, show: { _ in }, warn: { warnings.append($0) })
        watch.observer.onNotice(.ready(batch: 1, milliseconds: 2))
        watch.observer.onNotice(.outputRefused(topic: "recommendations", bytes: 3, count: 1))
        #expect(warnings == [DaemonNotice.outputRefused(topic: "recommendations", bytes: 3, count: 1).description])
    }

    @Test func whatIsMissingIsTold() {
        var report = DemoReport()
        report.events = 10
        report.applied = 9
        report.published = 5
        report.readBack = 4
        #expect(report.problems == ["10 records were sent, and 9 are accounted for", "5 lists were published, and 4 were read back"])
        report.ignored = 1
        report.readBack = 5
        #expect(report.problems == [])
    }
}
