internal import CRdKafka

extension Client {
    /// Fences earlier owners of the transactional id and waits until their transaction has ended.
    func initTransactions(timeoutMilliseconds: Int32) throws(KafkaError) {
        try check(rd_kafka_init_transactions(native, timeoutMilliseconds), "take the transactional id")
    }

    func beginTransaction() throws(KafkaError) {
        try check(rd_kafka_begin_transaction(native), "begin a transaction")
    }

    /// Adds offsets of a group to the transaction. The group needs no members: only the transactional id fences.
    func sendOffsets(_ offsets: [PartitionStart], metadata: String, groupID: String, timeoutMilliseconds: Int32) throws(KafkaError) {
        guard !offsets.isEmpty else { return }
        let list = PartitionList(offsets, metadata: metadata)
        let group = rd_kafka_consumer_group_metadata_new(groupID)
        defer { rd_kafka_consumer_group_metadata_destroy(group) }
        try check(
            rd_kafka_send_offsets_to_transaction(native, list.native, group, timeoutMilliseconds),
            "add offsets of group \(groupID) to the transaction")
    }

    /// Delivers what is queued and commits; after a time-out or a retriable error the same call goes on.
    func commitTransaction(timeoutMilliseconds: Int32) throws(KafkaError) {
        try check(rd_kafka_commit_transaction(native, timeoutMilliseconds), "commit the transaction")
    }

    /// Drops what is queued and aborts; after a time-out or a retriable error the same call goes on.
    func abortTransaction(timeoutMilliseconds: Int32) throws(KafkaError) {
        try check(rd_kafka_abort_transaction(native, timeoutMilliseconds), "abort the transaction")
    }
}
