import FreshetCore
import FreshetKafka
import FreshetKernels

/// A batch that is in the state, and all that is kept of it until it stands at the broker.
///
/// A daemon has two of them, which take turns: while one is committed, the next is applied.
final class AppliedBatch {
    /// What it writes.
    let outputs = OutputBuffer()
    let journal = ByteBuffer()
    /// Its number; −1 before the first.
    var number: Int64 = -1
    /// Where each partition is to be read from after it.
    var offsets: [PartitionStart] = []
    /// What became of its records.
    var counts = BatchCounts()
    /// The first of its records that was not acceptable.
    var firstRejected: RejectedRecord?
    /// The first user whom it showed to be a bot.
    var firstBot: FoundBot?
    /// Hours that were complete with it and broke with the weeks before.
    var trackingAlarms: [TrackingAlarm] = []
    /// The record times, where they have one.
    private(set) var recordTimes: [Int64] = []
    /// The largest event time, `Int64.min` where it holds no event.
    private(set) var largestEventTime = Int64.min
    /// When it was applied, by the monotonic clock.
    var appliedAt: Int64 = 0

    /// Begins anew. The memory is kept.
    func removeAll() {
        outputs.removeAll()
        journal.removeAll()
        firstBot = nil
        trackingAlarms.removeAll()
        recordTimes.removeAll(keepingCapacity: true)
        largestEventTime = .min
    }

    /// Notes the times of the records, which are not kept themselves.
    func noteTimes(of entries: [BatchEntry]) {
        for index in entries.indices {
            guard case .event(let event) = entries[index].record.content else { continue }
            largestEventTime = max(largestEventTime, event.time.milliseconds)
            if entries[index].record.timestamp >= 0 { recordTimes.append(entries[index].record.timestamp) }
        }
    }
}
