internal import CRdKafka

/// The partitions that are read, each with a queue of its own: what waits of one stands before no record of another, and a reader that takes none
/// from a partition stops its fetches alone.
///
/// Whoever has it destroys it before the client.
final class PartitionQueues {
    /// The partitions, and where reading them began.
    let starts: [PartitionStart]
    private var queues: [OpaquePointer?]
    private var positions: [ReadPosition]
    /// Bytes of one chunk, behind which no other queue is looked at.
    private static let chunkBytesMax = 16 << 20

    /// Queues that `signal` tells of. Made before the assignment, no record takes the way of the common queue.
    init(_ starts: [PartitionStart], of client: OpaquePointer, signal: ArrivalSignal) {
        self.starts = starts
        positions = starts.map { ReadPosition(next: $0.offset) }
        queues = starts.map { rd_kafka_queue_get_partition(client, $0.partition.topic, $0.partition.partition) }
        for queue in queues where queue != nil {
            rd_kafka_queue_forward(queue, nil)
            signal.watch(queue)
        }
    }

    deinit { destroy() }

    /// Gives the queues back.
    func destroy() {
        for queue in queues where queue != nil {
            rd_kafka_queue_io_event_enable(queue, -1, nil, 0)
            rd_kafka_queue_destroy(queue)
        }
        queues = []
    }

    /// Takes what is there of these partitions into `chunk`, at most `recordsMax` of each, and answers the gravest error that stood among it.
    func take(_ places: some Collection<Int>, recordsMax: Int, into chunk: MessageChunk) -> KafkaError? {
        var failure: KafkaError?
        withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<rd_kafka_message_t>?.self, capacity: max(recordsMax, 1)) { buffer in
            for place in places where queues[place] != nil && chunk.bytes < PartitionQueues.chunkBytesMax {
                let count = rd_kafka_consume_batch_queue(queues[place], 0, buffer.baseAddress, recordsMax)
                guard count > 0 else { continue }
                chunk.reserve(count)
                for message in buffer[..<count] {
                    guard let message else { continue }
                    guard let error = accept(message, of: place, into: chunk) else { continue }
                    // That what is to be read is gone is told once.
                    if failure == nil || error.isFatal || error.code == KafkaErrorCode.autoOffsetReset { failure = error }
                }
            }
        }
        return failure
    }

    /// Takes one message over: as a record, as an end, or as an error.
    private func accept(_ message: UnsafeMutablePointer<rd_kafka_message_t>, of place: Int, into chunk: MessageChunk) -> KafkaError? {
        let (code, offset) = (message.pointee.err, message.pointee.offset)
        if code == RD_KAFKA_RESP_ERR_NO_ERROR {
            positions[place].passes(offset)
            chunk.append(message, of: place)
            return nil
        }
        defer { rd_kafka_message_destroy(message) }
        guard code == RD_KAFKA_RESP_ERR__PARTITION_EOF else { return MessageChunk.error(message, starts[place].partition) }
        if positions[place].reaches(offset) { chunk.appendEnd(offset, of: place) }
        return nil
    }

    /// The first of these partitions that holds more than was handed over, by the brokers' last word.
    func lacking(_ places: some Collection<Int>, of client: Client) -> TopicPartition? {
        let place = places.first { positions[$0].isShort(of: client.fetchedHighWatermark(of: starts[$0].partition)) }
        return place.map { starts[$0].partition }
    }
}
