import FreshetCore
import FreshetKafka
import FreshetLab
import Foundation
import Testing

/// A simulated shop's records on a real broker, in topics of their own.
struct ShopLog {
    /// The broker's address, from the environment.
    static let bootstrap: String? = ProcessInfo.processInfo.environment["KAFKA_BOOTSTRAP"]
    static let partitions = 2

    let brokers: String
    /// Begins every name of this log: topics, groups, the folder.
    let name: String
    /// Holds states, configurations and logs.
    let folder: URL
    /// The reasons that the dead letters must state, sorted.
    let rejections: [String]
    private let records: [ShopRecord]
    private let consumer: Consumer

    /// Makes the topics; `count` records are made, and written by `write`.
    init(records count: Int) throws {
        brokers = try #require(Self.bootstrap)
        name = "freshet-kill-\(UInt64.random(in: 0 ... .max))"
        folder = FileManager.default.temporaryDirectory.appending(path: name)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        consumer = try Consumer(KafkaClientConfiguration(brokers: brokers), groupID: name)
        let admin = Admin(sharing: consumer)
        for topic in ShopTopic.allCases { try admin.createTopic("\(name)-\(topic)", partitions: Self.partitions) }
        records = Self.records(count)
        rejections = records.compactMap { if case .rejected(let code) = $0.expectation { "\(code.name)" } else { nil } }.sorted()
    }

    /// Writes the records, in the order of arrival.
    func write() throws {
        let producer = try Producer(KafkaClientConfiguration(brokers: brokers))
        for record in records {
            try record.key.withUnsafeBytes { key in
                try record.value.withUnsafeBytes { value in
                    try producer.produce(topic: "\(name)-\(record.topic)", key: key, value: value)
                }
            }
        }
        try producer.flush()
        #expect(producer.takeFailures().isEmpty)
    }

    /// Events of the last hour: a year ahead of them is the future for the daemon's clock, too.
    private static func records(_ count: Int) -> [ShopRecord] {
        var settings = ShopSettings()
        settings.users = 100
        settings.items = 200
        settings.start = EventTime(milliseconds: Int64(Date.now.timeIntervalSince1970 * 1000) - 3_600_000)
        var shop = SimulatedShop(settings: settings)
        return (0..<count).map { _ in shop.next() }
    }

    /// The partitions that events are read from.
    private var inputs: [TopicPartition] { ShopTopic.allCases.flatMap { partitions(of: "\(name)-\($0)") } }

    private func partitions(of topic: String) -> [TopicPartition] { (0..<Self.partitions).map { TopicPartition(topic, Int32($0)) } }

    /// Whether the group of `member` has committed all there is to read.
    func isRead(byGroupOf member: Consumer) throws -> Bool {
        let committed = try member.committed(inputs)
        return try zip(inputs, committed).allSatisfy { partition, committed in
            let end = try consumer.logRange(of: partition).upperBound
            return end == 0 || committed?.offset == end
        }
    }

    /// Every committed record of a topic, in the order of its partition.
    func read(_ topic: String) throws -> [PublishedRecord] {
        let starts = partitions(of: topic).map { PartitionStart($0, at: 0) }
        try consumer.assign(starts)
        var records: [PublishedRecord] = []
        var ends: Set<Int> = []
        let isWhole = try waitUntil {
            let chunk = try consumer.poll(atMost: 100, recordsMax: 1000)
            for record in chunk.records { records.append(PublishedRecord(record, of: chunk)) }
            ends.subtract(chunk.records.map(\.partition))
            ends.formUnion(chunk.ends.map(\.partition))
            chunk.release()
            return ends.count == starts.count
        }
        #expect(isWhole, "\(topic) is not read to its end")
        return records
    }

    func delete() {
        try? FileManager.default.removeItem(at: folder)
    }
}

/// A record that a daemon has published, copied out of its chunk.
struct PublishedRecord: Equatable {
    var key: [UInt8]?
    var value: [UInt8]?
    var headers: [String]

    init(_ record: ConsumedRecord, of chunk: any RecordChunk) {
        key = record.key.map { Array($0) }
        value = record.value.map { Array($0) }
        var headers: [String] = []
        chunk.forEachHeader(of: record) { name, value in
            headers.append("\(String(decoding: name, as: UTF8.self))=\(value.map { String(decoding: $0, as: UTF8.self) } ?? "")")
        }
        // How far ahead of the clock a record is differs from run to run.
        if headers.contains("freshet.error=in_the_future") { headers.removeAll { $0.hasPrefix("freshet.detail=") } }
        self.headers = headers
    }

    /// What stands in `freshet.error`.
    var error: String? { headers.first { $0.hasPrefix("freshet.error=") }.map { String($0.dropFirst("freshet.error=".count)) } }
}
