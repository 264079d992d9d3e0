import FreshetKafka

extension Daemon {
    /// The longest wait for a record: how late a stop or a tick is noticed.
    static let idleWait = 50
    /// The wait after a poll that failed, at first and at most.
    static let pollWaits = 100...5_000

    /// Assigns all partitions, each from where it was read to.
    func assignAll() throws(DaemonInterruption) { try assign(Array(partitions.indices)) }

    private func assign(_ numbers: [Int]) throws(DaemonInterruption) {
        try retrying { () throws(KafkaError) in
            try self.broker.assign(numbers.map { PartitionStart(self.partitions[$0], at: self.merge.queues[$0].next) })
        }
        assigned = numbers
    }

    /// Reads what is there. It waits only where nothing else can be done.
    func takeInput() throws(DaemonInterruption) {
        let next = merge.next()
        let isFull = merge.pendingRecords >= settings.pendingRecordsMax || merge.pendingBytes >= settings.pendingBytesMax
        if isFull {
            // Back-pressure: not polling is enough, unless the merge waits for a partition behind the others' records in the client's queue.
            guard case .waiting = next else { return }
            let wanted = merge.waitingPartitions
            if !wanted.allSatisfy(assigned.contains) || assigned.count > wanted.count { try assign(wanted) }
        } else if assigned.count < partitions.count {
            let isRoom = merge.pendingRecords < settings.pendingRecordsMax / 2 && merge.pendingBytes < settings.pendingBytesMax / 2
            if isRoom || !merge.waitingPartitions.allSatisfy(assigned.contains) { try assignAll() }
        }
        try poll(atMost: wait(for: next))
    }

    private func wait(for next: Merge.Step) -> Int {
        switch next {
        case .record, .cut: return 0
        case .waiting, .drained:
            if checkpointer.isEncoding { return 0 }
            guard !entries.isEmpty else { return Daemon.idleWait }
            return max(0, Int(collectedSince + Int64(settings.batchMaxWait) - clock.monotonicMilliseconds))
        }
    }

    private func poll(atMost milliseconds: Int) throws(DaemonInterruption) {
        do throws(KafkaError) {
            let chunk = try broker.poll(atMost: milliseconds, recordsMax: settings.batchEventsMax)
            push(chunk)
            chunk.release()
            if pollWait > 0 {
                pollWait = 0
                becomeReady()
            }
        } catch {
            guard !error.isOffsetLost else { throw .failed(.broker(error)) }
            pollWait = min(max(pollWait * 2, Daemon.pollWaits.lowerBound), Daemon.pollWaits.upperBound)
            becomeUnready(error)
            clock.sleep(milliseconds: pollWait)
        }
    }

    private func push(_ chunk: any RecordChunk) {
        var touched = [Bool](repeating: false, count: assigned.count)
        for record in chunk.records {
            let partition = assigned[record.partition]
            // Below the next expected offset it is not even decoded.
            guard merge.expects(record.offset, of: partition) else { continue }
            merge.push(intake.read(record, of: partition, in: chunk, into: merge.queues[partition].arena), to: partition)
            touched[record.partition] = true
        }
        for place in touched.indices where touched[place] {
            let next = merge.queues[assigned[place]].next
            let high = broker.highWatermark(of: place)
            if high >= 0, next >= high { merge.end(of: assigned[place], at: next) }
        }
        for end in chunk.ends { merge.end(of: assigned[end.partition], at: end.position) }
    }
}
