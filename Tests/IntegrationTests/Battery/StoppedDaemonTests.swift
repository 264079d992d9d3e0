import FreshetKernels
import Foundation
import Testing

/// A daemon that stands still for longer than its transaction may last, as in a debugger, in swap, or by SIGSTOP. Run with
/// `KAFKA_BOOTSTRAP=host:port`; `FRESHET_NIGHTLY=1` leaves the transaction its usual time.
@Suite(.enabled(if: TopicSpace.bootstrap != nil, "KAFKA_BOOTSTRAP names no broker"), .serialized)
struct StoppedDaemonTests {
    private static let timeout = Nightly.isOn ? 15 : 2
    private static let stop = UInt32(Nightly.isOn ? 120 : 4)
    private static let stops = Nightly.isOn ? 5 : 3
    private static let records = 4000
    /// Small batches, so that the log lasts.
    private static let batchEventsMax = 20
    private static var kafka: String { "properties: {transaction.timeout.ms: \(timeout * 1000), socket.timeout.ms: \(min(timeout, 5) * 1000)}" }

    @Test("FAULTS 5, 10: after SIGSTOP and SIGCONT the daemon's own nonce stands, and it goes on: once, byte by byte")
    func aStoppedDaemonGoesOn() throws {
        let log = try ShopLog(records: Self.records)
        defer { log.delete() }
        try log.write()
        let stopped = try log.daemon("stopped", conflates: false, batchEventsMax: Self.batchEventsMax, kafka: Self.kafka)
        let process = try stopped.start("stopped")
        #expect(process.waitUntilReady() != nil, "\(process.logged)")
        var random = SplitMix64(seed: 5)
        for _ in 0..<Self.stops {
            usleep(UInt32(100_000 + random.next(below: 200_000)))
            process.send(SIGSTOP)
            sleep(Self.stop)
            let before = stopped.committedOffsets()
            process.send(SIGCONT)
            print("after SIGSTOP for \(Self.stop) s: goes on after \(stopped.waitForProgress(of: process, beyond: before))")
        }
        try stopped.waitUntilRead(by: process)
        try expectEnd(of: process, 0)
        try log.expectSame(stopped, "stopped")
    }

    @Test("FAULTS 5, 33: a daemon that was replaced while it stood still exits 75, and nothing of it is seen")
    func aReplacedDaemonGivesWay() throws {
        let log = try ShopLog(records: Self.records)
        defer { log.delete() }
        try log.write()
        let daemon = try log.daemon("replaced", conflates: false, batchEventsMax: Self.batchEventsMax, kafka: Self.kafka)
        let first = try daemon.start("first")
        #expect(first.waitUntilReady() != nil, "\(first.logged)")
        usleep(300_000)
        first.send(SIGSTOP)
        // The other host has a copy of the folder, which the first one locks.
        let folder = log.space.folder
        try FileManager.default.copyItem(at: folder.appending(path: "replaced"), to: folder.appending(path: "elsewhere"))
        let second = try daemon.start("second", state: "elsewhere")
        #expect(second.waitUntilReady() != nil, "\(second.logged)")
        first.send(SIGCONT)
        try expectEnd(of: first, 75)
        try daemon.waitUntilRead(by: second)
        try expectEnd(of: second, 0)
        // The first left the second alone: no new producer of its own.
        #expect(!second.logged.contains("FENCED"), "\(second.logged)")
        try log.expectSame(daemon, "replaced", state: "elsewhere")
    }

    private func expectEnd(of process: FreshetProcess, _ code: Int32) throws {
        if code == 0 { process.send(SIGTERM) }
        let end = process.waitForEnd()
        #expect(end == code, "\(process.logged)")
    }
}
