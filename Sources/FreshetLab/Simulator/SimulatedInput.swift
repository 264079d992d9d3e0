import FreshetCore
import FreshetKafka
import FreshetKernels
import FreshetRuntime

/// The input topics of a simulated run: what stands at each offset, and in which order it arrives.
struct SimulatedInput {
    /// A record, and what must become of it.
    struct Entry {
        var record: ShopRecord
        /// The record's own time.
        var timestamp: Int64
    }

    static let topics = ["carts", "clicks", "others", "purchases"]
    static let partitionsPerTopic: Int32 = 2

    /// By topic name and number, as a daemon numbers them.
    let partitions: [TopicPartition]
    /// By partition and offset; `nil` is a gap, as an aborted transaction or compaction leaves.
    private(set) var logs: [[Entry?]]
    /// The partition of each entry, in the order of arrival.
    private(set) var arrivals: [Int] = []

    /// A shop's records. `hasGaps`: some offsets hold nothing that a reader sees.
    init(_ settings: ShopSettings, records: Int, hasGaps: Bool) {
        partitions = SimulatedInput.topics.flatMap { topic in
            (0..<SimulatedInput.partitionsPerTopic).map { TopicPartition(topic, $0) }
        }
        logs = partitions.map { _ in [] }
        var shop = SimulatedShop(settings: settings)
        var random = SplitMix64(seed: settings.seed ^ 0x1095)
        for _ in 0..<records {
            var record = shop.next()
            if random.next(below: 20) == 0 { withdrawConsent(&record) }
            if hasGaps, random.next(below: 10) == 0 { append(nil, to: random.next(below: partitions.count)) }
            append(Entry(record: record, timestamp: record.arrival.milliseconds), to: partition(of: record))
        }
    }

    private mutating func append(_ entry: Entry?, to partition: Int) {
        logs[partition].append(entry)
        arrivals.append(partition)
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
        logs.joined().compactMap { if case .rejected(let code) = $0?.record.expectation { "\(code.name)" } else { nil } }.sorted()
    }
}
