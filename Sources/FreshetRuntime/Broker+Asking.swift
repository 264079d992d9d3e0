package import FreshetKafka

extension Broker {
    /// All partitions of some topics, numbered by (topic name bytes, partition), and the first topic that does not exist.
    package func partitions(of topics: [String]) throws(KafkaError) -> (found: [TopicPartition], missing: String?) {
        var found: [TopicPartition] = []
        for topic in topics {
            guard let count = try partitionCount(of: topic) else { return ([], topic) }
            found += (0..<Int32(count)).map { TopicPartition(topic, $0) }
        }
        return (found.sorted(), nil)
    }

    /// For each partition where reading begins for records of `time` or later: at its end where there are none.
    package func starts(of partitions: [TopicPartition], at time: Int64) throws(KafkaError) -> [Int64] {
        var starts: [Int64] = []
        for (partition, offset) in zip(partitions, try offsets(of: partitions, at: max(time, 0))) {
            if let offset { starts.append(offset) } else { starts.append(try logRange(of: partition).upperBound) }
        }
        return starts
    }
}

extension Clock {
    /// Makes a call again and again. `judge` is told each failure, and throws where there is no use in going on.
    package func retrying<Result, Failure>(
        _ judge: (KafkaError) throws(Failure) -> Void, _ call: () throws(KafkaError) -> Result
    ) throws(Failure) -> Result {
        while true {
            do throws(KafkaError) {
                return try call()
            } catch {
                try judge(error)
                sleep(milliseconds: 200)
            }
        }
    }
}

extension KafkaError {
    /// Whether the same call may go well later.
    package var isPassing: Bool { isRetriable || isUnreachable }
}
