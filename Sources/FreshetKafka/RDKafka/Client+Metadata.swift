internal import CRdKafka

extension Client {
    /// The number of a topic's partitions, or `nil` where there is no such topic.
    ///
    /// The embedded broker is asked for all its topics: asked for one that is missing, it makes it.
    func partitionCount(of name: String, timeoutMilliseconds: Int32) throws(KafkaError) -> Int? {
        var metadata: UnsafePointer<rd_kafka_metadata>?
        let code = rd_kafka_metadata(native, isEmbedded ? 1 : 0, isEmbedded ? nil : try topic(name), &metadata, timeoutMilliseconds)
        try check(code, "read the metadata of topic \(name)")
        defer { rd_kafka_metadata_destroy(metadata) }
        guard let answer = metadata?.pointee else { return nil }
        let topics = UnsafeBufferPointer(start: answer.topics, count: Int(answer.topic_cnt))
        guard let topic = topics.first(where: { String(cString: $0.topic) == name }) else { return nil }
        if topic.err.rawValue == KafkaErrorCode.unknownTopicOrPartition { return nil }
        try check(topic.err, "read the metadata of topic \(name)")
        return topic.partition_cnt > 0 ? Int(topic.partition_cnt) : nil
    }

    /// Throws where no broker answers in time.
    func expectAnswer(timeoutMilliseconds: Int32) throws(KafkaError) {
        guard clusterID(timeoutMilliseconds: timeoutMilliseconds) == nil else { return }
        try check(RD_KAFKA_RESP_ERR__TIMED_OUT, "reach a broker")
    }

    /// The cluster's id, or `nil` where no broker told it in time.
    func clusterID(timeoutMilliseconds: Int32) -> String? {
        guard let text = rd_kafka_clusterid(native, timeoutMilliseconds) else { return nil }
        defer { rd_kafka_mem_free(native, text) }
        return String(cString: text)
    }
}
