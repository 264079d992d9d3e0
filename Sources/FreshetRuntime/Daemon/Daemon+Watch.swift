import FreshetKafka

extension Daemon {
    /// Without a commit for so long the brokers are asked whether they are there: polls of one that is away only bring nothing.
    static let silenceInterval: Int64 = 5_000
    /// From one look at the committed offsets to the next, where no transaction fences.
    static let ownerInterval: Int64 = 2_000
    /// From one look at the topics to the next: brokers tell of new partitions only who asks.
    static let topicsInterval: Int64 = 60_000

    /// Looks now and then for what nobody tells: brokers that are away, another instance, other partitions.
    func watch() throws(DaemonInterruption) {
        let now = clock.monotonicMilliseconds
        if now - heardAt >= Daemon.silenceInterval, pollWait == 0 { hearBrokers() }
        if hasMissedTopic {
            // While a transaction is open, the answer is that nothing is known.
            try finishSending()
            try checkOffsetsKept()
        }
        guard metrics.isReady || poisonPause.isPaused else { return }
        if settings.delivery == .atLeastOnce, now - ownerSeenAt >= Daemon.ownerInterval {
            ownerSeenAt = now
            // What is on its way must not land on the text of the one who is found.
            try finishSending()
            try checkOwner()
        }
        try checkLogsIfDue(at: now)
        if now - topicsSeenAt >= Daemon.topicsInterval {
            topicsSeenAt = now
            try finishSending()
            try checkPartitions()
            do throws(KafkaError) { try sender.learnLimitsAfterRefusal() } catch { noteFailure(error) }
        }
    }

    /// Asks the brokers where the inputs end, and notes whether they are there at all: a client of one that is away reads nothing, too, and that is
    /// no silence. Answers `nil` while they are away; time then stands still.
    @discardableResult func hearBrokers() -> [Int64]? {
        heardAt = clock.monotonicMilliseconds
        do throws(KafkaError) {
            let ends = try input.ends()
            if input.hasRead(to: ends) { becomeReady() }
            return ends
        } catch {
            noteFailure(error)
            becomeUnready(error)
            advancedAt = clock.monotonicMilliseconds
            return nil
        }
    }

    /// Without transactions a second instance is not fenced, and both publish: whoever sees the other's text first gives way.
    private func checkOwner() throws(DaemonInterruption) {
        let newest: CommitMetadata?
        do throws(KafkaError) {
            newest = try broker.committedSoFar(partitions).newestCommit
        } catch {
            return noteFailure(error)
        }
        if let newest, newest.nonce != settings.nonce { throw .failed(.fenced(by: newest)) }
    }

    private func checkPartitions() throws(DaemonInterruption) {
        let events: [TopicPartition]
        var sides: [TopicPartition] = []
        do throws(KafkaError) {
            // A topic that is gone shows where it is read.
            let (found, missing) = try broker.partitions(of: settings.inputs.map(\.name))
            events = missing == nil ? found : eventPartitions
            for name in settings.sides.values.sorted() { sides += try broker.partitions(of: [name]).found }
        } catch {
            return noteFailure(error)
        }
        guard events == eventPartitions else { throw .failed(.refused(.partitionsChanged(stored: eventPartitions, present: events))) }
        let added = sides.filter { !partitions.contains($0) }
        guard added.isEmpty else { throw .failed(.refused(.sidePartitionsAdded(added))) }
    }
}
