import FreshetCore
import Foundation
import Testing

/// A public log in the order of time, as a shop would have written it: each partition is sorted, so that it may be read while it grows.
struct TimedLog {
    static let topic = "events"

    let name: String
    /// The entry of `topics.events` behind the topic's name.
    let format: String
    /// In the order of writing.
    let records: [RawRecord]

    private struct Row {
        var time: Int64
        var user: String
        var rank: UInt8
        var value: String
    }

    /// All of RecSys Challenge 2015's clicks, training and test, as JSON; a session is a user.
    static func rsc15() throws -> TimedLog {
        var rows: [Row] = []
        for line in try ["train", "test"].flatMap({ try RealLog.lines(of: "rsc15/\($0).tsv").dropFirst() }) {
            let cells = line.split(separator: "\t")
            let time = Int64((try #require(Double(cells[2]), "\(line)") * 1000).rounded())
            let value = """
                {"user_id":"\(cells[0])","session_id":"\(cells[0])","item_id":"\(cells[1])","type":"click","timestamp":\(time)}
                """
            rows.append(Row(time: time, user: String(cells[0]), rank: EventType.click.rawValue, value: value))
        }
        return TimedLog("rsc15", format: "freshet", rows)
    }

    /// Taobao's whole file, its rows as they are.
    static func taobao() throws -> TimedLog {
        let types: [Substring: EventType] = ["pv": .click, "cart": .cart, "buy": .purchase]
        var rows: [Row] = []
        for line in try RealLog.lines(of: "taobao/UserBehavior.csv") {
            let cells = line.split(separator: ",", omittingEmptySubsequences: false)
            let seconds = try #require(Int64(cells[4]), "\(line)")
            rows.append(Row(time: seconds * 1000, user: String(cells[0]), rank: types[cells[3]]?.rawValue ?? .max, value: String(line)))
        }
        return TimedLog("taobao", format: "taobao", rows)
    }

    private init(_ name: String, format: String, _ rows: [Row]) {
        self.name = name
        self.format = format
        let sorted = rows.enumerated().sorted { left, right in
            if left.element.time != right.element.time { return left.element.time < right.element.time }
            if left.element.user != right.element.user { return left.element.user.utf8.lexicographicallyPrecedes(right.element.user.utf8) }
            return (left.element.rank, left.offset) < (right.element.rank, right.offset)
        }
        records = sorted.map { _, row in
            let partition = Int32((Int(row.user) ?? 0) % RealLog.partitions)
            return RawRecord(topic: Self.topic, partition: partition, key: Array(row.user.utf8), value: Array(row.value.utf8))
        }
    }
}
