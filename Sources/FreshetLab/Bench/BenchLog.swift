import FreshetCore
import FreshetKernels

/// The records of a Zipf shop, encoded one after the other: sessions that stay near a taste, three actions, 90 : 8 : 2.
final class BenchLog {
    private let records = ByteBuffer(capacity: 1 << 20)
    private var ends: [Int] = []

    init(events: Int, users: Int, items: Int, seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let userRanks = ZipfSampler(count: users)
        let itemRanks = ZipfSampler(count: items)
        for number in 0..<events {
            let user = userRanks.next(&random)
            let item = (itemRanks.next(&random) + Int(SplitMix64.mix(UInt64(user)) % 50) * items / 50) % items
            append(number, user: user, item: item, action: random.next(below: 100))
        }
    }

    /// The number of records.
    var count: Int { ends.count }

    /// The bytes of all records.
    var bytes: Int { records.count }

    /// The record at an index.
    subscript(index: Int) -> ByteView { records[(index == 0 ? 0 : ends[index - 1])..<ends[index]] }

    /// Decodes the first `count` records, and gives the arena back from time to time.
    func decode(_ count: Int, _ arena: ByteArena, _ body: (Event) -> Void) {
        let decoder = EventDecoder(format: .freshet, topicType: nil, recordBytesMax: 1 << 20)
        for index in 0..<count {
            if index % 1000 == 0 { arena.releaseAll() }
            if case .event(let event) = decoder.decode(value: self[index], key: nil, recordTime: nil, into: arena) { body(event) }
        }
    }

    private func append(_ number: Int, user: Int, item: Int, action: Int) {
        records.append("{\"event_id\":\"9f1c")
        records.append(decimal: Int64(10_000_000 + number))
        records.append("\",\"user_id\":\"u")
        records.append(decimal: Int64(user))
        records.append("\",\"session_id\":\"s")
        records.append(decimal: Int64(user))
        records.append("\",\"item_id\":\"i")
        records.append(decimal: Int64(item))
        records.append(action < 90 ? "\",\"type\":\"click\"" : action < 98 ? "\",\"type\":\"cart\"" : "\",\"type\":\"purchase\"")
        records.append(",\"timestamp\":\"")
        records.append(rfc3339: EventTime(milliseconds: 1_764_000_000_000 + Int64(number) * 100))
        records.append("\",\"price\":19.9,\"quantity\":1,\"currency\":\"EUR\"}")
        ends.append(records.count)
    }
}

/// The same records, decoded once and kept.
final class DecodedLog {
    private let arena = ByteArena()
    private(set) var events: [Event] = []
    let origin = EventOrigin(topic: .empty, partition: 0, offset: 0)

    init(_ log: BenchLog) {
        let decoder = EventDecoder(format: .freshet, topicType: nil, recordBytesMax: 1 << 20)
        events.reserveCapacity(log.count)
        for index in 0..<log.count {
            if case .event(let event) = decoder.decode(value: log[index], key: nil, recordTime: nil, into: arena) { events.append(event) }
        }
    }
}
