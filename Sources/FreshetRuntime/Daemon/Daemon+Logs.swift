import FreshetKafka

extension Daemon {
    /// From one look at the inputs' logs to the next.
    static let logsInterval: Int64 = 5_000
    /// The same while the marks say little.
    static let weakMarksInterval: Int64 = 1_000

    /// Looks at the logs where it is time to.
    func checkLogsIfDue(at now: Int64) throws(DaemonInterruption) {
        guard now - logsSeenAt >= Daemon.weakMarksInterval, pollWait == 0 else { return }
        let areWeak = logMarks?.areWeak(merge.queues.prefix(merge.sides.lowerBound).map(\.next)) ?? true
        guard areWeak || now - logsSeenAt >= Daemon.logsInterval else { return }
        logsSeenAt = now
        try checkLogs()
    }

    /// Looks whether the inputs are still the logs that were read. One that was deleted and made anew is read on in silence where it is as long
    /// as the old one, and what stands before is missed. Of side topics it is no matter: what they said stands until they say otherwise.
    private func checkLogs() throws(DaemonInterruption) {
        let replaced: Int?
        do throws(KafkaError) {
            // Of brokers that stand still, the question with the shortest wait tells.
            _ = try input.ends()
            let partitions = eventPartitions
            let read = merge.queues.prefix(partitions.count).map(\.next)
            let time = min(clock.wallMilliseconds, input.lastRecordTime.map { $0 + 1 } ?? .max)
            // The new marks come first: the old ones then say of which log they are.
            let marks = LogMarks(time: time, firstOffsets: try broker.offsets(of: partitions, at: time), read: read)
            if let old = logMarks { replaced = old.replaced(try broker.offsets(of: partitions, at: old.time)) } else { replaced = nil }
            logMarks = marks
        } catch {
            return noteFailure(error)
        }
        if let replaced { try refuse(replaced) }
    }

    /// A topic was missing. With an input that is deleted go the offsets, and with them what the state is worth.
    func checkOffsetsKept() throws(DaemonInterruption) {
        let gone: [TopicPartition]
        do throws(KafkaError) {
            let committed = try broker.committedSoFar(partitions)
            gone = partitions.indices.filter { committed[$0] == nil && sides[$0] == nil }.map { partitions[$0] }
            hasMissedTopic = false
        } catch {
            // While a transaction of our own is open, the answer is that it is not stable yet: nothing to tell of.
            if !error.isTimeout { noteFailure(error) }
            return
        }
        if !gone.isEmpty { throw .failed(.refused(.offsetsGone(gone))) }
    }

    /// Ends the run, and leaves word with the offset: the next start would find one that fits the new log.
    private func refuse(_ replaced: Int) throws(DaemonInterruption) {
        let partition = partitions[replaced]
        try finishSending()
        do throws(KafkaError) {
            try broker.begin()
            try broker.send(offsets: [PartitionStart(partition, at: committedOffsets[replaced])], metadata: CommitMetadata.replacedTopic)
            try broker.commit()
        } catch {
            noteFailure(error)
        }
        throw .failed(.refused(.topicReplaced(partition)))
    }

    /// Goes on at the start of side topics that were made anew, or that lost what is to be read next. Answers whether there were any.
    func readLostSidesAnew() throws(DaemonInterruption) -> Bool {
        var hasLost = false
        for side in merge.sides {
            let log = try retrying { () throws(KafkaError) in try self.broker.logRange(of: self.partitions[side]) }
            guard !(log.lowerBound...log.upperBound).contains(merge.queues[side].next) else { continue }
            hasLost = true
            // What waits comes first: the same failure follows then.
            guard merge.queues[side].isEmpty else { continue }
            merge.skipSide(side, to: log.lowerBound)
            observer.onNotice(.sideAnew(partitions[side]))
        }
        if hasLost { try assignAll() }
        return hasLost
    }

    /// Why the run ends where what is to be read next is not kept.
    func offsetLost(_ error: KafkaError) -> DaemonError {
        for (partition, queue) in zip(partitions, merge.queues) {
            guard let log = try? broker.logRange(of: partition) else { continue }
            if queue.next > log.upperBound { return .refused(.aboveLogEnd(partition, offset: queue.next, logEnd: log.upperBound)) }
            if queue.next < log.lowerBound { return .refused(.belowLogStart(partition, offset: queue.next, logStart: log.lowerBound)) }
        }
        return .broker(error)
    }
}
