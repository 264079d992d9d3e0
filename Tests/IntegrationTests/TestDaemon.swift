import FreshetCore
import FreshetKafka
import Foundation
import Testing

/// A configured daemon: its group, outputs and state are its own, and shared by its instances.
struct TestDaemon {
    let group: String
    private let space: TopicSpace
    private let inputs: [TopicPartition]
    let configuration: URL
    /// The folder of its state.
    let state: URL
    /// Asks for the group's offsets.
    private let member: Consumer

    /// `events` are entries of `topics.events`, `settings` the lines of all other parts, `kafka` further entries of that part, all as YAML.
    /// `brokers` is another way to the space's brokers.
    init(
        _ name: String, in space: TopicSpace, reading inputs: [TopicPartition], events: [String], settings: String, brokers: String? = nil,
        kafka: String? = nil
    ) throws {
        self.space = space
        self.inputs = inputs
        group = "\(space.name)-\(name)"
        configuration = space.folder.appending(path: "\(name).yaml")
        state = space.folder.appending(path: name)
        member = try Consumer(KafkaClientConfiguration(brokers: space.brokers), groupID: group)
        let text = """
            kafka: {brokers: "\(brokers ?? space.brokers)", group: \(group)\(kafka.map { ", \($0)" } ?? "")}
            topics:
              events: [\(events.joined(separator: ", "))]
              recommendations: \(group)-recommendations
              similar_items: \(group)-similar-items
              dead_letters: \(group)-dead-letters
              journal: \(group)-journal
            \(settings)
            """
        try text.write(to: configuration, atomically: true, encoding: .utf8)
    }

    /// The full name of an output: `recommendations`, `similar-items`, `dead-letters`.
    func topic(_ output: String) -> String { "\(group)-\(output)" }

    /// Starts an instance. `state` is another folder than the daemon's, for a second instance on another host.
    /// `options` are further ones of `run`.
    func start(_ run: String, _ options: [String] = [], killedAt: String? = nil, state: String? = nil) throws -> FreshetProcess {
        let folder = state.map { space.folder.appending(path: $0) } ?? self.state
        return try FreshetProcess(
            ["run", "--config", configuration.path(), "--state", folder.path()] + options, log: space.folder.appending(path: "\(run).log"),
            killedAt: killedAt)
    }

    /// Runs until all is read, stops gracefully, and answers the process that has ended.
    @discardableResult
    func runToEnd(_ run: String, within limit: Duration = .seconds(60)) throws -> FreshetProcess {
        let process = try start(run)
        // A stop in the midst of a start saves nothing, and an earlier run may have read it all.
        #expect(process.waitUntilReady() != nil, "\(process.logged)")
        try waitUntilRead(by: process, within: limit)
        process.send(SIGTERM)
        let end = process.waitForEnd()
        #expect(end == 0, "\(process.logged)")
        return process
    }

    /// Waits until the group has committed all there is to read.
    func waitUntilRead(by process: FreshetProcess, within limit: Duration = .seconds(60)) throws {
        // While a transaction is open the broker may withhold what is committed.
        let isRead = waitUntil(within: limit) { !process.isRunning || (try? hasReadAll()) ?? false }
        #expect(isRead && process.isRunning, "\(process.logged)")
    }

    /// Offsets of its inputs that it has not committed yet.
    func lag() throws -> Int64 { try space.lag(inputs, ofGroupOf: member) }

    /// The sum of the offsets that the group has committed; waited for while a transaction withholds them.
    func committedOffsets() -> Int64 {
        var sum: Int64?
        _ = waitUntil {
            sum = try? sumOfOffsets()
            return sum != nil
        }
        return sum ?? 0
    }

    /// Waits until more is committed than `before`; how long it took.
    func waitForProgress(of process: FreshetProcess, beyond before: Int64) -> Duration {
        let began = ContinuousClock.now
        let goesOn = waitUntil(within: .seconds(120)) {
            !process.isRunning || (try? sumOfOffsets()) ?? 0 > before || (try? hasReadAll()) ?? false
        }
        #expect(goesOn && process.isRunning, "\(process.logged)")
        return ContinuousClock.now - began
    }

    private func sumOfOffsets() throws -> Int64 {
        try member.committed(inputs, timeoutMilliseconds: 500).reduce(0) { $0 + ($1?.offset ?? 0) }
    }

    /// Whether the group has committed all there is to read.
    func hasReadAll() throws -> Bool { try space.isRead(inputs, byGroupOf: member) }

    /// The committed records of an output.
    func published(_ output: String) throws -> [PublishedRecord] { try space.read(topic(output)) }

    /// The digests of its state, as JSON. `state` is another folder than the daemon's.
    func digests(state: String? = nil) throws -> String {
        let state = state.map { space.folder.appending(path: $0) } ?? self.state
        let text = try FreshetProcess.output(["inspect", "state", "--json", "--config", configuration.path(), "--state", state.path()])
        let start = try #require(text.range(of: "\"digests\":"))
        return String(text[start.lowerBound...])
    }
}

/// What the records of a run became, from the closing line of figures in its log.
struct Figures: Equatable {
    var applied: Int
    var late: Int
    var deadLetters: Int
    var duplicates: Int
    var ignored: Int

    init(applied: Int, late: Int, deadLetters: Int, duplicates: Int, ignored: Int) {
        self.applied = applied
        self.late = late
        self.deadLetters = deadLetters
        self.duplicates = duplicates
        self.ignored = ignored
    }

    init(_ line: JSONValue) throws {
        func count(_ name: String) throws -> Int { Int(try #require(line[name]?.integer, "\(name)")) }
        self.init(
            applied: try count("applied"), late: try count("late"), deadLetters: try count("dead_letters"), duplicates: try count("duplicates"),
            ignored: try count("ignored"))
    }

    /// All records.
    var records: Int { applied + deadLetters + duplicates + ignored }
}
