import FreshetKafka
import Foundation
import Testing

/// Topics of one test on a real broker, and a folder for its states, configurations and logs, all under a name of their own.
struct TopicSpace {
    /// The broker's address, from the environment.
    static let bootstrap: String? = ProcessInfo.processInfo.environment["KAFKA_BOOTSTRAP"]

    let brokers: String
    /// Begins every name: topics, groups, the folder.
    let name: String
    let folder: URL
    private let consumer: Consumer

    /// `brokers` are those of the environment, unless the test has its own.
    init(_ purpose: String, brokers: String? = nil) throws {
        self.brokers = try brokers ?? #require(Self.bootstrap)
        name = "freshet-\(purpose)-\(UInt64.random(in: 0 ... .max))"
        folder = FileManager.default.temporaryDirectory.appending(path: name)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        consumer = try Consumer(KafkaClientConfiguration(brokers: self.brokers), groupID: name)
    }

    /// A topic's full name.
    func topic(_ name: String) -> String { "\(self.name)-\(name)" }

    /// Makes a topic and answers its partitions.
    @discardableResult
    func createTopic(_ name: String, partitions: Int, settings: [String: String] = [:]) throws -> [TopicPartition] {
        try Admin(sharing: consumer).createTopic(topic(name), partitions: partitions, settings: settings)
        return (0..<Int32(partitions)).map { TopicPartition(topic(name), $0) }
    }

    /// Deletes a topic by its full name, and makes it anew where `partitions` says how wide.
    func deleteTopic(_ fullName: String, thenPartitions partitions: Int? = nil) throws {
        let admin = Admin(sharing: consumer)
        try admin.deleteTopic(fullName)
        if let partitions { try admin.createTopic(fullName, partitions: partitions) }
    }

    /// Makes a topic by its full name.
    func createTopic(fullName: String, partitions: Int) throws {
        try Admin(sharing: consumer).createTopic(fullName, partitions: partitions)
    }

    /// Writes records in their order.
    func write(_ records: [RawRecord]) throws {
        let producer = try Producer(KafkaClientConfiguration(brokers: brokers))
        for record in records {
            try record.withPointers { key, value, headers in
                try producer.produce(topic: topic(record.topic), partition: record.partition, key: key, value: value, headers: headers)
            }
        }
        try producer.flush()
        #expect(producer.takeFailures().isEmpty)
    }

    /// Offsets of `partitions` that the group of `member` has not committed yet.
    func lag(_ partitions: [TopicPartition], ofGroupOf member: Consumer) throws -> Int64 {
        let committed = try member.committed(partitions)
        return try zip(partitions, committed).reduce(0) { try $0 + consumer.logRange(of: $1.0).upperBound - ($1.1?.offset ?? 0) }
    }

    /// Whether the group of `member` has committed all there is to read of `partitions`.
    func isRead(_ partitions: [TopicPartition], byGroupOf member: Consumer) throws -> Bool {
        let committed = try member.committed(partitions)
        return try zip(partitions, committed).allSatisfy { partition, committed in
            let end = try consumer.logRange(of: partition).upperBound
            return end == 0 || committed?.offset == end
        }
    }

    /// Every committed record of a topic, in the order of its partition.
    func read(_ topic: String) throws -> [PublishedRecord] {
        let count = try #require(try consumer.partitionCount(of: topic), "\(topic)")
        let starts = (0..<Int32(count)).map { PartitionStart(TopicPartition(topic, $0), at: 0) }
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

    /// The sum of the offsets at which the partitions of a topic end.
    func end(of topic: String) throws -> Int64 {
        let count = try #require(try consumer.partitionCount(of: topic), "\(topic)")
        return try (0..<Int32(count)).reduce(0) { try $0 + consumer.logRange(of: TopicPartition(topic, $1)).upperBound }
    }

    func delete() {
        try? FileManager.default.removeItem(at: folder)
    }
}
