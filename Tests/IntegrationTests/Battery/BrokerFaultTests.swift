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
    private static let pauses: [Fault] = [.pause(1), .pause(4)]
    private static let deaths: [Fault] =
        [.stop(0), .kill(0), .stop(12)] + (Nightly.isOn ? [.pause(60), .stop(60), .stop(300), .kill(0), .kill(300)] : [])
    /// A broker that was killed skips the markers of a transaction that times out before its former session has ended, and the group's offsets are
    /// withheld until an operator ends it (seen with Kafka 4.4): with short sessions, and the usual transaction time, it is back in time.
    private static let shortSessions = ["--set", "broker.session.timeout.ms=3000", "--set", "broker.heartbeat.interval.ms=500"]

    @Test("FAULTS 6, 7: brokers stand still, stop, die and are away: the daemon lives, says so, resumes alone, once, byte by byte")
    func theDaemonOutlivesItsBrokers() throws {
        let broker = try OwnBroker(options: Self.shortSessions)
        let log = try ShopLog(records: Self.records, brokers: broker.bootstrap)
        defer { log.delete() }
        try log.write()
        let paused = try log.daemon(
            "paused", conflates: false, batchEventsMax: Self.batchEventsMax,
            kafka: "properties: {transaction.timeout.ms: 2000, socket.timeout.ms: 2000}")
        try expectToOutlive(Self.pauses, paused, "paused", broker)
        let struck = try log.daemon("struck", conflates: false, batchEventsMax: Self.batchEventsMax)
        try expectToOutlive(Self.deaths, struck, "struck", broker)
        try log.expectSame(paused, "paused")
        try log.expectSame(struck, "struck")
    }

    private func expectToOutlive(_ faults: [Fault], _ daemon: TestDaemon, _ name: String, _ broker: OwnBroker) throws {
        let process = try daemon.start(name)
        #expect(process.waitUntilReady() != nil, "\(process.logged)")
        var random = SplitMix64(seed: 7)
        for fault in faults {
            usleep(UInt32(200_000 + random.next(below: 400_000)))
            let before = daemon.committedOffsets()
            try strike(broker, fault)
            print("\(fault): goes on \(daemon.waitForProgress(of: process, beyond: before)) after the broker is back")
        }
        try daemon.waitUntilRead(by: process, within: .seconds(120))
        let memory = try process.peakMemory()
        print("\(name): peak memory \(memory >> 20) MiB")
        #expect(memory < Self.memoryMax)
        #expect(process.logged.contains("broker away") && process.logged.contains("broker back"), "\(process.logged)")
        process.send(SIGTERM)
        let end = process.waitForEnd()
        #expect(end == 0, "\(process.logged)")
        #expect(try process.lastLine("figures")["ready"] == .bool(true), "\(process.logged)")
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
