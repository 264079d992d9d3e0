import FreshetCore
import FreshetKafka

extension Daemon {
    /// Numbers the input partitions by (topic name bytes, partition), those of side topics behind the others, and makes the outputs that are missing
    /// and may be made: as wide as the inputs, so these must be there.
    func findPartitions() throws(DaemonInterruption) {
        partitions = try partitions(of: settings.inputs.map(\.name)) { .inputMissing($0) }
        // A new journal beside committed batches would hide that its name is misspelled, until the state is needed from it.
        var lostBatch: Int64 = 0
        let made = try retrying { () throws(KafkaError) -> [String] in
            let wanted = try self.settings.createdTopics(self.broker)
            guard !wanted.isEmpty else { return [] }
            if try self.broker.partitionCount(of: self.journal.topic) == nil { lostBatch = self.committedBatch }
            return lostBatch > 0 ? [] : try self.broker.createTopics(wanted)
        }
        if lostBatch > 0 { throw .failed(.refused(.journalMissing(journal.topic, committedBatch: lostBatch))) }
        if !made.isEmpty { observer.onNotice(.topicsCreated(made)) }
        sides = partitions.map { _ in nil }
        for (side, name) in settings.sides.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            let found = try partitions(of: [name]) { .topicMissing($0) }
            partitions += found
            sides += found.map { _ in side }
        }
        _ = try partitions(of: sender.topics) { .topicMissing($0) }
        application = BatchApplication(publication, partitions: partitions, pseudonyms: settings.pseudonyms)
        application.onPause = { [unowned self] in checkpointer.encodeWithinBatch() }
    }

    /// The batch that the group has committed, as far as is known now.
    private var committedBatch: Int64 { (try? broker.committedSoFar(partitions))?.newestCommit?.batch ?? 0 }

    private func partitions(of topics: [String], orRefuse refusal: (String) -> RecoveryRefusal) throws(DaemonInterruption) -> [TopicPartition] {
        let (found, missing) = try retrying { () throws(KafkaError) in try self.broker.partitions(of: topics) }
        if let missing { throw .failed(.refused(refusal(missing))) }
        return found
    }

    /// What is committed of the inputs, and what of them exists.
    func readInputs() throws(DaemonInterruption) -> [Recovery.Input] {
        try retrying { () throws(KafkaError) in try self.inputs(committed: self.broker.committed(self.partitions)) }
    }

    /// What of the inputs exists, beside what is committed of them.
    func inputs(committed: [CommittedOffset?]) throws(KafkaError) -> [Recovery.Input] {
        var inputs: [Recovery.Input] = []
        for (partition, offset) in zip(partitions, committed) {
            var input = Recovery.Input(partition, committed: offset, log: try broker.logRange(of: partition))
            input.isSide = sides[inputs.count] != nil
            inputs.append(input)
        }
        return inputs
    }

    /// The partitions of events: they come first.
    var eventPartitions: [TopicPartition] { Array(partitions.prefix(sides.firstIndex { $0 != nil } ?? partitions.count)) }

    /// For each partition the first offset of `time` or later; of a side topic its first one.
    func offsetsByTime(_ time: Int64) throws(DaemonInterruption) -> [Int64] {
        try retrying { () throws(KafkaError) in
            let events = self.eventPartitions
            var starts = try self.broker.starts(of: events, at: time)
            for side in self.partitions.dropFirst(events.count) { starts.append(try self.broker.logRange(of: side).lowerBound) }
            return starts
        }
    }

    /// The offsets of the journal that exist.
    func journalRange() throws(DaemonInterruption) -> Range<Int64> {
        try retrying { () throws(KafkaError) in try self.broker.logRange(of: self.journal) }
    }

    /// The journal's one partition.
    var journal: TopicPartition { TopicPartition(settings.outputs[.journal] ?? "", 0) }
}
