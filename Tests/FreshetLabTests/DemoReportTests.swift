import FreshetCore
import FreshetRuntime
import Testing

@testable import FreshetLab

@Suite struct DemoReportTests {
    @Test func theReportsJSONHoldsEveryFigure() throws {
        var report = DemoReport()
        (report.events, report.applied, report.deadLetters, report.duplicates, report.ignored) = (10, 6, 2, 1, 1)
        (report.published, report.readBack) = (5, 5)
        let tree = try JSONValue(report.json)
        let names = ["events", "applied", "dead_letters", "duplicates", "ignored", "published", "read_back"]
        #expect(names.map { tree[$0]?.integer } == [10, 6, 2, 1, 1, 5, 5])
        guard case .object(let members) = tree else {
            Issue.record("no object")
            return
        }
        #expect(members.map(\.name) == names)
        #expect(report.problems.isEmpty)
        #expect(report.text == "10 records sent = 6 applied + 2 dead letters + 1 duplicates + 1 ignored; 5 lists published, 5 read back")
    }

    @Test func figuresAreRatesOfTheTimeThatPassed() {
        var before = DaemonMetrics()
        before.counts.applied = 100
        var after = before
        after.counts.applied = 350
        after.counts.rejected[Int(RejectionCode.malformed.rawValue)] = 50
        after.counts.written[Int(OutputTopic.recommendations.rawValue)] = 60
        after.lag = 7
        for value in Int64(1)...100 { after.latency.add(value < 100 ? 3 : 40) }
        let figures = DemoFigures(after, since: before, milliseconds: 2000)
        #expect(figures.eventsPerSecond == 150 && figures.listsPerSecond == 30 && figures.lag == 7)
        #expect(figures.latencyMedian == 3 && figures.latency99 == 3)
        #expect(figures.deadLetters.map(\.reason) == ["malformed"] && figures.deadLetters.map(\.count) == [50])
        #expect(figures.lines[1] == "dead letters: malformed 50")
        #expect(DemoFigures(before, since: before, milliseconds: 0).lines[1] == "dead letters: none")
    }

    @Test func theDemosDaemonReadsWhatItsShopWrites() {
        var settings = DemoSettings()
        settings.seconds = 20
        let configuration = settings.configuration(brokers: "b:1")
        #expect(configuration.topics.events.map(\.name) == ShopTopic.allCases.map(\.name))
        #expect(configuration.kafka.delivery == .atLeastOnce && configuration.kafka.brokers == "b:1")
        let shop = settings.shop(start: EventTime(milliseconds: 5))
        #expect(shop.start.milliseconds == 5 && shop.trendEvents == 300 * 20 / 2, "the fashion changes half-way")
        settings.seconds = nil
        #expect(settings.shop(start: EventTime(milliseconds: 5)).trendEvents == 300 * DemoSettings.trendSeconds)
    }
}
