/// The steps of a transaction. After a retriable error or a time-out the same call goes on where it was; begin or abort must not come between.
extension Producer {
    /// Fences earlier owners of the transactional id, and waits until their transaction has ended. Call it once, first.
    public func initTransactions(timeoutMilliseconds: Int = Producer.timeoutMilliseconds) throws(KafkaError) {
        try client.initTransactions(timeoutMilliseconds: Int32(clamping: timeoutMilliseconds))
    }

    /// Begins a transaction, and forgets what became of earlier records.
    public func begin() throws(KafkaError) {
        forgetDeliveries()
        try client.beginTransaction()
    }

    /// Adds offsets of a group to the transaction, each with the same text.
    public func send(
        offsets: [PartitionStart], metadata: String, groupID: String, timeoutMilliseconds: Int = Producer.timeoutMilliseconds
    ) throws(KafkaError) {
        try client.sendOffsets(offsets, metadata: metadata, groupID: groupID, timeoutMilliseconds: Int32(clamping: timeoutMilliseconds))
    }

    /// Delivers all records and commits.
    public func commit(timeoutMilliseconds: Int = Producer.timeoutMilliseconds) throws(KafkaError) {
        try client.commitTransaction(timeoutMilliseconds: Int32(clamping: timeoutMilliseconds))
    }

    /// Drops what is queued and aborts.
    ///
    /// A broker that no record or offset of the transaction has reached may answer `INVALID_TXN_STATE`, which is fatal: a new producer goes on.
    public func abort(timeoutMilliseconds: Int = Producer.timeoutMilliseconds) throws(KafkaError) {
        try client.abortTransaction(timeoutMilliseconds: Int32(clamping: timeoutMilliseconds))
    }
}
