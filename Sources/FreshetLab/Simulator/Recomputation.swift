import FreshetCore
import FreshetKafka
import FreshetKernels
import FreshetRuntime

/// What a run must have published and kept, computed off line from the input and the journal alone.
///
/// It shares the engine with the daemon, and neither merge nor intake nor protocol: the order within a batch is found anew, in the slow and
/// obvious way.
struct Recomputation {
    /// One record that must stand in an output.
    struct Output: Equatable {
        var topic: OutputTopic
        var key: [UInt8]?
        var value: [UInt8]?
        /// Names and values, in order.
        var headers: [[UInt8]?]
    }

    private let plan: SimulationPlan
    private let publication: Publication
    private let application: BatchApplication
    private let outputs = OutputBuffer()
    private let decoders: [EventDecoder]
    private var consumed: [Int64]
    private var batch: Int64 = 0

    /// The records that must have been published, in order.
    private(set) var published: [Output] = []
    /// What became of the records.
    private(set) var counts = BatchCounts()
    /// By how much ticks moved event time on, in milliseconds.
    private(set) var ticked: Int64 = 0
    /// What cannot be, in words.
    private(set) var violations: [String] = []

    init(_ plan: SimulationPlan) {
        self.plan = plan
        publication = plan.makePublication()
        application = BatchApplication(publication, partitions: plan.input.partitions)
        decoders = plan.input.partitions[plan.input.events].map { SimulatedInput.decoder(of: $0.topic, recordBytesMax: plan.inputBytesMax) }
        consumed = plan.input.partitions.map { _ in 0 }
    }

    /// The state at the end.
    var digests: [DigestTable: Fingerprint] { publication.fingerprints }

    /// Applies the next record of the journal.
    mutating func apply(_ record: JournalRecord) {
        batch += 1
        if record.batch != batch { violations.append("the journal holds batch \(record.batch) in the place of \(batch)") }
        var heads: [[PendingRecord]] = plan.input.events.map { _ in [] }
        let arena = ByteArena()
        for taken in record.taken {
            guard let place = plan.input.partitions.firstIndex(of: taken.partition) else {
                violations.append("batch \(record.batch) takes \(taken.partition)")
                continue
            }
            heads[place] = take(taken, of: place).map { entry, offset in
                pending(entry, at: offset, isRejected: taken.rejected.contains(offset), decoders[place], arena)
            }
        }
        let sides = takeSides(record, arena)
        if let tick = record.tick {
            let before = publication.engine.watermark
            if before != .never { ticked += max(0, tick - before.milliseconds) }
        }
        outputs.removeAll()
        counts += application.apply(Recomputation.merged(heads), tick: record.tick, outputs: outputs, sides: sides)
        compareSides(record)
        for index in 0..<outputs.count { published.append(output(index)) }
    }

    /// Every record of the input must have been taken.
    mutating func finish() {
        for (place, log) in plan.input.logs.enumerated() {
            let last = log.lastIndex { $0 != nil }.map { Int64($0) + 1 } ?? 0
            if consumed[place] < last { violations.append("\(plan.input.partitions[place]) is applied up to \(consumed[place]) of \(last)") }
        }
    }

    /// What the topics hold at the journalled offsets.
    private mutating func takeSides(_ record: JournalRecord, _ arena: ByteArena) -> [SideRecord] {
        var sides: [SideRecord] = []
        for taken in record.takenSides.sorted(by: { number($0.partition) < number($1.partition) }) {
            let place = number(taken.partition)
            guard let topic = plan.input.sides[place] else { continue }
            sides += take(taken, of: place).map { entry, offset in
                let key = entry.key.withUnsafeBytes { arena.copy(ByteView($0)) }
                var side = SideRecord(
                    topic, partition: place, offset: offset, key: key, value: entry.value?.withUnsafeBytes { arena.copy(ByteView($0)) })
                if taken.rejected.contains(offset) { side.latest = EventTime.never }
                return side
            }
        }
        return sides
    }

    private func number(_ partition: TopicPartition) -> Int { plan.input.partitions.firstIndex(of: partition) ?? 0 }

    /// The journal must carry what side topics said, byte for byte, but for a first reading.
    private mutating func compareSides(_ record: JournalRecord) {
        let accepted = record.loaded == nil ? application.acceptedSides : []
        let isSame =
            accepted.count == record.sides.count
            && zip(accepted, record.sides).allSatisfy { side, carried in
                side.partition.map { plan.input.partitions[$0] } == carried.partition && side.topic == carried.topic && side.offset == carried.offset
                    && side.key.map { Array($0.buffer) } == carried.key && side.value.map { Array($0.buffer) } == carried.value
            }
        if !isSame { violations.append("batch \(record.batch) carries other records of side topics than it took") }
    }

    /// The records at journalled offsets, with these; what a range must begin with is checked.
    private mutating func take(_ taken: JournalRecord.Taken, of place: Int) -> [(SimulatedInput.Entry, Int64)] {
        let log = plan.input.logs[place]
        // Where nothing can be read, a range may begin later.
        let skipped = log[Int(consumed[place])..<Int(max(consumed[place], min(taken.range.lowerBound, Int64(log.count))))]
        if taken.range.lowerBound < consumed[place] || skipped.contains(where: { $0 != nil }) {
            violations.append("batch \(batch) takes \(taken.partition) from \(taken.range.lowerBound), expected \(consumed[place])")
        }
        consumed[place] = taken.range.upperBound
        var records: [(SimulatedInput.Entry, Int64)] = []
        for offset in taken.range where offset < Int64(log.count) {
            guard let entry = log[Int(offset)] else { continue }
            records.append((entry, offset))
        }
        return records
    }

    private func pending(
        _ entry: SimulatedInput.Entry, at offset: Int64, isRejected: Bool, _ decoder: EventDecoder, _ arena: ByteArena
    ) -> PendingRecord {
        let key = entry.key.withUnsafeBytes { arena.copy(ByteView($0)) }
        let value = entry.value.map { $0.withUnsafeBytes { arena.copy(ByteView($0)) } } ?? .empty
        let time = EventTime(milliseconds: entry.timestamp)
        var record = PendingRecord(
            offset: offset, timestamp: entry.timestamp, content: decoder.decode(value: value, key: key, recordTime: time, into: arena))
        if isRejected, case .event(let event) = record.content {
            let words = "the time stamp \(event.time.milliseconds) is more than \(SimulationPlan.maxFuture) ms ahead of the clock"
            record.content = .rejected(.inTheFuture, detail: words)
        }
        guard case .rejected(.recordTooLarge, _) = record.content else {
            record.original = OriginalRecord(key: key, value: value)
            return record
        }
        record.original = OriginalRecord(key: key.count <= 256 ? key : nil, value: nil, omittedBytes: value.count)
        return record
    }

    /// By heads: the least (time, user, rank, partition) first; what has no readable key takes that of its predecessor.
    private static func merged(_ records: [[PendingRecord]]) -> [BatchEntry] {
        var last = records.indices.map { MergeKey.least(partition: $0) }
        var next = records.map { _ in 0 }
        var merged: [BatchEntry] = []
        while true {
            var best: (partition: Int, key: MergeKey)?
            for partition in records.indices where next[partition] < records[partition].count {
                var key = last[partition]
                if case .event(let event) = records[partition][next[partition]].content {
                    key = MergeKey(time: event.time.milliseconds, user: event.user, rank: event.type.rawValue, partition: partition)
                }
                if best.map({ key < $0.key }) ?? true { best = (partition, key) }
            }
            guard let best else { return merged }
            merged.append(BatchEntry(partition: best.partition, record: records[best.partition][next[best.partition]]))
            next[best.partition] += 1
            last[best.partition] = best.key
        }
    }

    /// The record, or the dead letter that stands for it where the cluster takes none so large.
    private func output(_ index: Int) -> Output {
        let (key, value) = (outputs.key(index), outputs.value(index))
        var headers: [[UInt8]?] = []
        var size = (key?.count ?? 0) + (value?.count ?? 0)
        outputs.forEachHeader(index) { name, value in
            headers += [Array(name.buffer), value.map { Array($0.buffer) }]
            size += name.count + (value?.count ?? 0)
        }
        let topic = outputs.topic(index)
        guard (key?.count ?? 0) + (value?.count ?? 0) > plan.recordBytesMax else {
            return Output(topic: topic, key: key.map { Array($0.buffer) }, value: value.map { Array($0.buffer) }, headers: headers)
        }
        let words = "\(SimulationPlan.outputs[topic] ?? ""): an output of \(size) bytes was refused"
        let texts = ["freshet.error", "output_too_large", "freshet.detail", words]
        let shortKey = key.flatMap { $0.count <= 256 ? Array($0.buffer) : nil }
        return Output(topic: .deadLetters, key: shortKey, value: nil, headers: texts.map { Array($0.utf8) })
    }
}

extension Publication {
    /// One fingerprint a digest table: equal where `inspect state` would print equal digests.
    var fingerprints: [DigestTable: Fingerprint] {
        var fingerprints: [DigestTable: Fingerprint] = [:]
        let bytes = ByteBuffer()
        for table in DigestTable.allCases {
            bytes.removeAll()
            canonicalRows(of: table) { row in
                bytes.append(littleEndian: Int32(row.count))
                bytes.append(row)
            }
            fingerprints[table] = Fingerprint(of: bytes.view)
        }
        return fingerprints
    }
}
