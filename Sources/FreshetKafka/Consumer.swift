/// Reads partitions that are assigned by number and offset, without membership in a group; the group names where offsets live.
///
/// Not thread safe: one thread at a time. It closes when the last reference goes.
public final class Consumer {
    let client: Client
    private var queue: OpaquePointer?
    private var assignment = Assignment([])
    private var pendingError: KafkaError?

    /// A consumer that connects in the background.
    public init(_ configuration: KafkaClientConfiguration, groupID: String) throws(KafkaError) {
        client = try Client(configuration, role: .consumer(groupID: groupID))
        queue = client.makeConsumerQueue()
    }

    deinit { close() }

    /// Begins reading these partitions, and stops reading all others.
    public func assign(_ starts: [PartitionStart]) throws(KafkaError) {
        precondition(starts.allSatisfy { $0.offset >= 0 }, "offsets are explicit")
        try client.assign(starts)
        assignment = Assignment(starts)
        pendingError = nil
    }

    /// Waits at most `milliseconds` for one record or end, then takes what is there, at most `recordsMax` messages.
    ///
    /// An error that stands behind records in the queue is thrown by the next call, so that none of them is lost.
    public func poll(atMost milliseconds: Int, recordsMax: Int) throws(KafkaError) -> any RecordChunk {
        guard queue != nil else { throw KafkaError(code: -197, name: "_DESTROY", message: "read records: the consumer is closed", isFatal: true) }
        client.serveCallbacks()
        if let error = pendingError {
            pendingError = nil
            throw error
        }
        let (chunk, error) = client.consume(queue, atMost: Int32(clamping: milliseconds), recordsMax: recordsMax, &assignment)
        guard let error else { return chunk }
        if chunk.records.isEmpty, chunk.ends.isEmpty { throw client.explained(error) }
        pendingError = error
        return chunk
    }

    /// The high watermark that the last fetch of a partition brought; −1 before the first.
    public func highWatermark(of partition: Int) -> Int64 { client.fetchedHighWatermark(of: assignment.starts[partition].partition) }

    /// Stops reading. Chunks that are not released keep their records.
    public func close() {
        guard let open = queue else { return }
        queue = nil
        client.closeConsumer(open)
    }
}
