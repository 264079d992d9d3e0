import FreshetCore
import FreshetKafka

extension Daemon {
    /// The longest wait for a record: how late a stop or a tick is noticed.
    static let idleWait = 50
    /// The same while a batch is on its way: how late its end is noticed.
    static let sendingWait = 1
    /// The wait after a poll that failed, at first and at most.
    static let pollWaits = 100...5_000

    /// Assigns all partitions, each from where it was read to.
    func assignAll() throws(DaemonInterruption) { try retrying { () throws(KafkaError) in try self.input.assignAll() } }

    /// From one look for more records to the next: to be woken by each one costs more.
    private static let lingerStep = 2

    /// Reads what is there. It waits only where nothing else can be done.
    func takeInput() throws(DaemonInterruption) {
        let wait = wait(for: merge.next())
        if isLingering { clock.sleep(milliseconds: Daemon.lingerStep) }
        do throws(KafkaError) {
            try input.poll(atMost: wait)
            if arrivedAt == nil, merge.pendingRecords > 0 { arrivedAt = clock.monotonicMilliseconds }
            if pollWait > 0 {
                // That a poll brings nothing does not say that the topics are there again.
                _ = try input.ends()
                pollWait = 0
                advancedAt = clock.monotonicMilliseconds
                becomeReady()
            }
        } catch {
            guard !error.isOffsetLost else {
                try finishSending()
                if try readLostSidesAnew() { return }
                throw .failed(offsetLost(error))
            }
            noteFailure(error)
            becomeUnready(error)
            pollWait = min(max(pollWait * 2, Daemon.pollWaits.lowerBound), Daemon.pollWaits.upperBound)
            clock.sleep(milliseconds: pollWait)
        }
    }

    private func wait(for next: Merge.Step) -> Int {
        switch next {
        case .record, .cut: return 0
        case .waiting, .drained:
            if checkpointer.isEncoding { return 0 }
            if sending != nil { return Daemon.sendingWait }
            guard !entries.isEmpty, let arrivedAt else { return publication.isBehind ? 0 : Daemon.idleWait }
            let left = arrivedAt + Int64(settings.batchMaxWait) - clock.monotonicMilliseconds
            return min(max(0, Int(left)), Daemon.idleWait)
        }
    }
}
