/// Writes records: in transactions where it has a transactional id, else idempotently.
///
/// Not thread safe: one thread at a time. A producer whose error `isFatal` is of no further use; a new one takes its place.
public final class Producer {
    /// How long a call for a full queue, a flush or a transaction's step waits before it says `_TIMED_OUT`, in milliseconds.
    public static let timeoutMilliseconds = 15000

    let client: Client

    /// A producer that connects in the background. `watchedTag` names the record whose offset `watchedOffset` tells.
    public init(_ configuration: KafkaClientConfiguration, transactionalID: String? = nil, watchedTag: Int? = nil) throws(KafkaError) {
        client = try Client(configuration, role: .producer(transactionalID: transactionalID))
        client.callbacks.deliveries.watchedTag = watchedTag
    }

    deinit {
        // Without it, destruction would wait for records that nobody waits for.
        client.purge()
    }

    /// Queues a copy of one record. `tag` names it in `takeFailures`. `partition` −1: by the key's murmur2 hash, as Java clients do.
    ///
    /// A full queue is waited for, at most `timeoutMilliseconds`. An error here does not fail the transaction: the caller must abort.
    public func produce(
        topic: String, partition: Int32 = -1, key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?, headers: [ProducedHeader] = [],
        tag: Int = 0, timeoutMilliseconds: Int = Producer.timeoutMilliseconds
    ) throws(KafkaError) {
        let deadline = ContinuousClock.now + .milliseconds(timeoutMilliseconds)
        while true {
            do {
                return try client.produce(topic: topic, partition: partition, key: key, value: value, headers: headers, tag: tag)
            } catch {
                guard error.code == KafkaErrorCode.queueFull, ContinuousClock.now < deadline else { throw error }
                client.serveCallbacks(atMost: 10)
            }
        }
    }

    /// Waits until every queued record is delivered or has failed; failures are told by `takeFailures`.
    public func flush(timeoutMilliseconds: Int = Producer.timeoutMilliseconds) throws(KafkaError) {
        try client.flush(timeoutMilliseconds: Int32(clamping: timeoutMilliseconds))
    }

    /// The records that could not be delivered since the last call, by tag. Those that an abort dropped are left out.
    public func takeFailures() -> [(tag: Int, error: KafkaError)] {
        client.serveCallbacks()
        return client.callbacks.deliveries.takeFailures()
    }

    /// Whether `takeFailures` has something to tell.
    public var hasFailures: Bool { !client.callbacks.deliveries.failures.isEmpty }

    /// The offset of the record with the watched tag since the last `forgetDeliveries`; `nil` where the broker did not tell it.
    public var watchedOffset: Int64? { client.callbacks.deliveries.watchedOffset }

    /// Forgets failures and the watched offset, so that the next ones belong to the next records.
    public func forgetDeliveries() {
        client.serveCallbacks()
        client.callbacks.deliveries.reset()
    }

    /// Learns a topic's partitions, or answers `nil` where there is no such topic. Without it the first transaction to a topic waits a second.
    public func partitionCount(of topic: String, timeoutMilliseconds: Int = Producer.timeoutMilliseconds) throws(KafkaError) -> Int? {
        try client.partitionCount(of: topic, timeoutMilliseconds: Int32(clamping: timeoutMilliseconds))
    }
}
