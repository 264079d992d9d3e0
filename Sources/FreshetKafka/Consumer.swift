/// Reads partitions that are assigned by number and offset, without membership in a group; the group names where offsets live.
///
/// Not thread safe: one thread at a time. It closes when the last reference goes.
public final class Consumer {
    let client: Client
    /// What concerns no partition.
    private var queue: OpaquePointer?
    private var partitions: PartitionQueues
    private let signal = ArrivalSignal()
    private var pendingError: KafkaError?

    /// From a wait for records that are known to be there to a question that hurries the client, in milliseconds; doubled from one to the next.
    private static let patienceMin: Int64 = 5

    /// A consumer that connects in the background. What it reads ahead is divided by the number of partitions that it will be assigned.
    public init(_ configuration: KafkaClientConfiguration, groupID: String, partitions: Int = 1) throws(KafkaError) {
        client = try Client(configuration, role: .consumer(groupID: groupID, partitions: partitions))
        queue = client.makeConsumerQueue()
        self.partitions = PartitionQueues([], of: client.native, signal: signal)
        signal.watch(queue)
    }

    deinit { close() }

    /// Begins reading these partitions, and stops reading all others.
    public func assign(_ starts: [PartitionStart]) throws(KafkaError) {
        precondition(starts.allSatisfy { $0.offset >= 0 }, "offsets are explicit")
        // What the old ones hold is forgotten with the old assignment.
        try client.assign([])
        partitions.destroy()
        partitions = PartitionQueues(starts, of: client.native, signal: signal)
        try client.assign(starts)
        pendingError = nil
    }

    /// Waits at most `milliseconds` for records or ends of these partitions, by their places in the assignment (all of them where `places` is
    /// `nil`), and takes what is there, at most `recordsMax` records of each. Those of others stay where they are.
    ///
    /// An error that stands behind records in a queue is thrown by the next call, so that none of them is lost.
    public func poll(_ places: [Int]? = nil, atMost milliseconds: Int, recordsMax: Int) throws(KafkaError) -> any RecordChunk {
        guard queue != nil else { throw KafkaError(code: -197, name: "_DESTROY", message: "read records: the consumer is closed", isFatal: true) }
        client.serveCallbacks()
        if let error = pendingError {
            pendingError = nil
            throw error
        }
        let chunk = MessageChunk(owner: client)
        let places = places ?? Array(partitions.starts.indices)
        guard let error = fill(chunk, places, atMost: Int64(milliseconds), recordsMax: recordsMax) else { return chunk }
        if chunk.isEmpty { throw client.explained(error) }
        pendingError = error
        return chunk
    }

    private func fill(_ chunk: MessageChunk, _ places: [Int], atMost milliseconds: Int64, recordsMax: Int) -> KafkaError? {
        let began = ContinuousClock.now
        var patience = Consumer.patienceMin
        while true {
            signal.clear()
            if let error = partitions.take(places, recordsMax: recordsMax, into: chunk) ?? client.takeError(queue) { return error }
            let left = milliseconds - (ContinuousClock.now - began).milliseconds
            guard chunk.isEmpty, left > 0 else { return nil }
            guard let lacking = partitions.lacking(places, of: client), patience < left else {
                signal.wait(atMost: Int32(clamping: left))
                continue
            }
            // The client looks once a second whether a queue has room for more, unless it has something else to do: a question to the same broker.
            if !signal.wait(atMost: Int32(clamping: patience)) { client.hurry(lacking) }
            patience *= 2
        }
    }

    /// The high watermark that the last fetch of a partition brought; −1 before the first.
    public func highWatermark(of place: Int) -> Int64 { client.fetchedHighWatermark(of: partitions.starts[place].partition) }

    /// Stops reading. Chunks that are not released keep their records.
    public func close() {
        guard let open = queue else { return }
        queue = nil
        partitions.destroy()
        client.closeConsumer(open)
    }
}

extension Duration {
    /// In whole milliseconds.
    fileprivate var milliseconds: Int64 { components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000 }
}
