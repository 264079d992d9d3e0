internal import CRdKafka

/// The partitions that are read: their order, and the next offset of each.
struct Assignment {
    let starts: [PartitionStart]
    private var next: [Int64]
    /// Topic handles seen, each with its run of `indices`.
    private var routes: [(topic: OpaquePointer, first: Int, count: Int)] = []
    private var indices: [Int] = []

    init(_ starts: [PartitionStart]) {
        self.starts = starts
        next = starts.map(\.offset)
    }

    /// The index of a partition by the client's topic handle, which stays the same while the partition is assigned.
    mutating func index(of topic: OpaquePointer, _ partition: Int32) -> Int? {
        let route = routes.first { $0.topic == topic } ?? addRoute(topic)
        guard partition >= 0, Int(partition) < route.count else { return nil }
        let index = indices[route.first + Int(partition)]
        return index >= 0 ? index : nil
    }

    /// Notes that a record is handed over. The client may bring one twice: who reads drops it.
    mutating func passes(_ offset: Int64, in index: Int) { next[index] = max(next[index], offset + 1) }

    /// Whether an end at `position` is news: an older one says nothing.
    mutating func reaches(_ position: Int64, in index: Int) -> Bool {
        guard position >= next[index] else { return false }
        next[index] = position
        return true
    }

    private mutating func addRoute(_ topic: OpaquePointer) -> (topic: OpaquePointer, first: Int, count: Int) {
        let name = String(cString: rd_kafka_topic_name(topic))
        let mine = starts.enumerated().filter { $0.element.partition.topic == name }
        let count = (mine.map { Int($0.element.partition.partition) }.max() ?? -1) + 1
        let first = indices.count
        indices.append(contentsOf: repeatElement(-1, count: count))
        for (index, start) in mine { indices[first + Int(start.partition.partition)] = index }
        routes.append((topic, first, count))
        return (topic, first, count)
    }
}
