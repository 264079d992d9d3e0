package import FreshetKafka

/// Reads input partitions into a merge, within bounds.
package final class InputReader {
    /// How much may wait to be applied.
    package struct Bounds: Sendable {
        /// Records of one poll.
        package var pollRecordsMax: Int
        /// Records that wait; more are not polled.
        package var pendingRecordsMax: Int
        /// Bytes that they hold; more are not polled.
        package var pendingBytesMax: Int

        /// Bounds from their parts.
        package init(pollRecordsMax: Int, pendingRecordsMax: Int, pendingBytesMax: Int) {
            self.pollRecordsMax = pollRecordsMax
            self.pendingRecordsMax = pendingRecordsMax
            self.pendingBytesMax = pendingBytesMax
        }
    }

    /// The partitions that are read now, by number, in the order given to the broker.
    package private(set) var assigned: [Int] = []
    /// The time of the record that was read last; `nil` before the first, or where it has none.
    package private(set) var lastRecordTime: Int64?

    private let broker: any Broker
    private let partitions: [TopicPartition]
    private let merge: Merge
    private let intake: Intake
    private let bounds: Bounds

    /// A reader that has not begun: `assignAll` first.
    package init(_ broker: any Broker, _ partitions: [TopicPartition], into merge: Merge, through intake: Intake, bounds: Bounds) {
        self.broker = broker
        self.partitions = partitions
        self.merge = merge
        self.intake = intake
        self.bounds = bounds
    }

    /// Reads all partitions, each from where it was read to.
    package func assignAll() throws(KafkaError) { try assign(Array(partitions.indices)) }

    /// Takes what is there; waits at most so long for a record.
    package func poll(atMost milliseconds: Int) throws(KafkaError) {
        guard try makeRoom() else { return }
        let chunk = try broker.poll(atMost: milliseconds, recordsMax: bounds.pollRecordsMax)
        push(chunk)
        chunk.release()
    }

    /// Where reading each partition would end, by the brokers' word of this moment.
    package func ends() throws(KafkaError) -> [Int64] { try broker.ends(of: partitions) }

    /// Whether each partition was read up to its end.
    package func hasRead(to ends: [Int64]) -> Bool { zip(merge.queues, ends).allSatisfy { $0.next >= $1 } }

    /// Records that stand behind the ones applied, over all partitions.
    package var lag: Int64 {
        assigned.indices.reduce(Int64(merge.pendingRecords)) { sum, place in
            sum + max(0, broker.highWatermark(of: place) - merge.queues[assigned[place]].next)
        }
    }

    /// Back-pressure. Not polling is enough, unless the merge waits for a partition behind the others' records in the client's queue: then
    /// only that one is read, from where it stands, until there is room again.
    private func makeRoom() throws(KafkaError) -> Bool {
        let isFull = merge.pendingRecords >= bounds.pendingRecordsMax || merge.pendingBytes >= bounds.pendingBytesMax
        if isFull {
            guard case .waiting = merge.next() else { return false }
            let wanted = merge.waitingPartitions
            if assigned != wanted { try assign(wanted) }
        } else if assigned.count < partitions.count {
            let isRoomy = merge.pendingRecords < bounds.pendingRecordsMax / 2 && merge.pendingBytes < bounds.pendingBytesMax / 2
            if isRoomy || !merge.waitingPartitions.allSatisfy(assigned.contains) { try assignAll() }
        }
        return true
    }

    private func assign(_ numbers: [Int]) throws(KafkaError) {
        try broker.assign(numbers.map { PartitionStart(partitions[$0], at: merge.queues[$0].next) })
        assigned = numbers
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
        if let last = chunk.records.last { lastRecordTime = last.timestamp >= 0 ? last.timestamp : nil }
        for place in touched.indices where touched[place] {
            let next = merge.queues[assigned[place]].next
            let high = broker.highWatermark(of: place)
            if high >= 0, next >= high { merge.end(of: assigned[place], at: next) }
        }
        for end in chunk.ends { merge.end(of: assigned[end.partition], at: end.position) }
    }
}
