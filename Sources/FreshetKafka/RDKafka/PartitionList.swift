internal import CRdKafka
internal import Glibc

/// The owner of one of librdkafka's lists of partitions.
struct PartitionList: ~Copyable {
    let native: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

    /// A list of these partitions with offsets, and the same text for each.
    init(_ starts: [PartitionStart], metadata: String? = nil) {
        native = rd_kafka_topic_partition_list_new(Int32(clamping: starts.count))
        for start in starts {
            let element = rd_kafka_topic_partition_list_add(native, start.partition.topic, start.partition.partition)
            element?.pointee.offset = start.offset
            if let metadata {
                // librdkafka frees it with the list.
                element?.pointee.metadata = UnsafeMutableRawPointer(strdup(metadata))
                element?.pointee.metadata_size = metadata.utf8.count
            }
        }
    }

    deinit { rd_kafka_topic_partition_list_destroy(native) }

    /// The element of a partition: answers may come in another order.
    func element(_ partition: TopicPartition) -> rd_kafka_topic_partition_t? {
        rd_kafka_topic_partition_list_find(native, partition.topic, partition.partition)?.pointee
    }

    /// Throws the first partition's error.
    func check(_ partitions: [TopicPartition], _ action: String) throws(KafkaError) {
        for partition in partitions {
            guard let code = element(partition)?.err, code != RD_KAFKA_RESP_ERR_NO_ERROR else { continue }
            throw KafkaError(code, "\(action) of \(partition)")
        }
    }
}
