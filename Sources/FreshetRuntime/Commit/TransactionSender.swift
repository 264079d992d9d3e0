import FreshetCore
import FreshetKafka
import FreshetKernels

/// Makes the calls that `CommitProtocol` decides on, for one batch at a time, and tells what came of them.
final class TransactionSender {
    /// What one transaction holds.
    struct Contents {
        /// Outputs and dead letters; kept until the batch stands.
        var outputs: OutputBuffer?
        /// The journal record; `nil` for a probe.
        var journal: ByteBuffer?
        /// Where each partition is to be read from next.
        var offsets: [PartitionStart]
        /// Batch and nonce.
        var metadata: CommitMetadata
    }

    private let broker: any Broker
    /// By the raw value of `OutputTopic`; `nil` is off.
    private let names: [String?]
    private let group: String
    private var limits: OutputLimits
    /// Names in the place of users' ids in dead letters; `nil`: the ids.
    var pseudonyms: Pseudonyms?
    /// Told of each output that is refused: its topic and size.
    var onRefused: (String, Int) -> Void = { _, _ in }
    /// Told of each output that is lost, for its dead letter was refused, too, or there are none: its topic.
    var onDropped: (String) -> Void = { _ in }
    /// Outputs that were replaced by a dead letter in this batch.
    private(set) var replaced: Set<Int> = []
    /// Of them, those that are not sent any more.
    private(set) var dropped: Set<Int> = []
    /// An output was refused since the limits were learned.
    private var hasRefused = false
    private var next = 0
    private let scratch = ByteBuffer()
    private let pseudonym = ByteBuffer()

    init(_ broker: any Broker, names: [OutputTopic: String], group: String, outputBytesMax: Int) {
        self.broker = broker
        self.names = OutputTopic.allCases.map { names[$0] }
        self.group = group
        limits = OutputLimits(outputBytesMax: outputBytesMax)
    }

    /// The topics that are written.
    var topics: [String] { names.compactMap(\.self) }

    private func name(_ topic: OutputTopic) -> String? { names[Int(topic.rawValue)] }

    /// Begins with new contents: outputs that are too long are replaced before they are sent.
    func prepare(_ contents: Contents) {
        replaced = []
        dropped = []
        guard let outputs = contents.outputs else { return }
        substitute((0..<outputs.count).filter { name(outputs.topic($0)) != nil && !limits.allows($0, of: outputs) }, in: outputs)
    }

    /// A new producer, which fences earlier owners. It learns the topics, for which the first transaction would otherwise wait a second.
    func openProducer() throws(KafkaError) {
        try limits.learn(names, from: broker)
        hasRefused = false
        try broker.openProducer(batchBytesMax: limits.batchBytesMax)
        try broker.prefetchMetadata(of: topics)
    }

    /// Asks the topics again what they take, where an output was refused since: an operator may have raised it.
    func learnLimitsAfterRefusal() throws(KafkaError) {
        guard hasRefused else { return }
        try limits.learn(names, from: broker)
        hasRefused = false
    }

    /// Sends a dead letter by reference in the place of these outputs from now on.
    ///
    /// Brokers refuse a whole set of records for one that is too large. So a dead letter is given up only where nothing else was refused with it.
    func substitute(_ tags: [Int], in outputs: OutputBuffer) {
        let areOff = name(.deadLetters) == nil
        let isLast = tags.allSatisfy(replaced.contains)
        for tag in tags {
            let topic = name(outputs.topic(tag)) ?? ""
            let isFirst = replaced.insert(tag).inserted
            if isFirst { onRefused(topic, outputs.size(tag)) }
            if areOff || isLast, dropped.insert(tag).inserted { onDropped(topic) }
            hasRefused = true
        }
    }

    /// Makes one call.
    func make(_ call: CommitProtocol.Call, _ contents: Contents) -> CommitProtocol.Fact {
        do throws(KafkaError) {
            switch call {
            case .begin:
                next = 0
                _ = broker.takeFailures()
                try broker.begin()
            case .produce:
                let refused = try produce(contents)
                if let first = refused.first { return .failed(first.error, oversize: refused.map(\.tag)) }
            case .sendOffsets: try broker.send(offsets: contents.offsets, metadata: contents.metadata.text)
            case .sendTrialOffsets: try broker.send(offsets: contents.offsets, metadata: contents.metadata.trial.text)
            case .commit: try broker.commit()
            case .abort: try broker.abort()
            case .findOwner: return try findOwner(contents)
            case .openProducer: try openProducer()
            case .readCommitted: return .committed(try readCommitted(contents))
            }
            return .succeeded
        } catch {
            let oversize = call == .commit ? broker.takeFailures().filter { $0.error.isOversize && $0.tag != journalTag }.map(\.tag) : []
            return .failed(error, oversize: oversize)
        }
    }

    private func readCommitted(_ contents: Contents) throws(KafkaError) -> CommitMetadata? {
        let partitions = contents.offsets.map(\.partition)
        do throws(KafkaError) {
            return try broker.committed(partitions).newestCommit
        } catch {
            guard error.isTimeout, (try? broker.ends(of: partitions)) != nil else { throw error }
            throw TransactionSender.hanging
        }
    }

    /// Behind a new producer no transaction of ours is open: a broker that was killed can leave one without an end (seen with Kafka 4.4).
    private static let hanging = KafkaError(
        code: KafkaErrorCode.unstableOffsetCommit, name: "UNSTABLE_OFFSET_COMMIT",
        message: "the brokers answer, and withhold the group's offsets: a transaction hangs", isRetriable: true,
        hint: "if this lasts, find it with `kafka-transactions.sh find-hanging` and end it with `abort`")

    private func findOwner(_ contents: Contents) throws(KafkaError) -> CommitProtocol.Fact {
        let partitions = contents.offsets.map(\.partition)
        do throws(KafkaError) {
            return .committed(try broker.committedSoFar(partitions).newestCommit)
        } catch {
            guard error.isTimeout else { throw error }
            // Without an answer the brokers are away, or the offsets are in an open transaction.
            _ = try broker.ends(of: partitions)
            return .unsettled
        }
    }

    /// Queues what is not queued yet. Answers the outputs that were refused at once for their size.
    private func produce(_ contents: Contents) throws(KafkaError) -> [(tag: Int, error: KafkaError)] {
        var refused: [(tag: Int, error: KafkaError)] = []
        let count = contents.outputs?.count ?? 0
        while next < count, let outputs = contents.outputs {
            do throws(KafkaError) {
                try produce(next, of: outputs)
            } catch {
                guard error.isOversize else { throw error }
                refused.append((next, error))
            }
            next += 1
        }
        if refused.isEmpty, next == count, let journal = contents.journal, let topic = name(.journal) {
            scratch.removeAll()
            JournalKey.write(group: group, batch: contents.metadata.batch, to: scratch)
            try broker.produce(topic: topic, partition: 0, key: scratch.view, value: journal.view, headers: [], tag: journalTag)
            next += 1
        }
        return refused
    }

    private func produce(_ index: Int, of outputs: OutputBuffer) throws(KafkaError) {
        if dropped.contains(index) { return }
        if replaced.contains(index) { return try produceReference(to: index, of: outputs) }
        guard let topic = name(outputs.topic(index)) else { return }
        var headers: [RecordHeader] = []
        outputs.forEachHeader(index) { headers.append(RecordHeader(name: $0, value: $1)) }
        try broker.produce(topic: topic, partition: -1, key: outputs.key(index), value: outputs.value(index), headers: headers, tag: index)
    }

    /// A dead letter that says which output was too large: its topic, its size and, where it is short, its key; of a dead letter, where its
    /// record stood, too.
    private func produceReference(to index: Int, of outputs: OutputBuffer) throws(KafkaError) {
        guard let topic = name(.deadLetters) else { return }
        scratch.removeAll()
        scratch.append(text: "\(name(outputs.topic(index)) ?? ""): an output of \(outputs.size(index)) bytes was refused")
        var headers = [
            RecordHeader(name: ByteView("freshet.error"), value: ByteView(RejectionCode.outputTooLarge.name)),
            RecordHeader(name: ByteView("freshet.detail"), value: scratch.view),
        ]
        if outputs.topic(index) == .deadLetters { headers += sourceHeaders(of: index, outputs) }
        try broker.produce(topic: topic, partition: -1, key: keyOfReference(to: index, of: outputs), value: nil, headers: headers, tag: index)
    }

    private func keyOfReference(to index: Int, of outputs: OutputBuffer) -> ByteView? {
        guard let key = outputs.key(index) else { return nil }
        guard let pseudonyms, outputs.topic(index).isKeyedByUser else { return key.count <= Intake.keyBytesMax ? key : nil }
        pseudonym.removeAll()
        pseudonym.append(text: pseudonyms.text(of: key))
        return pseudonym.view
    }

    /// The headers that say where a dead letter's record stood. They are the last ones of their names: what comes before is the record's own.
    private func sourceHeaders(of index: Int, _ outputs: OutputBuffer) -> [RecordHeader] {
        var found: [RecordHeader?] = [nil, nil, nil]
        outputs.forEachHeader(index) { name, value in
            if let place = DeadLetterSource.headers.firstIndex(where: { $0 == name }) { found[place] = RecordHeader(name: name, value: value) }
        }
        return found.compactMap(\.self)
    }
}

extension OutputTopic {
    /// Whether its keys are ids of people. Items are nobody, and a dead letter or a receipt has its pseudonym already.
    fileprivate var isKeyedByUser: Bool {
        switch self {
        case .recommendations: true
        case .similarItems, .deadLetters, .journal, .receipts: false
        }
    }
}

extension OutputBuffer {
    /// The bytes of a record's key, value and headers, with what is added to each of the latter.
    func size(_ index: Int, headerFraming: Int = 0) -> Int {
        var size = (key(index)?.count ?? 0) + (value(index)?.count ?? 0)
        forEachHeader(index) { size += headerFraming + $0.count + ($1?.count ?? 0) }
        return size
    }
}
