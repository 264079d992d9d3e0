import FreshetKafka
import Testing

/// Brokers inside the process.
struct EmbeddedBrokerTests {
    @Test func severalBrokersShareATopic() throws {
        let broker = try EmbeddedBroker(brokers: 3)
        #expect(broker.bootstrap.split(separator: ",").count == 3)
        try broker.createTopic("carts", partitions: 6)
        let configuration = KafkaClientConfiguration(brokers: broker.bootstrap, isEmbedded: true)
        let producer = try Producer(configuration)
        for number in 0..<60 { try producer.produce("carts", partition: Int32(number % 6), key: nil, value: "\(number)") }
        try producer.flush()
        let starts = (0..<6).map { PartitionStart(TopicPartition("carts", Int32($0)), at: 0) }
        let (records, ends) = try Consumer(configuration, groupID: "g").readToEnds(starts)
        #expect(records.count == 60)
        #expect(ends.values.allSatisfy { $0 == 10 })
    }

    @Test func aTopicIsMadeOnce() throws {
        let broker = try EmbeddedBroker()
        try broker.createTopic("carts", partitions: 1)
        let error = #expect(throws: KafkaError.self) { try broker.createTopic("carts", partitions: 1) }
        #expect(error?.code == KafkaErrorCode.topicAlreadyExists)
    }

    @Test func twoEmbeddedBrokersKnowNothingOfEachOther() throws {
        let one = try EmbeddedTopic("here", partitions: 2)
        let other = try EmbeddedTopic("there", partitions: 3)
        #expect(try Consumer(one.configuration, groupID: "g").partitionCount(of: "there") == nil)
        #expect(try Consumer(other.configuration, groupID: "g").partitionCount(of: "there") == 3)
    }
}
