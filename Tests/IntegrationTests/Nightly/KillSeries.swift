import FreshetKafka
import FreshetRuntime
import Foundation
import Testing

/// A daemon that is killed again and again while a log is written, a piece before each kill.
final class KillSeries {
    private let log: TimedLog
    private let space: TopicSpace
    private let broker: OwnBroker
    private let daemon: TestDaemon
    private let inputs: [TopicPartition]
    private let member: Consumer
    private var written = 0
    /// How many kills met the daemon where.
    private(set) var places: [String: Int] = [:]
    private(set) var brokerKills = 0
    /// From the start of a process to its `ready`.
    private(set) var starts: [Duration] = []

    init(_ log: TimedLog, _ space: TopicSpace, _ broker: OwnBroker, _ daemon: TestDaemon, inputs: [TopicPartition]) throws {
        (self.log, self.space, self.broker, self.daemon, self.inputs) = (log, space, broker, daemon, inputs)
        member = try Consumer(KafkaClientConfiguration(brokers: space.brokers), groupID: daemon.group)
    }

    /// The kills that met a daemon.
    var daemonKills: Int { places.values.reduce(0, +) }

    func run(_ plan: KillPlan) throws {
        for (number, planned) in plan.kills.enumerated() {
            try write(to: log.records.count * (number + 1) / plan.kills.count)
            try kill(planned, "kill-\(number)")
        }
        try daemon.runToEnd("kill-last", within: .seconds(300))
    }

    private func write(to end: Int) throws {
        try space.write(Array(log.records[written..<end]))
        written = end
    }

    private func kill(_ planned: PlannedKill, _ name: String) throws {
        switch planned {
        case .step(let step, let times): try kill(at: step, times, name)
        case .midStart(let share):
            let run = try daemon.start(name)
            let usual = starts.isEmpty ? Duration.seconds(1) : starts.sorted()[starts.count / 2]
            usleep(UInt32(usual / .microseconds(1) * share))
            try kill(run)
        case .serving(let delay):
            let run = try daemon.start(name)
            try noteStart(run)
            usleep(UInt32(delay))
            try kill(run)
        case .broker(let delay):
            let run = try daemon.start(name)
            try noteStart(run)
            usleep(UInt32(delay))
            try broker.killAndRestart()
            brokerKills += 1
            try daemon.waitUntilRead(by: run, within: .seconds(120))
            run.send(SIGTERM)
            #expect(run.waitForEnd() == 0, "\(run.logged)")
        }
    }

    private func noteStart(_ run: FreshetProcess) throws { starts.append(try #require(run.waitUntilReady(), "\(run.logged)")) }

    private func kill(_ run: FreshetProcess) throws {
        run.send(SIGKILL)
        #expect(run.waitForEnd() == -SIGKILL, "\(run.logged)")
        let isStarted = run.logged.contains(#""message":"ready""#)
        places[isStarted ? try isIdle() ? "idle" : "serving" : "start", default: 0] += 1
    }

    private func kill(at step: DaemonStep, _ times: Int, _ name: String) throws {
        let run = try daemon.start(name, killedAt: "\(step.rawValue):\(times)")
        if step == .drained {
            try noteStart(run)
            run.send(SIGTERM)
        }
        // A step that does not come, as a batch to catch up with after a checkpoint, leaves a daemon that has read all.
        let hasEnded = try waitUntil(within: .seconds(120)) { try !run.isRunning || isIdle() && run.logged.contains(#""message":"ready""#) }
        #expect(hasEnded, "\(run.logged)")
        // What is on its way to the step, as a checkpoint's end, gets there now.
        _ = waitUntil(within: .seconds(1)) { !run.isRunning }
        guard run.isRunning else {
            #expect(run.waitForEnd() == -SIGKILL, "\(step): \(run.logged)")
            places[step.rawValue, default: 0] += 1
            return
        }
        try kill(run)
    }

    /// Whether all that is written is committed. A broker that is asked while a transaction ends may have no answer.
    private func isIdle() throws -> Bool { (try? space.isRead(inputs, byGroupOf: member)) ?? false }
}
