/// Says when to tell of refused outputs: a topic in ten seconds once, with how many there were. A topic that is too tight may refuse thousands a second.
struct RefusedOutputs {
    static let interval: Int64 = 10_000

    private var topics: [String: (toldAt: Int64, count: Int)] = [:]

    /// Counts one at the time `now`, in milliseconds. Answers how many came since the last answer; `nil` where it is too early to tell.
    mutating func add(_ topic: String, at now: Int64) -> Int? {
        let last = topics[topic]
        let count = (last?.count ?? 0) + 1
        if let last, now - last.toldAt < RefusedOutputs.interval {
            topics[topic] = (last.toldAt, count)
            return nil
        }
        topics[topic] = (now, 0)
        return count
    }
}
