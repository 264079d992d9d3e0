import FreshetKernels

/// An open session of a user: its last items, newest first.
struct Session: BitwiseCopyable {
    /// The fingerprint of the session's id; 0 where sessions end by silence.
    var key: UInt64
    /// The time of its last event.
    var last: EventTime
    /// Items held in `steps`.
    var count: UInt32 = 0
    /// Items, newest first, without immediate repeats.
    var steps = InlineArray<16, UInt32>(repeating: 0)

    /// A session that begins.
    init(key: UInt64, last: EventTime) {
        self.key = key
        self.last = last
    }

    /// Puts an item in front; at most `limit` stay.
    mutating func push(_ item: UInt32, limit: Int) {
        guard count == 0 || steps[0] != item else { return }
        let kept = min(Int(count), limit - 1)
        for index in stride(from: kept, to: 0, by: -1) { steps[index] = steps[index - 1] }
        steps[0] = item
        count = UInt32(kept + 1)
    }

    /// Takes an item out.
    mutating func remove(_ item: UInt32) {
        var kept = 0
        for index in 0..<Int(count) where steps[index] != item {
            steps[kept] = steps[index]
            kept += 1
        }
        for index in kept..<Int(count) { steps[index] = 0 }
        count = UInt32(kept)
    }

    /// The key of a session id.
    static func key(of id: ByteView) -> UInt64 { id.isEmpty ? 0 : Fingerprint(of: id).high | 1 }
}
