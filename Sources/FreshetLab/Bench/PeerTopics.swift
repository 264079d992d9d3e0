import FreshetKafka

/// The topics of a comparison. The peer's have fixed names; what is there already is somebody else's, and is left alone.
final class PeerTopics {
    /// What both programs read.
    static let inputs = LoadTopics(prefix: "")
    /// The peer's way from the users' side to the items'.
    static let itemUpdates = "item-updates"
    static let recommendations = "recommendations"
    static let similarItems = "similar-items"
    private static let partitions = 4
    private static let outputs = [itemUpdates, recommendations, similarItems]
    private static let waitSecondsMax = 15.0

    private let admin: Admin
    /// What was made for the run and is not yet deleted.
    private var owned: [String] = []

    init(brokers: String) throws(BenchError) {
        let client = KafkaClientConfiguration(brokers: brokers)
        let consumer = try asking { () throws(KafkaError) in try Consumer(client, groupID: "freshet-bench") }
        defer { consumer.close() }
        for name in PeerTopics.inputs.names + PeerTopics.outputs {
            guard try asking({ () throws(KafkaError) in try consumer.partitionCount(of: name) }) == nil else {
                throw .unprepared(
                    "the broker has a topic \(name), a name that the peer takes for itself: measure on a broker of its own, or delete the topic "
                        + "if it was left by a bench that was killed")
            }
        }
        admin = try asking { () throws(KafkaError) in try Admin(client) }
    }

    /// Makes what both programs read. Records carry old event times: they are kept whatever their age.
    func makeInputs() throws(BenchError) {
        for name in PeerTopics.inputs.names { try make(name, ["retention.ms": "-1"]) }
    }

    /// Makes what the peer writes.
    func makePeerOutputs() throws(BenchError) {
        try make(PeerTopics.itemUpdates, ["retention.ms": "-1"])
        try make(PeerTopics.recommendations, ["retention.ms": "-1"])
        try make(PeerTopics.similarItems, ["cleanup.policy": "compact"])
    }

    /// Takes charge of topics that a program is about to make for itself.
    func own(_ names: [String]) { owned += names }

    /// Deletes all but the inputs.
    func deleteOutputs() { delete { !PeerTopics.inputs.names.contains($0) } }

    /// Deletes everything. A topic that cannot be deleted stays: there is nobody left to tell.
    func deleteAll() { delete { _ in true } }

    private func make(_ name: String, _ settings: [String: String]) throws(BenchError) {
        own([name])
        let watch = Stopwatch()
        // One of the round before may still be on its way out.
        while try !asking({ () throws(KafkaError) in try admin.createTopic(name, partitions: PeerTopics.partitions, settings: settings) }) {
            guard watch.seconds < PeerTopics.waitSecondsMax else { throw .system("topic \(name) was deleted, and the broker still has it") }
            Stopwatch.sleep(nanoseconds: 100_000_000)
        }
    }

    private func delete(where isMeant: (String) -> Bool) {
        for name in owned where isMeant(name) { _ = try? admin.deleteTopic(name) }
        owned.removeAll(where: isMeant)
    }
}
