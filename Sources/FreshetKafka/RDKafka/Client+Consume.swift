internal import CRdKafka

extension Client {
    /// The queue of what concerns no partition. It is the caller's to destroy, before the client.
    ///
    /// The main queue is left apart (no `rd_kafka_poll_set_consumer`), so that callbacks can be served without taking records.
    func makeConsumerQueue() -> OpaquePointer? { rd_kafka_queue_get_consumer(native) }

    /// Ends reading and gives the queue back.
    func closeConsumer(_ queue: OpaquePointer?) {
        rd_kafka_queue_io_event_enable(queue, -1, nil, 0)
        rd_kafka_consumer_close(native)
        rd_kafka_queue_destroy(queue)
    }

    /// Begins reading these partitions at explicit offsets, and stops reading all others.
    func assign(_ starts: [PartitionStart]) throws(KafkaError) {
        let list = PartitionList(starts)
        try check(rd_kafka_assign(native, starts.isEmpty ? nil : UnsafePointer(list.native)), "assign partitions")
    }

    /// The error that stands first in the queue of what concerns no partition.
    func takeError(_ queue: OpaquePointer?) -> KafkaError? {
        var message: UnsafeMutablePointer<rd_kafka_message_t>?
        guard rd_kafka_consume_batch_queue(queue, 0, &message, 1) == 1, let message else { return nil }
        defer { rd_kafka_message_destroy(message) }
        return message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : MessageChunk.error(message, nil)
    }

    /// Asks the broker that leads a partition something, so that the thread that fetches from it looks at its queues.
    func hurry(_ partition: TopicPartition) {
        // The question for watermarks would heed no shorter time-out than that of its request.
        _ = try? offsets(of: [partition], at: Client.end, timeoutMilliseconds: Client.hurryWait)
    }

    private static let hurryWait: Int32 = 100
    /// The time that asks for a partition's end.
    private static let end: Int64 = -1
}
