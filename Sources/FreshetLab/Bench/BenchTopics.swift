import FreshetKafka

/// The topics of one bench on a broker: made for it, named for it, deleted at its end.
final class BenchTopics {
    static let partitions = 4

    /// Begins the name of every topic and group.
    let prefix: String
    /// What is read.
    let inputs: LoadTopics
    private let admin: Admin
    private let brokers: String

    /// Makes the inputs.
    init(brokers: String, prefix: String) throws(KafkaError) {
        self.prefix = prefix
        self.brokers = brokers
        inputs = LoadTopics(prefix: "\(prefix)-")
        admin = try Admin(KafkaClientConfiguration(brokers: brokers))
        for name in inputs.names { try admin.createTopic(name, partitions: BenchTopics.partitions) }
    }

    /// The prefix of what a daemon with this plan writes, and its group.
    func outputs(of plan: PublishingPlan) -> String { "\(prefix)-\(plan.rawValue.filter { $0 != "_" })" }

    /// The topic of a plan's lists.
    func lists(of plan: PublishingPlan) -> String { "\(outputs(of: plan))-recommendations" }

    /// The committed records of a plan's lists, as a subscriber reads them.
    func countLists(of plan: PublishingPlan) throws(KafkaError) -> Int {
        let topic = lists(of: plan)
        let consumer = try Consumer(KafkaClientConfiguration(brokers: brokers), groupID: topic)
        defer { consumer.close() }
        try consumer.assign((0..<BenchTopics.partitions).map { PartitionStart(TopicPartition(topic, Int32($0)), at: 0) })
        var count = 0
        var ended: Set<Int> = []
        while ended.count < BenchTopics.partitions {
            let chunk = try consumer.poll(atMost: 1000, recordsMax: 10_000)
            count += chunk.records.count
            ended.subtract(chunk.records.map(\.partition))
            ended.formUnion(chunk.ends.map(\.partition))
            chunk.release()
        }
        return count
    }

    /// Deletes inputs and outputs. One that cannot be deleted stays: its name says what it was for.
    func delete() {
        let written = PublishingPlan.allCases.flatMap { $0.outputTopics(outputs(of: $0)) }
        for name in inputs.names + written { _ = try? admin.deleteTopic(name) }
    }
}
