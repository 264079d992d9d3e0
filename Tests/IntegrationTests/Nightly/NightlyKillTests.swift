import FreshetKernels
import FreshetKafka
import Foundation
import Testing

/// Hundreds of SIGKILLs of daemon and broker over public logs leave no trace in outputs or state.
///
/// Run with `FRESHET_NIGHTLY=1 FRESHET_KAFKA_SH=script FRESHET_SHARED_DATA=folder`; the broker is the test's own. `FRESHET_KILLS=N` makes it shorter.
@Suite(
    .enabled(if: Nightly.isOn, "FRESHET_NIGHTLY is not 1"), .enabled(if: OwnBroker.script != nil, "FRESHET_KAFKA_SH names no script"),
    .enabled(if: RealLog.folder != nil, "FRESHET_SHARED_DATA names no folder of public logs"), .serialized)
struct NightlyKillTests {
    private static let kills = ProcessInfo.processInfo.environment["FRESHET_KILLS"].flatMap(Int.init) ?? 100
    /// A broker that was killed waits for the end of its former session, and meanwhile leads partitions that it then loses. A transaction whose
    /// time-out falls into that while is ended without a marker on the group's offsets (seen in Kafka 4.4.0), and hangs until an operator ends it.
    /// Short sessions keep a restart within the daemon's transaction time-out.
    private static let shortSessions = ["--set", "broker.session.timeout.ms=3000", "--set", "broker.heartbeat.interval.ms=500"]
    private static let outputs = ["recommendations", "similar-items", "dead-letters"]

    @Test(arguments: ["rsc15", "taobao"])
    func killedRunsPublishAndKeepWhatAnUninterruptedRunDoes(_ name: String) throws {
        let log = name == "rsc15" ? try TimedLog.rsc15() : try TimedLog.taobao()
        let broker = try OwnBroker(options: Self.shortSessions)
        let space = try TopicSpace(log.name, brokers: broker.bootstrap)
        defer { space.delete() }
        let inputs = try space.createTopic(TimedLog.topic, partitions: RealLog.partitions)
        let killed = try daemon("killed", log, space, inputs)
        let series = try KillSeries(log, space, broker, killed, inputs: inputs)
        let clock = ContinuousClock.now
        try series.run(KillPlan(daemonKills: Self.kills, brokerKills: Self.kills / 10, seed: log.name == "rsc15" ? 200 : 201))
        let killedTime = ContinuousClock.now - clock
        let reference = try daemon("whole", log, space, inputs)
        try reference.runToEnd("whole", within: .seconds(300))
        var compared: [(String, Int)] = []
        for output in Self.outputs { compared.append((output, try killed.expectSamePublished(output, as: reference))) }
        // Every event has a record of similar items; the logs have few rows that are no events.
        #expect(compared[1].1 > log.records.count / 2)
        let (found, expected) = (try killed.digests(), try reference.digests())
        #expect(found == expected)
        #expect(series.daemonKills == Self.kills && series.brokerKills == Self.kills / 10)
        report(log, series, compared, killedTime)
    }

    private func daemon(_ name: String, _ log: TimedLog, _ space: TopicSpace, _ inputs: [TopicPartition]) throws -> TestDaemon {
        let settings = """
            state: {checkpoint_events_max: 500}
            batch: {events_max: 100}
            events: {tick: off}
            publish: {conflate: false, list_length: 10}
            """
        let event = "{name: \(space.topic(TimedLog.topic)), format: \(log.format)}"
        return try TestDaemon(name, in: space, reading: inputs, events: [event], settings: settings)
    }

    /// One line of JSON.
    private func report(_ log: TimedLog, _ series: KillSeries, _ compared: [(String, Int)], _ time: Duration) {
        func object(_ members: [(String, Int)]) -> String { "{" + members.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}" }
        let starts = series.starts.sorted().map { Int($0 / .milliseconds(1)) }
        let line = """
            {"log":"\(log.name)","events":\(log.records.count),"kills":\(series.daemonKills),"broker_kills":\(series.brokerKills),\
            "killed_at":\(object(series.places.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })),\
            "ready_ms":\(object([("starts", starts.count), ("median", starts[starts.count / 2]), ("max", starts[starts.count - 1])])),\
            "records_compared":\(object(compared)),"seconds":\(Int(time / .seconds(1)))}
            """
        print(line)
    }
}
