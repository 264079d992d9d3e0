/// Tells a log that was deleted and made anew from the one that was read. Pure.
///
/// A topic's id would tell it, and clients do not give it. But a log grows at its end and loses at its beginning, so that the first offset of a
/// record time never gets smaller. The records of a new log are newer than what was read, and begin at offset 0 again.
package struct LogMarks: Equatable, Sendable {
    /// The record time that the marks are about.
    package let time: Int64
    /// By partition: all records of that time or later stand here or behind.
    private let offsets: [Int64]

    /// Marks from the first offsets of `time`, `nil` where there is none, and where each partition had been read to before they were asked for.
    package init(time: Int64, firstOffsets: [Int64?], read: [Int64]) {
        self.time = time
        offsets = zip(firstOffsets, read).map { min($0 ?? .max, $1) }
    }

    /// Whether they say little of a partition that was read to `read`: each log has its first record.
    package func areWeak(_ read: [Int64]) -> Bool { zip(offsets, read).contains { $0 <= 0 && $1 > 0 } }

    /// The first partition whose log cannot be the one that was marked, by the first offsets that `time` has now.
    package func replaced(_ firstOffsets: [Int64?]) -> Int? {
        offsets.indices.first { partition in
            guard let first = firstOffsets[partition] else { return false }
            return first < offsets[partition]
        }
    }
}
