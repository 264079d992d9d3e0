import FreshetCore
import FreshetKafka
import FreshetKernels
import FreshetRuntime

/// The input topics of a simulated run: what stands at each offset, and in which order it arrives.
struct SimulatedInput {
    /// A record, and what must become of it.
    struct Entry {
        var key: [UInt8]
        /// `nil` is null.
        var value: [UInt8]?
        /// The record's own time.
        var timestamp: Int64
        var expectation: ShopRecord.Expectation
    }

    static let topics = ["carts", "clicks", "others", "purchases"]
    static let partitionsPerTopic: Int32 = 2

    /// By topic name and number, as a daemon numbers them, those of side topics last.
    let partitions: [TopicPartition]
    /// Those of events.
    let events: Range<Int>
    /// By partition: the side topic that it belongs to.
    let sides: [SideTopic?]
    /// By partition and offset; `nil` is a gap, as an aborted transaction or compaction leaves.
    private(set) var logs: [[Entry?]]
    /// The partition of each entry, in the order of arrival.
    private(set) var arrivals: [Int] = []

    /// A shop's records. `hasGaps`: some offsets hold nothing that a reader sees. `hasSides`: there are a catalogue and rules.
    init(_ settings: ShopSettings, records: Int, hasGaps: Bool, hasSides: Bool) {
        let partitions = SimulatedInput.topics.flatMap { topic in
            (0..<SimulatedInput.partitionsPerTopic).map { TopicPartition(topic, $0) }
        }
        let topics = hasSides ? SimulatedSides.topics : []
        self.partitions = partitions + topics.map { TopicPartition($0.name, 0) }
        events = partitions.indices
        sides = partitions.map { _ in nil } + topics.map(\.topic)
        logs = self.partitions.map { _ in [] }
        var said = SimulatedSides(settings)
        var shop = SimulatedShop(settings: settings)
        var random = SplitMix64(seed: settings.seed ^ 0x1095)
        for _ in 0..<records {
            var record = shop.next()
            if random.next(below: 20) == 0 { withdrawConsent(&record) }
            if hasGaps, random.next(below: 10) == 0 { append(nil, to: random.next(below: partitions.count)) }
            append(
                Entry(key: record.key, value: record.value, timestamp: record.arrival.milliseconds, expectation: record.expectation),
                to: partition(of: record))
            if hasSides, random.next(below: 3) == 0 { append(said.next(), at: record.arrival) }
        }
    }

    private mutating func append(_ entry: Entry?, to partition: Int) {
        logs[partition].append(entry)
        arrivals.append(partition)
    }

    private mutating func append(
        _ said: (topic: SideTopic, key: String, value: String?, expectation: ShopRecord.Expectation), at time: EventTime
    ) {
        guard let partition = sides.firstIndex(of: said.topic) else { return }
        let value = said.value.map { Array($0.utf8) }
        append(Entry(key: Array(said.key.utf8), value: value, timestamp: time.milliseconds, expectation: said.expectation), to: partition)
    }

    private func partition(of record: ShopRecord) -> Int {
        let topic = SimulatedInput.topics.firstIndex(of: "\(record.topic)") ?? 0
        let place = record.key.withUnsafeBytes { MemoryCluster.partition(of: ByteView($0), count: Int(SimulatedInput.partitionsPerTopic)) }
        return topic * Int(SimulatedInput.partitionsPerTopic) + Int(place)
    }

    private func withdrawConsent(_ record: inout ShopRecord) {
        guard record.expectation == .applied, record.value.first == UInt8(ascii: "{") else { return }
        record.value = Array("{\"consent\":false,".utf8) + record.value.dropFirst()
    }

    /// How a daemon reads a topic.
    static func decoder(of topic: String, recordBytesMax: Int) -> EventDecoder {
        let types: [String: EventType] = ["carts": .cart, "clicks": .click, "purchases": .purchase]
        return EventDecoder(format: .freshet, topicType: types[topic], recordBytesMax: recordBytesMax)
    }

    /// The codes that the dead letters must state, sorted.
    var rejections: [String] {
        logs.joined().compactMap { if case .rejected(let code) = $0?.expectation { "\(code.name)" } else { nil } }.sorted()
    }
}
