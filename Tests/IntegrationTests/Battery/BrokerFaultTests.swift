import FreshetCore
import FreshetKernels
import Foundation
import Testing

/// What brokers do while a daemon writes: they stand still, stop, die, are away. Run with `FRESHET_KAFKA_SH`; `FRESHET_NIGHTLY=1` makes it long.
@Suite(.enabled(if: OwnBroker.script != nil, "FRESHET_KAFKA_SH names no script"), .serialized)
struct BrokerFaultTests {
    private static let records = 10_000
    /// Small batches, so that the log lasts.
    private static let batchEventsMax = 20
    private static let memoryMax = 300 << 20

    /// What happens to all brokers at once.
    private enum Fault {
        /// SIGSTOP for so many seconds.
        case pause(UInt32)
        /// SIGTERM, then so many seconds without.
        case stop(UInt32)
        /// SIGKILL, then so many seconds without.
        case kill(UInt32)
    }

    /// A pause beyond the transaction's time leaves a commit's result unknown.
    private static let faults: [Fault] =
        [.pause(1), .pause(4), .stop(0), .kill(0), .kill(12)] + (Nightly.isOn ? [.pause(60), .stop(60), .kill(300), .kill(0), .stop(0)] : [])

    @Test("FAULTS 6, 7: brokers stand still, stop, die and are away: the daemon lives, says so, resumes alone, once, byte by byte")
    func theDaemonOutlivesItsBrokers() throws {
        let broker = try OwnBroker()
        let log = try ShopLog(records: Self.records, brokers: broker.bootstrap)
        defer { log.delete() }
        try log.write()
        let daemon = try log.daemon(
            "struck", conflates: false, batchEventsMax: Self.batchEventsMax,
            kafka: "properties: {transaction.timeout.ms: 2000, socket.timeout.ms: 2000}")
        let process = try daemon.start("struck")
        #expect(process.waitUntilReady() != nil, "\(process.logged)")
        var random = SplitMix64(seed: 7)
        for fault in Self.faults {
            usleep(UInt32(200_000 + random.next(below: 400_000)))
            let before = daemon.committedOffsets()
            try strike(broker, fault)
            print("\(fault): goes on \(daemon.waitForProgress(of: process, beyond: before)) after the broker is back")
        }
        try daemon.waitUntilRead(by: process, within: .seconds(120))
        let memory = try process.peakMemory()
        print("peak memory \(memory >> 20) MiB")
        #expect(memory < Self.memoryMax)
        let isReady = try waitUntil { try process.lastLine("figures")["ready"] == .bool(true) }
        #expect(isReady, "\(process.logged)")
        #expect(process.logged.contains("broker away") && process.logged.contains("broker back"), "\(process.logged)")
        process.send(SIGTERM)
        let end = process.waitForEnd()
        #expect(end == 0, "\(process.logged)")
        try log.expectSame(daemon, "struck")
    }

    @Test(
        "FAULTS 8: three brokers are killed and restarted one after another: the coordinators move, the daemon backs off and goes on",
        .enabled(if: Nightly.isOn, "FRESHET_NIGHTLY is not set"))
    func coordinatorsMove() throws {
        let broker = try OwnBroker(options: ["--brokers", "3"])
        let log = try ShopLog(records: Self.records, brokers: broker.bootstrap)
        defer { log.delete() }
        try log.write()
        let daemon = try log.daemon("moved", conflates: false, batchEventsMax: Self.batchEventsMax)
        let process = try daemon.start("moved")
        #expect(process.waitUntilReady() != nil, "\(process.logged)")
        for round in 0..<12 {
            usleep(500_000)
            let before = daemon.committedOffsets()
            let node = round % 3 + 1
            try broker.perform(round < 6 ? "kill" : "pause", node: node)
            sleep(3)
            try broker.perform(round < 6 ? "restart" : "resume", node: node)
            print("broker \(node), round \(round): goes on \(daemon.waitForProgress(of: process, beyond: before)) after it is back")
        }
        try daemon.waitUntilRead(by: process, within: .seconds(300))
        process.send(SIGTERM)
        let end = process.waitForEnd()
        #expect(end == 0, "\(process.logged)")
        try log.expectSame(daemon, "moved")
    }

    private func strike(_ broker: OwnBroker, _ fault: Fault) throws {
        switch fault {
        case .pause(let seconds):
            try broker.perform("pause")
            sleep(seconds)
            try broker.perform("resume")
        case .stop(let seconds):
            try broker.perform("stop")
            sleep(seconds)
            try broker.perform("restart")
        case .kill(let seconds):
            try broker.perform("kill")
            sleep(seconds)
            try broker.perform("restart")
        }
    }
}
