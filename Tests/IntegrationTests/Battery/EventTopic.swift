import FreshetCore
import FreshetKafka
import Foundation
import Testing

/// One topic of events for the test of a fault, and the daemons that read it.
struct EventTopic {
    let space: TopicSpace
    let inputs: [TopicPartition]

    /// `brokers` are those of the environment, unless the test has its own.
    init(_ purpose: String, partitions: Int = 1, settings: [String: String] = [:], brokers: String? = nil) throws {
        let space = try TopicSpace(purpose, brokers: brokers)
        self.space = space
        inputs = try space.createTopic("events", partitions: partitions, settings: settings)
    }

    /// A daemon whose steps come soon; `settings` are the lines of the configuration below `topics`, `kafka` further entries of that part, and
    /// `brokers` another way to the brokers.
    func daemon(_ name: String, settings: String = standard, brokers: String? = nil, kafka: String? = nil) throws -> TestDaemon {
        try TestDaemon(
            name, in: space, reading: inputs, events: ["{name: \(space.topic("events"))}"], settings: settings, brokers: brokers, kafka: kafka)
    }

    static let standard = """
        state: {checkpoint_events_max: 500}
        batch: {events_max: 100}
        events: {tick: off}
        publish: {conflate: false}
        """

    func write(_ records: [RawRecord]) throws { try space.write(records) }

    /// Writes clicks, each with a number of its own, by turns to the partitions; every `poison`-th is no JSON.
    func writeClicks(_ numbers: Range<Int>, poison: Int = .max) throws {
        let start = EventTopic.anHourAgo
        try write(
            numbers.map { number in
                let partition = Int32(number % inputs.count)
                guard number % poison < poison - 1 else { return RawRecord(topic: "events", partition: partition, value: Array("no JSON".utf8)) }
                return .event(
                    "u\(number % 10)", "i\(number % 37)", at: start + Int64(number), partition: partition, more: ",\"event_id\":\"e\(number)\"")
            })
    }

    func delete() { space.delete() }

    /// An hour ago, in milliseconds since the epoch.
    static var anHourAgo: Int64 { now - 3_600_000 }

    static var now: Int64 { Int64(Date.now.timeIntervalSince1970 * 1000) }
}

extension RawRecord {
    /// An event of the topic `events`; `more` are further members, each behind a comma.
    static func event(
        _ user: String, _ item: String, type: EventType = .click, at time: Int64, partition: Int32 = -1, more: String = ""
    ) -> RawRecord {
        let value = "{\"user_id\":\"\(user)\",\"item_id\":\"\(item)\",\"type\":\"\(type.name)\",\"timestamp\":\(time)\(more)}"
        return RawRecord(topic: "events", partition: partition, key: Array(user.utf8), value: Array(value.utf8))
    }
}

extension TestDaemon {
    /// What `inspect` shows: `["state"]`, `["user", id]` or `["item", id]`.
    func inspect(_ what: [String]) throws -> JSONValue {
        try JSONValue(try FreshetProcess.output(["inspect"] + what + ["--json", "--config", configuration.path(), "--state", state.path()]))
    }

    /// Starts `freshet load` into what it reads: a busy shop, until it is told to stop.
    func startLoad(eventsPerSecond rate: Int) throws -> FreshetProcess {
        try FreshetProcess(
            ["load", "--config", configuration.path(), "--rate", "\(rate)", "--seconds", "3600"], log: configuration.appendingPathExtension("load"))
    }

    /// What the journal says of each batch, in its order.
    func journalledBatches() throws -> [Int64] {
        try published("journal").map { record in
            let text = String(decoding: try #require(record.value), as: UTF8.self)
            return try #require(try JSONValue(text)["batch"]?.integer)
        }
    }
}

extension FreshetProcess {
    /// Batches of the journal that the start of this run has applied again.
    func replayedBatches() throws -> Int64 { try #require(try lastLine("ready")["replayed"]?.integer) }

    /// The processor time of all its threads so far.
    func processorTime() throws -> Duration {
        let line = try String(contentsOf: URL(filePath: "/proc/\(number)/stat"), encoding: .utf8)
        // Behind the name, which may hold spaces: the 12th and 13th field, in hundredths of a second.
        let fields = try #require(line.split(separator: ")").last).split(separator: " ")
        let ticks = try fields[11...12].map { try #require(Int64($0)) }
        return .milliseconds(10 * ticks.reduce(0, +))
    }

    /// The most memory that it held so far, in bytes.
    func peakMemory() throws -> Int {
        let status = try String(contentsOf: URL(filePath: "/proc/\(number)/status"), encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
        return try #require(line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }) << 10
    }
}
