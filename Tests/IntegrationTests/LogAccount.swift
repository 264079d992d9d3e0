import FreshetCore

/// What must become of a log's rows, worked out from the log alone: merged by heads, then judged one by one.
struct LogAccount {
    /// Where a row stands in the broker.
    struct Place: Hashable {
        var topic: String
        var partition: Int
        var offset: Int64
    }

    /// A row that has an effect, and its number in the order of application.
    struct Effect {
        var number: Int
        var row: RealLog.Row
    }

    private(set) var effects: [Place: Effect] = [:]
    private(set) var figures: Figures
    private var watermark = Int64.min
    private var seen: [Identity: Int64] = [:]
    private let window: Int64

    private static let lateness: Int64 = 60_000
    private static let dedupHorizon: Int64 = 24 * 3_600_000

    /// What makes two rows without an event id the same.
    private struct Identity: Hashable {
        var time: Int64
        var user: String
        var item: String
        var type: EventType
        var order: String
    }

    /// Under the defaults, but for the window in milliseconds.
    init(of log: RealLog, window: Int64) {
        self.window = window
        figures = Figures(applied: 0, late: 0, deadLetters: 0, duplicates: 0, ignored: log.ignored)
        var queues: [[RealLog.Row]] = Dictionary(grouping: log.rows) { "\($0.topic)-\($0.partition)" }.values.map { $0.reversed() }
        while let next = queues.indices.min(by: { Self.precedes(queues[$0].last!, queues[$1].last!) }) {
            judge(queues[next].removeLast())
            if queues[next].isEmpty { queues.remove(at: next) }
        }
    }

    private static func precedes(_ left: RealLog.Row, _ right: RealLog.Row) -> Bool {
        if left.time != right.time { return left.time < right.time }
        if left.user != right.user { return left.user.utf8.lexicographicallyPrecedes(right.user.utf8) }
        if left.type != right.type { return left.type.rawValue < right.type.rawValue }
        return (left.topic, left.partition, left.offset) < (right.topic, right.partition, right.offset)
    }

    private mutating func judge(_ row: RealLog.Row) {
        watermark = max(watermark, row.time - Self.lateness)
        let identity = Identity(time: row.time, user: row.user, item: row.item, type: row.type, order: row.order)
        if let time = seen[identity], time > watermark - Self.dedupHorizon {
            figures.duplicates += 1
            return
        }
        seen[identity] = row.time
        let place = Place(topic: row.topic, partition: row.partition, offset: row.offset)
        effects[place] = Effect(number: figures.applied, row: row)
        figures.applied += 1
        if row.time <= watermark - window { figures.late += 1 }
    }

    /// The rows with an effect in the order of application.
    var inOrder: [RealLog.Row] { effects.values.sorted { $0.number < $1.number }.map(\.row) }
}
