import FreshetKafka
import Foundation
import Testing

/// A daemon that reads a shop's log: its group, outputs and state are its own, and shared by its instances.
struct ShopDaemon {
    let log: ShopLog
    let group: String
    private let configuration: URL
    private let state: URL
    /// Asks for the group's offsets.
    private let member: Consumer

    init(_ name: String, reading log: ShopLog, conflates: Bool) throws {
        self.log = log
        group = "\(log.name)-\(name)"
        configuration = log.folder.appending(path: "\(name).yaml")
        state = log.folder.appending(path: name)
        member = try Consumer(KafkaClientConfiguration(brokers: log.brokers), groupID: group)
        try Self.configuration(group, log, conflates: conflates).write(to: configuration, atomically: true, encoding: .utf8)
    }

    /// Small batches and checkpoints often, so that every step comes soon.
    private static func configuration(_ group: String, _ log: ShopLog, conflates: Bool) -> String {
        """
        kafka: {brokers: "\(log.brokers)", group: \(group)}
        topics:
          events:
            - {name: \(log.name)-clicks, type: click}
            - {name: \(log.name)-carts, type: cart}
            - {name: \(log.name)-purchases, type: purchase}
            - {name: \(log.name)-others}
          recommendations: \(group)-recommendations
          similar_items: \(group)-similar-items
          dead_letters: \(group)-dead-letters
          journal: \(group)-journal
        state: {checkpoint_events_max: 500}
        batch: {events_max: 100}
        events: {tick: off, max_record_bytes: 16KiB}
        publish: {conflate: \(conflates)}
        """
    }

    /// Starts an instance. `state` is another folder than the daemon's, for a second instance on another host.
    func start(_ run: String, killedAt: String? = nil, state: String? = nil) throws -> FreshetProcess {
        let folder = state.map { log.folder.appending(path: $0) } ?? self.state
        return try FreshetProcess(
            ["run", "--config", configuration.path(), "--state", folder.path()], log: log.folder.appending(path: "\(run).log"), killedAt: killedAt)
    }

    /// Runs until all is read, and stops gracefully.
    func runToEnd(_ run: String) throws {
        let process = try start(run)
        try waitUntilRead(by: process)
        process.send(SIGTERM)
        let end = process.waitForEnd()
        #expect(end == 0, "\(process.logged)")
    }

    /// Waits until the group has committed all there is to read.
    func waitUntilRead(by process: FreshetProcess) throws {
        let isRead = try waitUntil { try !process.isRunning || log.isRead(byGroupOf: member) }
        #expect(isRead && process.isRunning, "\(process.logged)")
    }

    /// The records of an output: `recommendations`, `similar-items`, `dead-letters`.
    func published(_ output: String) throws -> [PublishedRecord] { try log.read("\(group)-\(output)") }

    /// The digests of its state, as JSON.
    func digests() throws -> String {
        let text = try FreshetProcess.output(["inspect", "state", "--json", "--config", configuration.path(), "--state", state.path()])
        let start = try #require(text.range(of: "\"digests\":"))
        return String(text[start.lowerBound...])
    }
}
