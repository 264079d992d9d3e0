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

    /// What a topic takes that does not tell.
    private let outputBytesMax: Int
    /// What a topic takes, by the raw value of `OutputTopic`; `nil` where it does not tell.
    private var topicBytesMax = [Int?](repeating: nil, count: OutputTopic.allCases.count)

    /// The same limit for every topic, until more is learned.
    init(outputBytesMax: Int) { self.outputBytesMax = outputBytesMax }

    /// Asks for `max.message.bytes` of the topics, named by the raw value of `OutputTopic`.
    mutating func learn(_ names: [String?], from broker: any Broker) throws(KafkaError) {
        for (number, name) in names.enumerated() {
            guard let name else { continue }
            do throws(KafkaError) {
                topicBytesMax[number] = try broker.settings(of: name)["max.message.bytes"].flatMap { Int($0) }
            } catch {
                // Who may write to a topic may not always ask for its settings.
                if error.isRetriable || error.isUnreachable { throw error }
            }
        }
    }

    /// The largest batch of several records that every topic takes.
    var batchBytesMax: Int { max(1, topicBytesMax.reduce(outputBytesMax) { min($0, $1 ?? $0) }) }

    /// Whether its topic takes the record.
    func allows(_ index: Int, of outputs: OutputBuffer) -> Bool {
        guard let limit = topicBytesMax[Int(outputs.topic(index).rawValue)] else { return outputs.size(index) <= outputBytesMax }
        return OutputLimits.framing + outputs.size(index, headerFraming: OutputLimits.headerFraming) <= limit
    }
}
