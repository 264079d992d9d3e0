import Foundation
import Testing

/// Outputs that go out slowly, or not at all. Run with `FRESHET_KAFKA_SH`; `FRESHET_NIGHTLY=1` makes it long.
@Suite(.enabled(if: OwnBroker.script != nil, "FRESHET_KAFKA_SH names no script"), .serialized)
struct StuckOutputTests {
    private static let memoryMax = 300 << 20
    private static let quota = ["--alter", "--entity-type", "clients", "--entity-name", "slow"]

    /// A quota of the brokers for the daemon's client: what is made in a second takes it a minute.
    @Test("FAULTS 22: while outputs go out slowly the input waits in its topics, memory is bounded, and all is published once")
    func slowOutputsHoldUpTheInput() throws {
        let broker = try OwnBroker()
        let log = try ShopLog(records: Nightly.isOn ? 40_000 : 5_000, brokers: broker.bootstrap)
        defer { log.delete() }
        let daemon = try log.daemon("slow", conflates: false, kafka: "properties: {client.id: slow}")
        // Written before the start: in which order partitions come to a daemon that waits is chance, and the outputs follow that order.
        try log.write()
        try broker.useTool("configs", Self.quota + ["--add-config", "producer_byte_rate=20000"])
        let process = try daemon.start("slow")
        sleep(Nightly.isOn ? 300 : 10)
        #expect(process.isRunning && isBehind(daemon), "\(process.logged)")
        try broker.useTool("configs", Self.quota + ["--delete-config", "producer_byte_rate"])
        try daemon.waitUntilRead(by: process, within: .seconds(180))
        try expectEnd(of: process)
        try log.expectSame(daemon, "slow")
    }

    /// Lists lie on a broker of their own, which stands still; the journal, the offsets and the input are with the others.
    @Test(
        "FAULTS 22: while one output is stuck the batch is kept, the input waits, and all is published once when it takes records again",
        .enabled(if: Nightly.isOn, "FRESHET_NIGHTLY is not 1"))
    func aStuckOutputHoldsUpTheInput() throws {
        let broker = try OwnBroker(options: ["--brokers", "3"])
        let log = try ShopLog(records: 20_000, brokers: broker.bootstrap)
        defer { log.delete() }
        let daemon = try log.daemon("stuck", conflates: false)
        try broker.useTool(
            "topics", ["--create", "--topic", daemon.topic("recommendations"), "--replica-assignment", "3", "--config", "min.insync.replicas=1"])
        try log.write()
        let process = try daemon.start("stuck")
        let hasBegun = waitUntil { daemon.committedOffsets() > 0 }
        try broker.perform("pause", node: 3)
        #expect(hasBegun && isBehind(daemon), "\(process.logged)")
        let isTold = waitUntil { process.logged.contains("not ready") || process.logged.contains("broker away") }
        #expect(isTold, "\(process.logged)")
        sleep(60)
        #expect(process.isRunning && isBehind(daemon), "\(process.logged)")
        try broker.perform("resume", node: 3)
        try daemon.waitUntilRead(by: process, within: .seconds(300))
        try expectEnd(of: process)
        try log.expectSame(daemon, "stuck")
    }

    /// While a transaction is open the broker may withhold what is committed.
    private func isBehind(_ daemon: TestDaemon) -> Bool { (try? daemon.hasReadAll()) != true }

    private func expectEnd(of process: FreshetProcess) throws {
        let memory = try process.peakMemory()
        #expect(memory < Self.memoryMax, "\(memory >> 20) MiB")
        process.send(SIGTERM)
        let end = process.waitForEnd()
        #expect(end == 0, "\(process.logged)")
    }
}
