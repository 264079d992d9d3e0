import FreshetCore
import FreshetKernels
import Foundation
import Testing

/// One user who does more than all others, and more events than a daemon can keep up with. Run with `KAFKA_BOOTSTRAP=host:port`.
@Suite(.enabled(if: TopicSpace.bootstrap != nil, "KAFKA_BOOTSTRAP names no broker"), .serialized)
struct CrowdTests {
    private static let historyMax = 100
    private static let sessionMax = 100_000

    /// All of a bot's events are one session; each event of the others has its list.
    @Test("FAULTS 20: of a session of 100,000 events a bounded part is kept, and every other user gets every list")
    func oneUserCrowdsOutNobody() throws {
        let topic = try EventTopic("bot", partitions: 2)
        defer { topic.delete() }
        let start = EventTopic.anHourAgo
        let others = 1000
        var records: [RawRecord] = []
        for number in 0..<Self.sessionMax {
            let time = start + Int64(number) * 30
            records.append(.event("bot", "i\(number * 7919 % 3000)", at: time, more: ",\"session_id\":\"s\""))
            if number % 2 == 0 { records.append(.event("u\(number / 2 % others)", "i\(number % 500)", at: time + 1)) }
        }
        try topic.write(records)
        let daemon = try topic.daemon("bot", settings: "batch: {events_max: 1000}\nevents: {tick: off}\npublish: {every: 5, conflate: false}")
        let run = try daemon.start("bot")
        try daemon.waitUntilRead(by: run, within: .seconds(200))
        let peak = try run.peakMemory()
        run.send(SIGTERM)
        #expect(run.waitForEnd() == 0, "\(run.logged)")
        let figures = try run.lastLine("figures")
        #expect(try Figures(figures).applied == records.count)
        #expect(figures["bot_events"]?.integer ?? 0 > 90_000, "it is soon found out, and counts for nobody")
        let lists = Dictionary(grouping: try daemon.published("recommendations"), by: { String(decoding: $0.key ?? [], as: UTF8.self) })
        for other in 0..<others { #expect(lists["u\(other)"]?.count == Self.sessionMax / 2 / others / 5, "u\(other)") }

        let bot = try daemon.inspect(["user", "bot"])
        #expect(bot["events"]?.integer == Int64(Self.sessionMax))
        #expect(bot["history"]?.elements?.count == Self.historyMax)
        let sessions = try #require(bot["sessions"]?.elements)
        #expect(sessions.count == 1 && (sessions[0]["items"]?.elements?.count ?? .max) <= 16, "\(sessions)")
        print("a session of \(Self.sessionMax) events: at most \(peak >> 20) MiB")
    }

    /// Everything waits in the topic at once; what is read ahead of the engine is bounded, and so is memory.
    @Test("FAULTS 21: a burst is taken by backpressure, within bounded memory, and the lag drains")
    func aBurstIsTakenWithinBoundedMemory() throws {
        let topic = try EventTopic("burst", partitions: 4)
        defer { topic.delete() }
        let settings = """
            limits: {users_max: 20000, items_max: 2000, dedup_events_max: 50000}
            events: {tick: off}
            publish: {every: 10}
            """
        let daemon = try topic.daemon("burst", settings: settings)
        let run = try daemon.start("burst")
        #expect(run.waitUntilReady() != nil, "\(run.logged)")
        let (events, parts) = (Nightly.isOn ? 3_000_000 : 300_000, 10)
        let start = EventTopic.anHourAgo
        var pendingMax: Int64 = 0
        for part in 0..<parts {
            try topic.write(
                (0..<events / parts).map { number in
                    let place = part * events / parts + number
                    return .event("u\(place % 30_000)", "i\(place * 31 % 1500)", at: start + Int64(place) * 3_000_000 / Int64(events))
                })
            if run.logged.contains("figures") {
                pendingMax = max(pendingMax, try run.lastLine("figures")["pending"]?.integer ?? 0)
            }
        }
        try daemon.waitUntilRead(by: run, within: .seconds(400))
        let peak = try run.peakMemory()
        run.send(SIGTERM)
        #expect(run.waitForEnd() == 0, "\(run.logged)")
        let figures = try run.lastLine("figures")
        #expect(try Figures(figures).applied == events)
        #expect(figures["lag"]?.integer == 0 && figures["pending"]?.integer == 0)
        // Batches and what waits: 50,000 records, and at most one poll more for each partition.
        #expect(pendingMax <= 50_000 + 4 * 10_000)
        let bound = try memoryBound(of: daemon)
        #expect(peak < bound, "\(peak >> 20) MiB of \(bound >> 20)")
        print("a burst of \(events) events: at most \(peak >> 20) MiB of the \(bound >> 20) that `check` names")
    }

    /// A transaction an event, so that a few hundred a second are all that the daemon can do. They are long, so that those that wait would show.
    /// At night only: it leaves the other tests, some of which compare what comes in time, no room on two cores.
    @Test(
        "FAULTS 21: ten times the rate waits in its topic: memory stays under its limit, the daemon stays ready, and the lag drains",
        .enabled(if: Nightly.isOn, "FRESHET_NIGHTLY is not 1"))
    func tenTimesTheRateWaitsInTheTopic() throws {
        let topic = try EventTopic("rush", partitions: 4)
        defer { topic.delete() }
        let daemon = try topic.daemon("rush", settings: "batch: {events_max: 1}\nevents: {tick: off}")
        let run = try daemon.start("rush")
        #expect(run.waitUntilReady() != nil, "\(run.logged)")
        let rush = Rush(topic, bytes: 2_000)
        try rush.send(60, seconds: 3)
        try rush.send(600, seconds: 300)
        let left = rush.sent - Int(daemon.committedOffsets())
        #expect(left > rush.sent / 10, "it kept up with \(rush.sent - left) of \(rush.sent)")
        try rush.send(60, seconds: 3)
        let since = ContinuousClock.now
        try daemon.waitUntilRead(by: run, within: .seconds(3_600))
        print("a rush left \(left) of \(rush.sent) events: read \(ContinuousClock.now - since) after it")
        let peak = try run.peakMemory()
        #expect(peak < 288 << 20, "\(peak >> 20) MiB")
        run.send(SIGTERM)
        #expect(run.waitForEnd() == 0 && !run.logged.contains("not ready"), "\(run.logged)")
        let lines = run.logged.split(separator: "\n").filter { $0.contains("\"message\":\"figures\"") }
        let pending = try lines.map { try #require(try JSONValue(String($0))["pending"]?.integer) }
        // 64 MiB wait, and at most a poll more.
        #expect((pending.max() ?? .max) <= Int64((64 << 20) / rush.bytes + 100), "\(pending)")
        let figures = try run.lastLine("figures")
        #expect(try Figures(figures).applied == rush.sent && figures["lag"]?.integer == 0)
    }

    /// What `freshet check` says that the limits allow, in bytes.
    private func memoryBound(of daemon: TestDaemon) throws -> Int {
        let text = try FreshetProcess.output(["check", "--config", daemon.configuration.path()])
        let end = try #require(text.range(of: " MiB (users"), "\(text)")
        let digits = text[..<end.lowerBound].reversed().prefix { $0.isNumber }.reversed()
        return try #require(Int(String(digits))) << 20
    }
}

/// Events of a size, at a rate, that compression makes no smaller.
private final class Rush {
    let bytes: Int
    private(set) var sent = 0
    private let topic: EventTopic
    private let noise: [UInt8]
    private let start = EventTopic.anHourAgo

    init(_ topic: EventTopic, bytes: Int) {
        self.topic = topic
        self.bytes = bytes
        var random = SplitMix64(seed: 21)
        let digits = Array("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_".utf8)
        noise = (0..<1 << 20).map { _ in digits[random.next(below: 64)] }
    }

    /// Sends so many events a second for so many seconds, or as many as the broker takes.
    func send(_ rate: Int, seconds: Int) throws {
        let began = ContinuousClock.now
        for fifth in 0..<5 * seconds {
            let early = began + .milliseconds(200 * fifth) - ContinuousClock.now
            if early > .zero { usleep(UInt32(early / .microseconds(1))) }
            try topic.write((sent..<sent + rate / 5).map(event))
            sent += rate / 5
        }
    }

    private func event(_ number: Int) -> RawRecord {
        let place = number * bytes % (noise.count - bytes)
        let more = ",\"event_id\":\"e\(number)\",\"note\":\"\(String(decoding: noise[place..<place + bytes], as: UTF8.self))\""
        return .event("u\(number % 100)", "i\(number % 50)", at: start + Int64(number), more: more)
    }
}
