internal import CRdKafka

extension Client {
    /// The group's offsets, final ones under read_committed; `nil` where none is committed.
    func committed(_ partitions: [TopicPartition], timeoutMilliseconds: Int32) throws(KafkaError) -> [CommittedOffset?] {
        guard !partitions.isEmpty else { return [] }
        let list = PartitionList(partitions.map { PartitionStart($0, at: Int64(RD_KAFKA_OFFSET_INVALID)) })
        try check(rd_kafka_committed(native, list.native, timeoutMilliseconds), "read the group's committed offsets")
        try list.check(partitions, "read the committed offset")
        return partitions.map { partition in
            guard let element = list.element(partition), element.offset >= 0 else { return nil }
            let text = UnsafeRawBufferPointer(start: element.metadata, count: element.metadata == nil ? 0 : element.metadata_size)
            return CommittedOffset(offset: element.offset, metadata: String(decoding: text, as: UTF8.self))
        }
    }

    /// Commits offsets for the group, each with the same text, and waits for the broker's word.
    func commit(_ offsets: [PartitionStart], metadata: String, timeoutMilliseconds: Int32) throws(KafkaError) {
        guard !offsets.isEmpty else { return }
        let action = "commit the group's offsets"
        let list = PartitionList(offsets, metadata: metadata)
        // The call that waits by itself knows no time-out.
        let queue = rd_kafka_queue_new(native)
        defer { rd_kafka_queue_destroy(queue) }
        try check(rd_kafka_commit_queue(native, list.native, queue, nil, nil), action)
        guard let answer = rd_kafka_queue_poll(queue, timeoutMilliseconds) else {
            throw explained(KafkaError(RD_KAFKA_RESP_ERR__TIMED_OUT, action))
        }
        defer { rd_kafka_event_destroy(answer) }
        try check(rd_kafka_event_error(answer), action)
        guard let answered = rd_kafka_event_topic_partition_list(answer) else { return }
        for index in 0..<Int(answered.pointee.cnt) {
            let partition = answered.pointee.elems[index]
            try check(partition.err, "commit the offset of \(String(cString: partition.topic))-\(partition.partition)")
        }
    }

    /// For each partition the first offset whose record's time is `time` (milliseconds since the epoch) or later; `nil` where there is none.
    func offsets(of partitions: [TopicPartition], at time: Int64, timeoutMilliseconds: Int32) throws(KafkaError) -> [Int64?] {
        guard !partitions.isEmpty else { return [] }
        let list = PartitionList(partitions.map { PartitionStart($0, at: time) })
        try check(rd_kafka_offsets_for_times(native, list.native, timeoutMilliseconds), "look up offsets by time")
        try list.check(partitions, "look up the offset by time")
        return partitions.map { partition in list.element(partition).flatMap { $0.offset >= 0 ? $0.offset : nil } }
    }

    /// The offsets that exist, asked of the broker.
    func logRange(of partition: TopicPartition, timeoutMilliseconds: Int32) throws(KafkaError) -> Range<Int64> {
        var low: Int64 = 0
        var high: Int64 = 0
        let code = rd_kafka_query_watermark_offsets(native, partition.topic, partition.partition, &low, &high, timeoutMilliseconds)
        try check(code, "read the ends of \(partition)")
        return low..<max(low, high)
    }

    /// The high watermark that the last fetch brought; −1 before the first.
    func fetchedHighWatermark(of partition: TopicPartition) -> Int64 {
        var low: Int64 = 0
        var high: Int64 = 0
        let code = rd_kafka_get_watermark_offsets(native, partition.topic, partition.partition, &low, &high)
        return code == RD_KAFKA_RESP_ERR_NO_ERROR && high >= 0 ? high : -1
    }
}
