import FreshetKafka
import FreshetRuntime
import Synchronization

/// Reads the topic of recommendations as a shop's front end would, on a thread of its own.
final class ListSubscriber: Sendable {
    private struct Progress {
        var received = 0
        /// Records after which it ends; `nil`: not known yet.
        var expected: Int?
        var failure: KafkaError?
    }

    /// The silence after which no more records are waited for, once it is known how many there are, in polls of 100 ms.
    private static let silentPollsMax = 50

    private let progress = Mutex(Progress())
    private let session: ShopperSession

    init(_ session: ShopperSession) { self.session = session }

    /// Records received so far.
    var received: Int { progress.withLock { $0.received } }
    /// What ended it early.
    var failure: KafkaError? { progress.withLock { $0.failure } }

    /// Tells how many records there are: once they have come it ends.
    func finish(after count: Int) { progress.withLock { $0.expected = count } }

    /// Reads from the beginning until all is there.
    func run(brokers: String, topic: String) {
        do throws(KafkaError) {
            let consumer = try Consumer(KafkaClientConfiguration(brokers: brokers, isEmbedded: true), groupID: "freshet-demo-subscriber")
            defer { consumer.close() }
            try consumer.assign((0..<DemoSettings.partitions).map { PartitionStart(TopicPartition(topic, Int32($0)), at: 0) })
            var silentPolls = 0
            while !isComplete, silentPolls < ListSubscriber.silentPollsMax {
                let chunk = try consumer.poll(atMost: 100, recordsMax: 1000)
                take(chunk)
                let isSilent = chunk.records.isEmpty && progress.withLock { $0.expected != nil }
                silentPolls = isSilent ? silentPolls + 1 : 0
                chunk.release()
            }
        } catch {
            progress.withLock { $0.failure = error }
        }
    }

    private var isComplete: Bool { progress.withLock { progress in progress.expected.map { progress.received >= $0 } ?? false } }

    private func take(_ chunk: any RecordChunk) {
        progress.withLock { $0.received += chunk.records.count }
        for record in chunk.records {
            if let key = record.key, let value = record.value { session.note(key: key, value: value) }
        }
    }
}
