import FreshetKafka

/// What earlier runs have journalled of a topic range: which offsets they judged by the clock, and which of those they rejected. Pure.
struct JournalledVerdicts {
    /// The offsets of each partition that were judged, by number.
    private(set) var judged: [RangeSet<Int64>]
    /// Those of them that were rejected.
    private(set) var rejected: [Set<Int64>]
    private let numbers: [TopicPartition: Int]

    init(of partitions: [TopicPartition]) {
        numbers = Dictionary(uniqueKeysWithValues: partitions.enumerated().map { ($1, $0) })
        judged = Array(repeating: RangeSet(), count: partitions.count)
        rejected = Array(repeating: [], count: partitions.count)
    }

    /// Takes the next record of the journal. Where a batch was applied twice, the later one stands.
    mutating func take(_ record: JournalRecord) {
        for taken in record.taken {
            guard let number = numbers[taken.partition] else { continue }
            if let last = judged[number].ranges.last, taken.range.lowerBound < last.upperBound {
                rejected[number] = rejected[number].filter { !taken.range.contains($0) }
            }
            rejected[number].formUnion(taken.rejected)
            judged[number].insert(contentsOf: taken.range)
        }
    }

    /// Whether the journal was read from far enough back: of each partition, the batch that took the first record from `starts` on is there.
    func reach(_ starts: [Int64], ends: [Int64]) -> Bool {
        judged.indices.allSatisfy { number in
            starts[number] >= ends[number] || judged[number].ranges.first.map { $0.lowerBound <= starts[number] } ?? false
        }
    }
}
