import FreshetKafka
import Foundation
import Testing

/// The bench and the load on a real broker, as small as they get. Run with `KAFKA_BOOTSTRAP=host:port`.
@Suite(.enabled(if: TopicSpace.bootstrap != nil, "KAFKA_BOOTSTRAP names no broker"), .serialized)
struct BenchTests {
    private struct Figure: Decodable {
        var value: Double?
        var unit: String
    }

    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "freshet-bench-test-\(UInt64.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    @Test func theBenchMeasuresTheDaemonOnABroker() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "bench.json")
        let table = try FreshetProcess.output([
            "bench", "--brokers", try #require(TopicSpace.bootstrap), "--broker-only", "--events", "2000", "--users", "200", "--items", "100",
            "--rates",
            "200",
            "--seconds", "2", "--json", file.path(),
        ])
        let figures = try JSONDecoder().decode([String: Figure].self, from: Data(contentsOf: file))
        for name in ["kafka.no_lists", "kafka.list_per_10", "kafka.list_per_1"] {
            for figure in [name, "\(name).per_cpu_second", "\(name).peak_memory"] {
                #expect((figures[figure]?.value ?? 0) > 0, "\(figure)")
                #expect(table.contains(figure))
            }
        }
        #expect(figures["kafka.list_per_1.lists"]?.value == 2000)
        #expect((1...200).contains(figures["kafka.list_per_10.lists"]?.value ?? 0))
        let (median, most) = (figures["latency.200.p50"]?.value ?? 0, figures["latency.200.p99"]?.value ?? 0)
        #expect(median > 0 && median <= most && most <= figures["latency.200.max"]?.value ?? 0)
        #expect((1...40).contains(figures["latency.200.lists"]?.value ?? 0))
    }

    @Test func theLoadSendsWhatItSays() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let brokers = try #require(TopicSpace.bootstrap)
        let topic = folder.lastPathComponent
        let admin = try Admin(KafkaClientConfiguration(brokers: brokers))
        try admin.createTopic(topic, partitions: 2)
        let configuration = folder.appending(path: "freshet.yaml")
        try "kafka: {brokers: \"\(brokers)\"}\ntopics: {events: [{name: \(topic)}]}\n".write(to: configuration, atomically: true, encoding: .utf8)
        // On a busy machine the rate is not kept, and that is said; all is sent either way.
        let load = ["load", "--config", configuration.path(), "--rate", "500", "--events", "400", "--json"]
        let line = try FreshetProcess.output(load, codes: [0, 74])
        let report = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Double])
        #expect(report["sent"] == 400)
        let consumer = try Consumer(KafkaClientConfiguration(brokers: brokers), groupID: topic)
        let sent = try (0..<2).map { try consumer.logRange(of: TopicPartition(topic, $0)).upperBound }
        #expect(sent.reduce(0, +) == 400 && sent.allSatisfy { $0 > 0 })
        let isDeleted = try admin.deleteTopic(topic)
        let isDeletedAgain = try admin.deleteTopic(topic)
        #expect(isDeleted && !isDeletedAgain)
    }
}
