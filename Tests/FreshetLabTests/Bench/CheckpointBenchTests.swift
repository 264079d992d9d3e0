import FreshetCore
import Testing

@testable import FreshetLab

@Suite struct CheckpointBenchTests {
    /// A clock that ticks a millisecond a reading: saving and loading take as long, plain or sealed.
    @Test func theCostOfASealIsAFigure() {
        var time: UInt64 = 0
        let bench = CoreBench(now: {
            time += 1_000_000
            return time
        })
        let log = DecodedLog(BenchLog(events: 500, users: 40, items: 30, seed: 1))
        let publication = Publication(engine: Engine(settings: EngineSettings()), settings: PublicationSettings())
        publication.begin(nil)
        for event in log.events { _ = publication.apply(event, from: log.origin) }
        publication.finish()
        var report = BenchReport()
        bench.measureCheckpoint(publication, into: &report)
        let rows = report["checkpoint.rows"] ?? 0
        #expect(rows > 50 && (report["checkpoint.row"] ?? 0) > 20)
        for name in ["checkpoint", "restore"] {
            for kind in ["plain", "sealed"] { #expect(abs((report["\(name).\(kind)"] ?? 0) - rows * 1_000) < 1) }
            #expect(abs((report["\(name).sealed.factor"] ?? 0) - 1) < 1e-9)
        }
        #expect(report.table.contains("checkpoint.sealed.factor") && report.json.contains("\"restore.sealed.factor\":{\"value\":"))
    }
}
