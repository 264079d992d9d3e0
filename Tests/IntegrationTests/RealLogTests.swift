import FreshetCore
import FreshetKafka
import Foundation
import Testing

/// Public logs through a real Kafka and the real daemon. Run with `KAFKA_BOOTSTRAP=host:port` and `FRESHET_SHARED_DATA=folder`.
@Suite(
    .enabled(if: TopicSpace.bootstrap != nil, "KAFKA_BOOTSTRAP names no broker"),
    .enabled(if: RealLog.folder != nil, "FRESHET_SHARED_DATA names no folder of public logs"), .serialized)
struct RealLogTests {
    private static let day: Int64 = 86_400_000
    private static let listLength = 10

    /// Sorted by user, the file makes most of a user's events late for a window of three days: every record is accounted for all the same.
    @Test("FAULTS 17: a log out of order by days is accounted for, record by record")
    func taobaoIsAccountedForAndWhatIsReadBackKeepsTheContract() throws {
        let log = try RealLog.taobao()
        let account = LogAccount(of: log, window: 3 * Self.day)
        #expect(account.figures.late > 10_000 && account.figures.ignored > 1000)
        let run = try Run(log, "taobao", topics: ["events"], conflates: true, window: "3d") { "{name: \($0), format: taobao}" }
        defer { run.space.delete() }
        try run.expectFigures(account.figures)
        let lists = try run.lists(account)
        expectOrder(of: lists, account)
        #expect(Set(lists.map(\.user)) == Set(account.inOrder.map(\.user)))
        let similar = try run.similar()
        #expect(Set(similar.map(\.item)).isSubset(of: Set(account.inOrder.map(\.item))))
        #expect(similar.contains { $0.others.count == Self.listLength })
    }

    /// In the order of time and without conflation, each event has its list and its record of similar items, and nothing else is written.
    @Test func retailRocketIsAccountedForAndEveryEventHasItsOutputs() throws {
        let log = try RealLog.retailRocket()
        let account = LogAccount(of: log, window: 30 * Self.day)
        #expect(account.figures.duplicates > 0)
        let types = ["carts": "cart", "transactions": "purchase", "views": "click"]
        let topics = types.keys.sorted()
        let run = try Run(log, "retailrocket", topics: topics, conflates: false, window: "30d") { topic in
            let type = types.first { topic.hasSuffix($0.key) }?.value ?? ""
            let fields = "user_id: visitorid, item_id: itemid, timestamp: ts_ms, order_id: transactionid"
            return "{name: \(topic), type: \(type), format: {preset: freshet, time: milliseconds, fields: {\(fields)}}}"
        }
        defer { run.space.delete() }
        try run.expectFigures(account.figures)
        let lists = try run.lists(account)
        expectOrder(of: lists, account)
        #expect(lists.count == account.figures.applied && Set(lists.map(\.trigger)).count == lists.count)
        let similar = Dictionary(grouping: try run.similar(), by: \.item).mapValues { $0.map(\.generatedAt) }
        let expected = Dictionary(grouping: account.inOrder, by: \.item).mapValues { $0.map(\.time.rfc3339) }
        #expect(similar == expected)
    }

    /// A user's lists stand in the order of the events that caused them, and none shows what the user had bought by then.
    private func expectOrder(of lists: [ListRecord], _ account: LogAccount) {
        let histories = Dictionary(grouping: account.inOrder, by: \.user)
        var last: [String: Int] = [:]
        var checked = 0
        for list in lists {
            guard let cause = account.effects[list.trigger] else { continue }
            #expect(last[list.user].map { $0 < cause.number } ?? true, "\(list.trigger)")
            last[list.user] = cause.number
            let history = histories[list.user] ?? []
            // A longer history has let go of its oldest items.
            guard Set(history.map(\.item)).count <= 100 else { continue }
            let bought = history.filter { row in
                row.type == .purchase
                    && account.effects[LogAccount.Place(topic: row.topic, partition: row.partition, offset: row.offset)].map {
                        $0.number <= cause.number
                    }
                        ?? false
            }
            #expect(Set(list.items).isDisjoint(with: bought.map(\.item)), "\(list.trigger)")
            if !bought.isEmpty { checked += 1 }
        }
        #expect(checked > 20)
    }

    /// A log in topics of its own, and a daemon that has read all of it.
    private struct Run {
        let space: TopicSpace
        private let daemon: TestDaemon
        private let started = Int64(Date.now.timeIntervalSince1970 * 1000)
        private let ended: FreshetProcess
        private let log: RealLog

        init(_ log: RealLog, _ name: String, topics: [String], conflates: Bool, window: String, _ event: (String) -> String) throws {
            self.log = log
            let space = try TopicSpace(name)
            self.space = space
            let inputs = try topics.flatMap { try space.createTopic($0, partitions: RealLog.partitions) }
            try space.write(log.records)
            let settings = """
                publish: {conflate: \(conflates), list_length: \(RealLogTests.listLength)}
                signals: {item_similarity: {window: \(window)}}
                """
            daemon = try TestDaemon(name, in: space, reading: inputs, events: topics.map { event(space.topic($0)) }, settings: settings)
            let clock = ContinuousClock.now
            ended = try daemon.runToEnd(name, within: .seconds(300))
            print("\(name): \(log.records.count) records from Kafka to Kafka in \(ContinuousClock.now - clock)")
        }

        func expectFigures(_ expected: Figures) throws {
            let line = try ended.lastLine("figures")
            #expect(try Figures(line) == expected)
            #expect(expected.records == log.records.count)
            #expect(line["lag"]?.integer == 0 && line["pending"]?.integer == 0)
            #expect(try KcatRecord.read(daemon.topic("dead-letters"), from: space.brokers).count == expected.deadLetters)
        }

        func lists(_ account: LogAccount) throws -> [ListRecord] {
            try records("recommendations", figure: "lists").map {
                try ListRecord($0, account.effects, topicPrefix: space.topic(""), lengthMax: RealLogTests.listLength)
            }
        }

        func similar() throws -> [SimilarRecord] {
            try records("similar-items", figure: "similar_items").map { try SimilarRecord($0, lengthMax: RealLogTests.listLength) }
        }

        private func records(_ output: String, figure: String) throws -> [KcatRecord] {
            let records = try KcatRecord.read(daemon.topic(output), from: space.brokers)
            #expect(try ended.lastLine("figures")[figure]?.integer == Int64(records.count), "\(output)")
            #expect(records.allSatisfy { $0.timestamp >= started }, "\(output)")
            return records
        }
    }
}
