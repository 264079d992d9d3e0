/// What a consumer asks of the brokers beside reading. Each call blocks until the answer or the time-out.
extension Consumer {
    /// The group's offsets in the order asked; `nil` where none is committed.
    ///
    /// Final only after `Producer.initTransactions` of the group's owner: before, a dead owner's transaction may still be open.
    public func committed(_ partitions: [TopicPartition], timeoutMilliseconds: Int = 15000) throws(KafkaError) -> [CommittedOffset?] {
        try client.committed(partitions, timeoutMilliseconds: Int32(clamping: timeoutMilliseconds))
    }

    /// Commits offsets for the group outside of transactions, each with the same text, and waits for the broker's word.
    public func commit(_ offsets: [PartitionStart], metadata: String, timeoutMilliseconds: Int = 15000) throws(KafkaError) {
        try client.commit(offsets, metadata: metadata, timeoutMilliseconds: Int32(clamping: timeoutMilliseconds))
    }

    /// For each partition the first offset whose record's time is `time` (milliseconds since the epoch) or later; `nil` where there is none.
    public func offsets(
        of partitions: [TopicPartition], at time: Int64, timeoutMilliseconds: Int = 15000
    ) throws(KafkaError) -> [Int64?] {
        // Of a consumer that reads nothing, statistics and errors would come together for ever.
        client.serveCallbacks()
        return try client.offsets(of: partitions, at: time, timeoutMilliseconds: Int32(clamping: timeoutMilliseconds))
    }

    /// The offsets that exist: the first one kept up to the high watermark.
    public func logRange(of partition: TopicPartition, timeoutMilliseconds: Int = 15000) throws(KafkaError) -> Range<Int64> {
        try client.logRange(of: partition, timeoutMilliseconds: Int32(clamping: timeoutMilliseconds))
    }

    /// The number of a topic's partitions, or `nil` where there is no such topic.
    public func partitionCount(of topic: String, timeoutMilliseconds: Int = 15000) throws(KafkaError) -> Int? {
        try client.partitionCount(of: topic, timeoutMilliseconds: Int32(clamping: timeoutMilliseconds))
    }

    /// Throws, with the reason where the client has told one, where no broker answers in time.
    public func expectAnswer(timeoutMilliseconds: Int) throws(KafkaError) {
        try client.expectAnswer(timeoutMilliseconds: Int32(clamping: timeoutMilliseconds))
    }

    /// The cluster's id, or `nil` where no broker told it in time.
    public func clusterID(timeoutMilliseconds: Int = 15000) -> String? {
        client.clusterID(timeoutMilliseconds: Int32(clamping: timeoutMilliseconds))
    }
}
