package import FreshetKafka
import FreshetKernels
package import FreshetRuntime

/// A script of calls that a model and a real cluster must answer alike.
///
/// Several clients share one group and one transactional id. The answers are words: values as they are, errors by what the commit protocol
/// decides by, because the texts and the numbers of a model are its own.
package struct BrokerScenario: Sendable {
    /// One step of a script. Clients are numbered from 0 and made at their first step.
    package enum Step: Sendable {
        /// A new producer, which fences every earlier owner.
        case open(client: Int)
        /// Begins a transaction.
        case begin(client: Int)
        /// Queues a record in the output.
        case produce(client: Int, value: String)
        /// Adds an offset of the input with a text.
        case send(client: Int, offset: Int64, metadata: String)
        /// Commits.
        case commit(client: Int)
        /// Aborts.
        case abort(client: Int)
        /// Reads what the group has committed of the input.
        case committed(client: Int)
        /// Reads all committed records of the output.
        case read(client: Int)
        /// Reads the output by polls until its end is told.
        case poll(client: Int)
        /// Asks for the output's partitions, and for those of a topic that is not there.
        case topics(client: Int)
        /// Asks for the first offset of the output, and whether its end lies behind so many records.
        case range(client: Int, records: Int)
    }

    /// Its name in reports.
    package var name: String
    /// The steps, in order.
    package var steps: [Step]

    /// A script from its steps.
    package init(_ name: String, _ steps: [Step]) {
        self.name = name
        self.steps = steps
    }

    /// Runs the script over clients of one cluster. `input` and `output` are topics of one partition each, new and empty.
    package func answers(input: String, output: String, _ makeClient: () throws(KafkaError) -> any Broker) throws(KafkaError) -> [String] {
        var stage = ScenarioStage(input: TopicPartition(input, 0), output: TopicPartition(output, 0))
        var answers: [String] = []
        for step in steps {
            while stage.clients.count <= step.client { stage.clients.append(try makeClient()) }
            answers.append(stage.answer(to: step))
        }
        for client in stage.clients { client.close() }
        return answers
    }
}

extension BrokerScenario.Step {
    var client: Int {
        switch self {
        case .open(let client), .begin(let client), .produce(let client, _), .send(let client, _, _), .commit(let client), .abort(let client),
            .committed(let client), .read(let client), .poll(let client), .topics(let client), .range(let client, _):
            client
        }
    }
}

/// The clients of a script, and where they work.
private struct ScenarioStage {
    let input: TopicPartition
    let output: TopicPartition
    var clients: [any Broker] = []

    func answer(to step: BrokerScenario.Step) -> String {
        let client = clients[step.client]
        do throws(KafkaError) {
            return try make(step, client)
        } catch {
            return error.isFatal ? "fatal" : error.isAbortable ? "abortable" : "error"
        }
    }

    private func make(_ step: BrokerScenario.Step, _ client: any Broker) throws(KafkaError) -> String {
        switch step {
        case .open:
            try client.openProducer(batchBytesMax: 1_000_000)
            try client.prefetchMetadata(of: [output.topic])
        case .begin: try client.begin()
        case .produce(_, let value): try produce(value, client)
        case .send(_, let offset, let metadata): try client.send(offsets: [PartitionStart(input, at: offset)], metadata: metadata)
        case .commit: try client.commit()
        case .abort: try client.abort()
        case .committed: return try client.committed([input]).map { $0.map { "\($0.offset) \($0.metadata)" } ?? "none" }.joined()
        case .read:
            var values: [String] = []
            try client.read(output, from: 0) { record, _ in
                values.append(record.value.map { ByteView($0).text } ?? "null")
                return true
            }
            return values.joined(separator: ",")
        case .poll: return try poll(client)
        case .topics:
            let (found, missing) = (try client.partitionCount(of: output.topic), try client.partitionCount(of: output.topic + "-missing"))
            return "\(found ?? 0) \(missing ?? 0)"
        case .range(_, let records):
            let range = try client.logRange(of: output)
            return "\(range.lowerBound) \(range.upperBound > Int64(records))"
        }
        return "ok"
    }

    private func produce(_ value: String, _ client: any Broker) throws(KafkaError) {
        let bytes = ByteBuffer()
        bytes.append(text: value)
        try client.produce(topic: output.topic, partition: 0, key: nil, value: bytes.view, headers: [], tag: 0)
    }

    private func poll(_ client: any Broker) throws(KafkaError) -> String {
        try client.assign([PartitionStart(output, at: 0)])
        var values: [String] = []
        for _ in 0..<100 {
            let chunk = try client.poll([0], atMost: 100, recordsMax: 100)
            defer { chunk.release() }
            values += chunk.records.map { $0.value.map { ByteView($0).text } ?? "null" }
            if !chunk.ends.isEmpty { return values.joined(separator: ",") + " end" }
        }
        return "no end"
    }
}
extension BrokerScenario {
    /// What the model answers.
    package func modelAnswers(_ topics: [TopicSpecification]) throws(KafkaError) -> [String] {
        let cluster = MemoryCluster()
        for topic in topics { cluster.createTopic(topic) }
        return try answers(input: topics[0].name, output: topics[1].name) {
            MemoryBroker(cluster, group: "scenario", transactionalID: "scenario", clock: ManualClock())
        }
    }
}
