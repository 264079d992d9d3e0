import FreshetKafka

/// What a `read_committed` subscriber sees of a topic.
enum CommittedRecords {
    /// How many records there are, from the topic's first one to its end at the time of the call.
    static func count(in topic: String, brokers: String) throws(KafkaError) -> Int {
        let consumer = try Consumer(KafkaClientConfiguration(brokers: brokers), groupID: topic)
        defer { consumer.close() }
        let partitions = try consumer.partitionCount(of: topic) ?? 0
        try consumer.assign((0..<partitions).map { PartitionStart(TopicPartition(topic, Int32($0)), at: 0) })
        var count = 0
        var ended: Set<Int> = []
        while ended.count < partitions {
            let chunk = try consumer.poll(atMost: 1000, recordsMax: 10_000)
            count += chunk.records.count
            ended.subtract(chunk.records.map(\.partition))
            ended.formUnion(chunk.ends.map(\.partition))
            chunk.release()
        }
        return count
    }
}
