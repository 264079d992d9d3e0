import FreshetKafka
import FreshetRuntime
import Synchronization

/// The times from an event to the list that it triggered: the load notes the one, a subscriber on a thread of its own the other.
///
/// Both are read from one clock, in one process.
final class LatencyProbe: Sendable {
    private struct State {
        var sent: [UInt64] = []
        var sample = LatencySample()
        var isReading = false
        var isClosing = false
        var failure: KafkaError?
    }

    /// The silence after which no more lists are waited for once all is sent and committed, in polls of 50 ms.
    private static let silentPollsMax = 10
    private static let mark = Array("\"event_id\":\"".utf8)

    private let watch = Stopwatch()
    private let state = Mutex(State())
    /// The number of the first event.
    private let first: Int
    /// Events whose lists do not count.
    private let warmUp: Int

    init(first: Int, warmUp: Int) {
        self.first = first
        self.warmUp = warmUp
    }

    /// Whether the subscriber stands at the topic's end, or has failed.
    var isReading: Bool { state.withLock { $0.isReading || $0.failure != nil } }
    /// What ended the subscriber early.
    var failure: KafkaError? { state.withLock { $0.failure } }
    /// The times of the events behind the warm-up.
    var sample: LatencySample { state.withLock { $0.sample } }

    /// The next event goes out now.
    func noteSent() {
        let now = watch.nanoseconds
        state.withLock { $0.sent.append(now) }
    }

    /// No list is wanted but those that are on their way.
    func close() { state.withLock { $0.isClosing = true } }

    /// Reads the lists that are committed from now on.
    func subscribe(brokers: String, topic: String) {
        do throws(KafkaError) {
            let consumer = try Consumer(KafkaClientConfiguration(brokers: brokers), groupID: topic)
            defer { consumer.close() }
            var starts: [PartitionStart] = []
            for number in 0..<Int32(try consumer.partitionCount(of: topic) ?? 0) {
                let partition = TopicPartition(topic, number)
                starts.append(PartitionStart(partition, at: try consumer.logRange(of: partition).upperBound))
            }
            try consumer.assign(starts)
            state.withLock { $0.isReading = true }
            var silentPolls = 0
            while silentPolls < LatencyProbe.silentPollsMax {
                let chunk = try consumer.poll(atMost: 50, recordsMax: 1000)
                take(chunk)
                silentPolls = chunk.records.isEmpty && state.withLock(\.isClosing) ? silentPolls + 1 : 0
                chunk.release()
            }
        } catch {
            state.withLock { $0.failure = error }
        }
    }

    private func take(_ chunk: any RecordChunk) {
        let now = watch.nanoseconds
        for record in chunk.records {
            guard let id = record.value.flatMap(LatencyProbe.triggerID), let number = ShopLoad.number(ofEvent: id) else { continue }
            let place = number - first
            state.withLock { state in
                if place >= warmUp, place < state.sent.count { state.sample.add(now - state.sent[place]) }
            }
        }
    }

    /// The id of the event that triggered a list: the first one in it.
    static func triggerID(of list: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        guard let mark = list.firstRange(of: LatencyProbe.mark) else { return nil }
        guard let end = list[mark.upperBound...].firstIndex(of: UInt8(ascii: "\"")) else { return nil }
        return UnsafeRawBufferPointer(rebasing: list[mark.upperBound..<end])
    }
}
