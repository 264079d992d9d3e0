/// How far one partition was handed over.
struct ReadPosition {
    /// The offset behind the last record or end.
    private(set) var next: Int64
    /// The end that was told last; −1 before the first.
    private var end: Int64 = -1

    /// Nothing is handed over yet.
    init(next: Int64) { self.next = next }

    /// Notes that a record is handed over. The client may bring one twice: who reads drops it.
    mutating func passes(_ offset: Int64) { next = max(next, offset + 1) }

    /// Whether an end at `position` is news: an older one says nothing.
    mutating func reaches(_ position: Int64) -> Bool {
        guard position >= next else { return false }
        (next, end) = (position, position)
        return true
    }

    /// Whether there is more below the high watermark `high`, as far as is known: an open transaction's records are not to be had.
    func isShort(of high: Int64) -> Bool { next != end && high > next }
}
