import FreshetCore
import Foundation
import Testing

/// A public log, read from the shared data folder and never a part of the project.
struct RealLog {
    /// The folder of the logs, from the environment.
    static let folder: URL? = ProcessInfo.processInfo.environment["FRESHET_SHARED_DATA"].map { URL(filePath: $0) }
    static let partitions = 4

    /// One row that Freshet must make an event of.
    struct Row {
        var topic: String
        var partition: Int
        var offset: Int64
        /// Milliseconds since the epoch.
        var time: Int64
        var user: String
        var item: String
        var type: EventType
        var order = ""
    }

    private(set) var records: [RawRecord] = []
    private(set) var rows: [Row] = []
    /// Rows of a type that the format ignores.
    private(set) var ignored = 0
    private var ends: [String: Int64] = [:]

    /// Taobao's whole file, as it is: sorted by user, so that time jumps back by days at every user.
    static func taobao() throws -> RealLog {
        var log = RealLog()
        let types: [Substring: EventType] = ["pv": .click, "cart": .cart, "buy": .purchase]
        for line in try lines(of: "taobao/UserBehavior.csv") {
            let cells = line.split(separator: ",", omittingEmptySubsequences: false)
            let seconds = try #require(Int64(cells[4]), "\(line)")
            let row = types[cells[3]].map {
                Row(topic: "events", partition: 0, offset: 0, time: seconds * 1000, user: String(cells[0]), item: String(cells[1]), type: $0)
            }
            try log.append(String(line), to: "events", of: String(cells[0]), row)
        }
        return log
    }

    /// RetailRocket's whole sample, in the order of time, a topic for each type; its columns become JSON under the publisher's names.
    static func retailRocket() throws -> RealLog {
        var log = RealLog()
        let topics: [Substring: (String, EventType)] = [
            "view": ("views", .click), "addtocart": ("carts", .cart), "transaction": ("transactions", .purchase),
        ]
        for line in try lines(of: "retailrocket/events.csv").dropFirst() {
            let cells = line.split(separator: ",", omittingEmptySubsequences: false)
            let (topic, type) = try #require(topics[cells[2]], "\(line)")
            var row = Row(topic: topic, partition: 0, offset: 0, time: 0, user: String(cells[1]), item: String(cells[3]), type: type)
            row.time = try #require(Int64(cells[0]), "\(line)")
            row.order = String(cells[4])
            let order = row.order.isEmpty ? "null" : "\"\(row.order)\""
            let value = """
                {"ts_ms":\(row.time),"visitorid":"\(row.user)","itemid":"\(row.item)","transactionid":\(order),"session_id":"\(cells[5])"}
                """
            try log.append(value, to: topic, of: row.user, row)
        }
        return log
    }

    static func lines(of path: String) throws -> [Substring] {
        let text = try String(contentsOf: try #require(folder).appending(path: path), encoding: .utf8)
        return text.split(whereSeparator: \.isNewline)
    }

    /// A user's rows go to one partition; `row` is `nil` for a type that is ignored.
    private mutating func append(_ value: String, to topic: String, of user: String, _ row: Row?) throws {
        let partition = try #require(Int(user), "\(value)") % Self.partitions
        let place = "\(topic)-\(partition)"
        if var row {
            row.partition = partition
            row.offset = ends[place, default: 0]
            rows.append(row)
        } else {
            ignored += 1
        }
        ends[place, default: 0] += 1
        records.append(RawRecord(topic: topic, partition: Int32(partition), key: Array(user.utf8), value: Array(value.utf8)))
    }
}
