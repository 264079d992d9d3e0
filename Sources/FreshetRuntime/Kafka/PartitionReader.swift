import FreshetKafka

/// Reads one partition at a time up to its present end, and goes on where the reading before was left off: long logs are read in slices, and
/// each record is fetched once.
final class PartitionReader {
    /// Polls of a second each without a record or the end, after which the broker counts as silent. A stop has to wait for them.
    private static let silentPollsMax = 5
    private static let metadataWait = 5_000
    private static let pollRecordsMax = 10_000

    private let consumer: Consumer
    /// Where the assigned partition is read on; `nil` where none is assigned.
    private var place: PartitionStart?
    /// What came with the last poll, and how many of its records were handed over.
    private var chunk: (any RecordChunk)?
    private var used = 0

    init(_ consumer: Consumer) {
        self.consumer = consumer
    }

    /// Calls `body` with the committed records from `offset` on, until it answers `false` or the end that the log has now is reached.
    func read(_ partition: TopicPartition, from offset: Int64, _ body: (ConsumedRecord, any RecordChunk) -> Bool) throws(KafkaError) {
        let end = try consumer.logRange(of: partition, timeoutMilliseconds: PartitionReader.metadataWait).upperBound
        if offset == end { return try stop() }
        if place != PartitionStart(partition, at: offset) { try begin(PartitionStart(partition, at: offset)) }
        var isFresh = chunk == nil
        var silentPolls = 0
        while silentPolls < PartitionReader.silentPollsMax {
            let chunk = try current()
            while used < chunk.records.count {
                let record = chunk.records[used]
                if record.offset >= end { return try stop() }
                used += 1
                place?.offset = record.offset + 1
                if !body(record, chunk) { return }
            }
            silentPolls = chunk.records.isEmpty ? silentPolls + 1 : 0
            let told = chunk.ends.first?.position
            drop()
            guard let place else { return }
            if place.offset >= end || told.map({ isFresh || $0 >= end }) ?? false { return try stop() }
            // An end that was told before this call is not told again, though the log may have grown: begin anew here.
            if told != nil { try begin(place) }
            isFresh = true
        }
        try stop()
        throw KafkaError(
            code: KafkaErrorCode.timedOut, name: "_TIMED_OUT", message: "read \(partition): 5 s without a record or the end", isRetriable: true,
            hint: "check the brokers")
    }

    /// Ends the consumer.
    func close() {
        drop()
        consumer.close()
    }

    private func current() throws(KafkaError) -> any RecordChunk {
        if let chunk { return chunk }
        do throws(KafkaError) {
            let polled = try consumer.poll(atMost: 1000, recordsMax: PartitionReader.pollRecordsMax)
            chunk = polled
            return polled
        } catch {
            place = nil
            throw error
        }
    }

    private func begin(_ start: PartitionStart) throws(KafkaError) {
        drop()
        place = nil
        try consumer.assign([start])
        place = start
    }

    private func stop() throws(KafkaError) {
        drop()
        guard place != nil else { return }
        place = nil
        try consumer.assign([])
    }

    private func drop() {
        chunk?.release()
        chunk = nil
        used = 0
    }
}
