import FreshetCore
import FreshetKafka

/// How large a record each output topic takes; what is larger is not sent at all.
///
/// A broker refuses a batch of records as a whole, its small ones too, and librdkafka 2.0.2 then often waits for a time-out or needs a new
/// producer. So limits are learned before, and a record's size before compression counts.
struct OutputLimits {
    /// What Kafka's framing adds to a record that stands alone, and to each of its headers, at most.
    private static let framing = 100
    private static let headerFraming = 10

    private let outputBytesMax: Int
    private var topicBytesMax: [String: Int] = [:]

    /// The same limit for every topic, until more is learned.
    init(outputBytesMax: Int) { self.outputBytesMax = outputBytesMax }

    /// Asks for `max.message.bytes` of the topics.
    mutating func learn(_ topics: [String], from broker: any Broker) throws(KafkaError) {
        for topic in topics {
            do throws(KafkaError) {
                topicBytesMax[topic] = try broker.settings(of: topic)["max.message.bytes"].flatMap { Int($0) }
            } catch {
                // Who may write to a topic may not always ask for its settings.
                if error.isRetriable || error.isUnreachable { throw error }
            }
        }
    }

    /// The largest batch of records that every topic takes.
    var batchBytesMax: Int { max(1, topicBytesMax.values.reduce(outputBytesMax, min)) }

    /// Whether a topic takes the record.
    func allows(_ index: Int, of outputs: OutputBuffer, in topic: String) -> Bool {
        let size = outputs.size(index)
        guard let limit = topicBytesMax[topic] else { return size <= outputBytesMax }
        var framing = OutputLimits.framing
        outputs.forEachHeader(index) { _, _ in framing += OutputLimits.headerFraming }
        return size <= outputBytesMax && size + framing <= limit
    }
}
