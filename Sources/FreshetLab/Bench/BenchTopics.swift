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
    func countLists(of plan: PublishingPlan) throws(KafkaError) -> Int { try CommittedRecords.count(in: lists(of: plan), brokers: brokers) }

    /// Deletes inputs and outputs. One that cannot be deleted stays: its name says what it was for.
    func delete() {
        let written = PublishingPlan.allCases.flatMap { $0.outputTopics(outputs(of: $0)) }
        for name in inputs.names + written { _ = try? admin.deleteTopic(name) }
    }
}
