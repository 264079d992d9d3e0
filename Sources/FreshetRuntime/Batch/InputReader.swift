package import FreshetKafka

/// Reads input partitions into a merge, within bounds.
package final class InputReader {
    /// How much may wait to be applied.
    package struct Bounds: Sendable {
        /// Records of one partition that one poll takes.
        package var pollRecordsMax: Int
        /// Records that wait: a partition that has its share of them is not polled.
        package var pendingRecordsMax: Int
        /// Bytes that they hold; more are not polled but of partitions that the merge waits for.
        package var pendingBytesMax: Int

        /// Bounds from their parts.
        package init(pollRecordsMax: Int, pendingRecordsMax: Int, pendingBytesMax: Int) {
            self.pollRecordsMax = pollRecordsMax
            self.pendingRecordsMax = pendingRecordsMax
            self.pendingBytesMax = pendingBytesMax
        }
    }

    /// The time of the record that was read last; `nil` before the first, or where it has none.
    package private(set) var lastRecordTime: Int64?

    private let broker: any Broker
    private let partitions: [TopicPartition]
    private let merge: Merge
    private let intake: Intake
    private let bounds: Bounds
    /// Whether partitions of side topics are read; while a catch-up runs, the journal says what they held.
    package var readsSides = false

    /// A reader that has not begun: `assignAll` first.
    package init(_ broker: any Broker, _ partitions: [TopicPartition], into merge: Merge, through intake: Intake, bounds: Bounds) {
        self.broker = broker
        self.partitions = partitions
        self.merge = merge
        self.intake = intake
        self.bounds = bounds
    }

    /// Reads all partitions, each from where it was read to.
    package func assignAll() throws(KafkaError) {
        try broker.assign(zip(partitions, merge.queues).map { PartitionStart($0, at: $1.next) })
    }

    /// Takes what is there; waits at most so long for a record.
    package func poll(atMost milliseconds: Int) throws(KafkaError) {
        let wanted = wanted
        guard !wanted.isEmpty else { return }
        let chunk = try broker.poll(wanted, atMost: milliseconds, recordsMax: min(bounds.pollRecordsMax, share))
        push(chunk)
        chunk.release()
    }

    /// Whether a whole batch waits to be merged, or some partition's share of what may wait, with as much again behind it: a backlog, in which
    /// nothing is won by waiting.
    package var isFull: Bool {
        if merge.pendingRecords >= bounds.pollRecordsMax || merge.pendingBytes >= bounds.pendingBytesMax { return true }
        return merge.queues.indices.contains { partition in
            let queue = merge.queues[partition]
            return queue.count >= share && broker.highWatermark(of: partition) - queue.next >= Int64(share)
        }
    }

    /// Of so many records that wait, a partition is not polled: half of what it may hold, since one poll may bring as many again.
    private var share: Int { max(1, bounds.pendingRecordsMax / (2 * max(1, partitions.count))) }

    /// Back-pressure: a partition is read while it has not its share of the records that may wait to be merged. Where too many bytes wait, only those
    /// that the merge waits for are read.
    private var wanted: [Int] {
        guard merge.pendingBytes >= bounds.pendingBytesMax else {
            let read = readsSides ? merge.queues.indices : 0..<merge.sides.lowerBound
            return read.filter { merge.queues[$0].count < share }
        }
        guard case .waiting = merge.next() else { return [] }
        return merge.waitingPartitions
    }

    /// Where reading each partition would end, by the brokers' word of this moment.
    package func ends() throws(KafkaError) -> [Int64] { try broker.ends(of: partitions) }

    /// Whether each partition was read up to its end.
    package func hasRead(to ends: [Int64]) -> Bool { zip(merge.queues, ends).allSatisfy { $0.next >= $1 } }

    /// Records that stand behind the ones applied, over all partitions.
    package var lag: Int64 {
        merge.queues.indices.reduce(Int64(merge.pendingRecords)) { sum, partition in
            sum + max(0, broker.highWatermark(of: partition) - merge.queues[partition].next)
        }
    }

    private func push(_ chunk: any RecordChunk) {
        var touched = [Bool](repeating: false, count: partitions.count)
        for record in chunk.records {
            let partition = record.partition
            // Below the next expected offset it is not even decoded.
            guard merge.expects(record.offset, of: partition) else { continue }
            merge.push(intake.read(record, of: partition, in: chunk, into: merge.queues[partition].arena), to: partition)
            touched[partition] = true
        }
        if let last = chunk.records.last { lastRecordTime = last.timestamp >= 0 ? last.timestamp : nil }
        for partition in touched.indices where touched[partition] {
            let next = merge.queues[partition].next
            let high = broker.highWatermark(of: partition)
            if high >= 0, next >= high { merge.end(of: partition, at: next) }
        }
        for end in chunk.ends { merge.end(of: end.partition, at: end.position) }
    }
}
