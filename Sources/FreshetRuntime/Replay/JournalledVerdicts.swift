import FreshetKafka

/// What earlier runs have journalled of a topic range: which offsets they judged by the clock, and which of those they rejected. Pure.
struct JournalledVerdicts {
    /// The offsets of each partition that were judged, by number.
    private(set) var judged: [Range<Int64>]
    /// Those of them that were rejected.
    private(set) var rejected: [Set<Int64>]
    private let numbers: [TopicPartition: Int]

    init(of partitions: [TopicPartition]) {
        numbers = Dictionary(uniqueKeysWithValues: partitions.enumerated().map { ($1, $0) })
        judged = Array(repeating: 0..<0, count: partitions.count)
        rejected = Array(repeating: [], count: partitions.count)
    }

    /// Takes the next record of the journal. Where a batch was applied twice, the later one stands.
    mutating func take(_ record: JournalRecord) {
        for taken in record.taken {
            guard let number = numbers[taken.partition] else { continue }
            if judged[number].overlaps(taken.range) { rejected[number] = rejected[number].filter { !taken.range.contains($0) } }
            rejected[number].formUnion(taken.rejected)
            let before = judged[number].isEmpty ? taken.range : judged[number]
            judged[number] = min(before.lowerBound, taken.range.lowerBound)..<max(before.upperBound, taken.range.upperBound)
        }
    }
}
