/// Says when to tell of what may come thousands of times a second: a kind of it once in ten seconds, with how many there were.
struct NoticePace {
    static let interval: Int64 = 10_000

    private var kinds: [String: (toldAt: Int64, count: Int)] = [:]

    /// Counts `count` more at the time `now`, in milliseconds. Answers how many came since the last answer; `nil` where it is too early to tell.
    mutating func add(_ kind: String, count: Int = 1, at now: Int64) -> Int? {
        let last = kinds[kind]
        let count = (last?.count ?? 0) + count
        if let last, now - last.toldAt < NoticePace.interval {
            kinds[kind] = (last.toldAt, count)
            return nil
        }
        kinds[kind] = (now, 0)
        return count
    }
}
