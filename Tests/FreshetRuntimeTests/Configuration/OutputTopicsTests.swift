import FreshetKafka
import FreshetRuntime
import Testing

@Suite struct OutputTopicsTests {
    private static let day: Int64 = 86_400_000

    /// A broker with the inputs `clicks` (3 partitions) and `carts` (5), kept for so many days; `nil` is forever.
    private func broker(clicksDays: Int64?, cartsDays: Int64?, journal: [String: String]? = nil) -> MemoryBroker {
        let cluster = MemoryCluster()
        for (name, partitions, days) in [("clicks", 3, clicksDays), ("carts", 5, cartsDays)] {
            let kept = days.map { String($0 * OutputTopicsTests.day) } ?? "-1"
            cluster.createTopic(TopicSpecification(name: name, partitions: partitions, settings: ["cleanup.policy": "delete", "retention.ms": kept]))
        }
        if let journal { cluster.createTopic(TopicSpecification(name: "freshet.journal", partitions: 1, settings: journal)) }
        return MemoryBroker(cluster, group: "g", transactionalID: "t", clock: ManualClock())
    }

    private func configuration(_ lines: String = "") throws -> Configuration {
        try ConfigurationText(text: "topics:\n  events: [{name: clicks, type: click}, {name: carts, type: cart}]\n" + lines).read().configuration
    }

    @Test func listsAreCompactedAndTheJournalIsKeptAsLongAsTheInputs() throws {
        let topics = try configuration().outputTopics(on: broker(clicksDays: 3, cartsDays: 40))
        let retention = String(40 * OutputTopicsTests.day)
        #expect(
            topics == [
                TopicSpecification(name: "recommendations", partitions: 5, settings: ["cleanup.policy": "compact"]),
                TopicSpecification(name: "similar-items", partitions: 5, settings: ["cleanup.policy": "compact"]),
                TopicSpecification(name: "dead-letters", partitions: 5, settings: ["cleanup.policy": "delete"]),
                TopicSpecification(
                    name: "freshet.journal", partitions: 1,
                    settings: ["cleanup.policy": "delete", "retention.ms": retention, "retention.bytes": "-1"]),
            ])
    }

    @Test func inputsKeptForeverNeedAJournalKeptForever() throws {
        let topics = try configuration().outputTopics(on: broker(clicksDays: nil, cartsDays: 1))
        #expect(topics.last?.settings["retention.ms"] == "-1")
    }

    @Test func outputsThatAreOffAreNotMade() throws {
        let names = try configuration("  similar_items: null\n  dead_letters: null\n").outputTopics(on: broker(clicksDays: 1, cartsDays: 1)).map(
            \.name)
        #expect(names == ["recommendations", "freshet.journal"])
    }

    @Test func aRetentionShorterThanTheWindowIsNoticed() throws {
        let notices = try configuration().retentionNotices(on: broker(clicksDays: 7, cartsDays: 30, journal: ["retention.ms": "3600000"]))
        #expect(notices.count == 2)
        #expect(notices[0].hasPrefix("topics.events: clicks keeps records for 7d, less than the longest window, 30d:"))
        #expect(notices[1].hasPrefix("topics.journal: freshet.journal is kept for 1h, less than the inputs:"))
        #expect(try configuration().retentionNotices(on: broker(clicksDays: nil, cartsDays: 40, journal: ["retention.ms": "-1"])) == [])
    }

    @Test func offsetsKeptShorterThanTheWindowAreNoticed() throws {
        let cluster = MemoryCluster()
        func notices(minutes: Int64) throws -> [String] {
            cluster.settings["offsets.retention.minutes"] = String(minutes)
            for name in ["clicks", "carts"] { cluster.createTopic(TopicSpecification(name: name, partitions: 1)) }
            return try configuration().retentionNotices(on: MemoryBroker(cluster, group: "g", transactionalID: "t", clock: ManualClock()))
        }
        #expect(try notices(minutes: 30 * 1_440) == [])
        let found = try notices(minutes: 7 * 1_440)
        #expect(found.count == 1 && found[0].hasPrefix("kafka.group: the brokers keep the offsets of a group that stands still for 7d, less than"))
        // What may not be read hides nothing else: four calls go before it.
        cluster.faults[.metadata] = [nil, nil, nil, nil, .forbidden]
        #expect(try notices(minutes: 1)[0].hasPrefix("kafka.group: how long the brokers keep its offsets cannot be read"))
    }

    @Test func aCompactedJournalIsNoticed() throws {
        let broker = broker(clicksDays: nil, cartsDays: nil, journal: ["cleanup.policy": "compact"])
        let notices = try configuration().retentionNotices(on: broker)
        #expect(notices == ["topics.journal: freshet.journal is compacted: set its cleanup.policy to delete"])
        // Compacted it is also where records leave by age.
        let both = self.broker(clicksDays: nil, cartsDays: nil, journal: ["cleanup.policy": "compact,delete", "retention.ms": "3600000"])
        let found = try configuration().retentionNotices(on: both)
        #expect(found.count == 2 && found[0] == notices[0] && found[1].hasPrefix("topics.journal: freshet.journal is kept for 1h, less"))
    }

    @Test func whatAStartWouldMissIsTold() throws {
        let broker = broker(clicksDays: nil, cartsDays: nil)
        #expect(try configuration("  rules: rules\n").missingInputs(on: broker) == [])
        #expect(try configuration("  rules: rules\n").missingOwnTopics(on: broker) == [], "it makes them itself")
        let other = try ConfigurationText(text: "topics: {events: [{name: clicks}, {name: views}]}").read().configuration
        #expect(try other.missingInputs(on: broker) == ["topics.events: there is no topic views: make it, with records keyed by user_id"])
        #expect(try other.retentionNotices(on: broker) == [], "that is told once")
        let missing = try configuration("  create: false\n  rules: rules\n  similar_items: null\n").missingOwnTopics(on: broker)
        let names = ["rules", "recommendations", "dead-letters", "freshet.journal"]
        let remedy = "make it with `freshet topics create`, or set topics.create: true"
        #expect(Set(missing) == Set(names.map { "topics.create: there is no topic \($0): \(remedy)" }))
    }
}
