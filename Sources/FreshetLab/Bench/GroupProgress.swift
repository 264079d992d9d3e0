import FreshetKafka

/// How far a group has come on some topics, by its committed offsets.
final class GroupProgress {
    private let member: Consumer
    private let partitions: [TopicPartition]

    /// The progress of `group` on all partitions of these topics.
    init(brokers: String, group: String, topics: [String]) throws(KafkaError) {
        member = try Consumer(KafkaClientConfiguration(brokers: brokers), groupID: group)
        var partitions: [TopicPartition] = []
        for topic in topics {
            for number in 0..<Int32(try member.partitionCount(of: topic) ?? 0) { partitions.append(TopicPartition(topic, number)) }
        }
        self.partitions = partitions
    }

    /// Records that the group has committed.
    func committed() throws(KafkaError) -> Int64 {
        var count: Int64 = 0
        for offset in try member.committed(partitions) { count += offset?.offset ?? 0 }
        return count
    }

    /// Records that are in the topics now and that the group has not committed.
    func behind() throws(KafkaError) -> Int64 {
        var count: Int64 = 0
        for (partition, offset) in zip(partitions, try member.committed(partitions)) {
            count += max(0, try member.logRange(of: partition).upperBound - (offset?.offset ?? 0))
        }
        return count
    }

    /// Records that were ever written to the topics.
    func written() throws(KafkaError) -> Int64 {
        var count: Int64 = 0
        for partition in partitions { count += try member.logRange(of: partition).upperBound }
        return count
    }
}
