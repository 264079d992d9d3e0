import FreshetCore
public import FreshetKafka

extension Configuration {
    /// The topics that are Freshet's own, as they are to be made: side topics compacted, in one partition; state-like outputs compacted, with as many
    /// partitions as the widest input; the journal in one partition, kept as long as the inputs.
    public func outputTopics(on broker: any Broker) throws(KafkaError) -> [TopicSpecification] {
        var partitions = 1
        var retention: Int64? = 0
        for topic in topics.events {
            guard let count = try broker.partitionCount(of: topic.name) else { continue }
            partitions = max(partitions, count)
            retention = longer(retention, Retention(try broker.settings(of: topic.name)).milliseconds)
        }
        let kept = retention.map { String(max($0, Configuration.journalRetentionMin)) } ?? "-1"
        let compacted = [topics.recommendations, topics.similarItems, topics.name(of: .receipts)].compactMap(\.self).map {
            TopicSpecification(name: $0, partitions: partitions, settings: ["cleanup.policy": "compact"])
        }
        let deleted = topics.deadLetters.map { TopicSpecification(name: $0, partitions: partitions, settings: ["cleanup.policy": "delete"]) }
        let journal = TopicSpecification(
            name: topics.journal, partitions: 1, settings: ["cleanup.policy": "delete", "retention.ms": kept, "retention.bytes": "-1"])
        let sides = SideTopic.allCases.compactMap(topics.name(of:)).map {
            TopicSpecification(name: $0, partitions: 1, settings: ["cleanup.policy": "compact"])
        }
        return sides + compacted + [deleted].compactMap(\.self) + [journal]
    }

    /// A week: Kafka's own default for topics.
    private static let journalRetentionMin: Int64 = 7 * 86_400_000

    /// The inputs that are missing, each with the remedy: without them a start ends.
    public func missingInputs(on broker: any Broker) throws(KafkaError) -> [String] {
        var missing: [String] = []
        for topic in topics.events where try broker.partitionCount(of: topic.name) == nil {
            missing.append("topics.events: \(RecoveryRefusal.inputMissing(topic.name))")
        }
        return missing
    }

    /// The topics of its own that are missing and that a start may not make, each with the remedy.
    public func missingOwnTopics(on broker: any Broker) throws(KafkaError) -> [String] {
        var missing: [String] = []
        if topics.create { return missing }
        let sides: [String] = SideTopic.allCases.compactMap { topics.name(of: $0) }
        let outputs: [String] = OutputTopic.allCases.compactMap { topics.name(of: $0) }
        for name in sides + outputs where try broker.partitionCount(of: name) == nil {
            missing.append("topics.create: \(RecoveryRefusal.topicMissing(name))")
        }
        return missing
    }

    /// What the topics' retention makes impossible: a rebuild needs inputs as old as the longest window, and a journal as old as they are.
    public func retentionNotices(on broker: any Broker) throws(KafkaError) -> [String] {
        let window = max(engine.itemSimilarity.window, engine.dedupHorizon)
        var notices: [String] = []
        var longest: Int64? = 0
        for topic in topics.events {
            guard try broker.partitionCount(of: topic.name) != nil else { continue }
            let retention = Retention(try broker.settings(of: topic.name))
            longest = longer(longest, retention.milliseconds)
            if let kept = retention.milliseconds, kept < window {
                notices.append(
                    "topics.events: \(topic.name) keeps records for \(SettingValue.text(duration: kept)), less than the longest window, "
                        + "\(SettingValue.text(duration: window)): a rebuild would miss the older ones; raise its retention.ms")
            }
        }
        notices += try sideNotices(on: broker)
        notices += groupNotices(on: broker, window)
        guard try broker.partitionCount(of: topics.journal) != nil else { return notices }
        let kept = Retention(try broker.settings(of: topics.journal))
        if kept.isCompacted { notices.append("topics.journal: \(topics.journal) is compacted: set its cleanup.policy to delete") }
        if let journal = kept.milliseconds, longest.map({ journal < $0 }) ?? true {
            notices.append(
                "topics.journal: \(topics.journal) is kept for \(SettingValue.text(duration: journal)), less than the inputs: raise its retention.ms")
        }
        return notices
    }

    /// A side topic that forgets is read in vain by who begins anew.
    private func sideNotices(on broker: any Broker) throws(KafkaError) -> [String] {
        var notices: [String] = []
        for side in SideTopic.allCases {
            guard let name = topics.name(of: side), try broker.partitionCount(of: name) != nil else { continue }
            if let kept = Retention(try broker.settings(of: name)).milliseconds {
                notices.append(
                    "topics.\(side.name): \(name) keeps records for \(SettingValue.text(duration: kept)) only: set its cleanup.policy to compact")
            }
        }
        return notices
    }

    /// Brokers forget a group's offsets when it has committed nothing for so long, and without them the state is no use.
    private func groupNotices(on broker: any Broker, _ window: Int64) -> [String] {
        let minutes: Int64?
        do throws(KafkaError) {
            minutes = try broker.brokerSettings()["offsets.retention.minutes"].flatMap { Int64($0) }
        } catch {
            // Only some may read the settings of brokers; the topics are compared in any case.
            return ["kafka.group: how long the brokers keep its offsets cannot be read: \(error)"]
        }
        guard let minutes, minutes * 60_000 < window else { return [] }
        return [
            "kafka.group: the brokers keep the offsets of a group that stands still for \(SettingValue.text(duration: minutes * 60_000)), less than "
                + "the longest window, \(SettingValue.text(duration: window)): stop it for less, or raise their offsets.retention.minutes"
        ]
    }

    /// The longer of two retentions; `nil` is forever.
    private func longer(_ left: Int64?, _ right: Int64?) -> Int64? {
        guard let left, let right else { return nil }
        return max(left, right)
    }
}

/// How long a topic keeps its records, by its settings.
private struct Retention {
    /// `nil`: forever, or the broker does not say.
    var milliseconds: Int64?
    var isCompacted: Bool

    init(_ settings: [String: String]) {
        let policies = (settings["cleanup.policy"] ?? "delete").split(separator: ",")
        isCompacted = policies.contains("compact")
        let kept = settings["retention.ms"].flatMap { Int64($0) } ?? -1
        milliseconds = kept < 0 || !policies.contains("delete") ? nil : kept
    }
}
