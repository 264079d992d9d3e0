internal import CRdKafka

extension Client {
    /// The queue that all assigned partitions feed. It is the caller's to destroy, before the client.
    ///
    /// The main queue is left apart (no `rd_kafka_poll_set_consumer`), so that callbacks can be served without taking records.
    func makeConsumerQueue() -> OpaquePointer? { rd_kafka_queue_get_consumer(native) }

    /// Ends reading and gives the queue back.
    func closeConsumer(_ queue: OpaquePointer?) {
        rd_kafka_consumer_close(native)
        rd_kafka_queue_destroy(queue)
    }

    /// Begins reading these partitions at explicit offsets, and stops reading all others.
    func assign(_ starts: [PartitionStart]) throws(KafkaError) {
        let list = PartitionList(starts)
        try check(rd_kafka_assign(native, starts.isEmpty ? nil : UnsafePointer(list.native)), "assign partitions")
    }

    /// Waits for one message, then takes what is there: asked for more, librdkafka would wait for the full number or the whole time.
    ///
    /// Returns a chunk of what counts, and the first error that stood among the messages.
    func consume(
        _ queue: OpaquePointer?, atMost milliseconds: Int32, recordsMax: Int, _ assignment: inout Assignment
    ) -> (chunk: MessageChunk, error: KafkaError?) {
        let chunk = MessageChunk(owner: self)
        var firstError: KafkaError?
        withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<rd_kafka_message_t>?.self, capacity: max(recordsMax, 1)) { buffer in
            var count = rd_kafka_consume_batch_queue(queue, milliseconds, buffer.baseAddress, 1)
            guard count == 1 else { return }
            if recordsMax > 1 { count += max(rd_kafka_consume_batch_queue(queue, 0, buffer.baseAddress! + 1, recordsMax - 1), 0) }
            chunk.reserve(count)
            for message in buffer[..<count] {
                guard let message else { continue }
                if let error = chunk.accept(message, &assignment), firstError == nil { firstError = error }
            }
        }
        return (chunk, firstError)
    }
}
