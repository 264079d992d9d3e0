import FreshetCore
import FreshetKernels

/// Some records of a shop's load, one after the other: made without a clock running, so that only their decoding is measured.
final class LoadChunk {
    private let records = ByteBuffer(capacity: 1 << 20)
    private let key = ByteBuffer()
    private let value = ByteBuffer()
    private let arena = ByteArena()
    private var ends: [Int] = []

    /// Puts the next `count` records of a load in the place of those that are there. `time` is the event time of an event, by its number.
    func fill(_ count: Int, from load: inout ShopLoad, time: (Int) -> EventTime) {
        records.removeAll()
        ends.removeAll(keepingCapacity: true)
        for _ in 0..<count {
            _ = load.next(at: time(load.number), key: key, value: value)
            records.append(value.view)
            ends.append(records.count)
        }
    }

    /// Decodes them one by one. What is told of an event ends with the call.
    func decode(_ body: (Event) -> Void) {
        let decoder = EventDecoder(format: .freshet, topicType: nil, recordBytesMax: 1 << 20)
        arena.releaseAll()
        var start = 0
        for end in ends {
            if case .event(let event) = decoder.decode(value: records[start..<end], key: nil, recordTime: nil, into: arena) { body(event) }
            start = end
        }
    }
}
