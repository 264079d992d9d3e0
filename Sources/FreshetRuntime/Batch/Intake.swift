package import FreshetCore
package import FreshetKafka
package import FreshetKernels

/// Turns records as the client library hands them over into pending ones, and judges by the clock what lies in the future.
package final class Intake {
    /// The longest key that a dead letter repeats where the value is left out.
    static let keyBytesMax = 256
    /// What is kept of a record's headers, names and values together; those beyond are left out, and counted.
    static let headerBytesMax = 64 << 10

    private let decoders: [EventDecoder]
    private let maxFuture: Int64
    private let clock: any Clock
    /// Records at these offsets were judged before; the journal holds the verdicts.
    private let judged: [RangeSet<Int64>]
    /// Behind the last of them, by partition: live records need no search.
    private let judgedEnds: [Int64]
    /// The last event was within `maxFuture` of the wall clock when it was read: time may go on by the clock.
    package private(set) var isCurrent = false

    /// An intake of partitions with a decoder each; those behind them are of side topics.
    package init(decoders: [EventDecoder], maxFuture: Int64, clock: any Clock, judged: [RangeSet<Int64>]) {
        self.decoders = decoders
        self.maxFuture = maxFuture
        self.clock = clock
        self.judged = judged
        judgedEnds = judged.map { $0.ranges.last?.upperBound ?? 0 }
    }

    /// Reads a record of `partition` into `arena`.
    package func read(_ record: ConsumedRecord, of partition: Int, in chunk: any RecordChunk, into arena: ByteArena) -> PendingRecord {
        guard partition < decoders.count else { return readSide(record, in: chunk, into: arena) }
        let mark = arena.mark
        let value = record.value.map { ByteView($0) }
        let key = record.key.map { ByteView($0) }
        let time = record.timestamp >= 0 ? EventTime(milliseconds: record.timestamp) : nil
        let content = decoders[partition].decode(value: value, key: key, recordTime: time, into: arena)
        var pending = PendingRecord(offset: record.offset, timestamp: record.timestamp, content: content)
        pending.mark = mark
        pending.bytes = (value?.count ?? 0) + (key?.count ?? 0) + MemoryLayout<PendingRecord>.stride
        if case .event(let event) = content, !wasJudged(record.offset, of: partition) { judge(event, record, &pending) }
        if pending.needsOriginal {
            let original = keep(record, key, value, chunk, pending.content, arena)
            pending.original = original
            pending.bytes += original.headerBytes
        }
        return pending
    }

    /// The latest time that a record of a side topic may name which is read now: that of an event, by the same clock.
    package func latestTime(brokerTime: Int64?) -> EventTime {
        EventTime(milliseconds: brokerTime ?? clock.wallMilliseconds).advanced(by: maxFuture)
    }

    /// What the record says is found out when it is applied; its bytes are kept until then.
    private func readSide(_ record: ConsumedRecord, in chunk: any RecordChunk, into arena: ByteArena) -> PendingRecord {
        let mark = arena.mark
        let (key, value) = (record.key.map { ByteView($0) }, record.value.map { ByteView($0) })
        let bytes = (key?.count ?? 0) + (value?.count ?? 0)
        var pending = PendingRecord(offset: record.offset, timestamp: record.timestamp, content: .ignored)
        if let (code, detail) = SideRecord.rejection(ofBytes: bytes) { pending.content = .rejected(code, detail: detail) }
        let original = keep(record, key, value, chunk, pending.content, arena)
        pending.original = original
        pending.hasBrokerTime = record.brokerTime != nil
        pending.mark = mark
        pending.bytes = bytes + original.headerBytes + MemoryLayout<PendingRecord>.stride
        return pending
    }

    private func wasJudged(_ offset: Int64, of partition: Int) -> Bool {
        offset < judgedEnds[partition] && judged[partition].contains(offset)
    }

    private func judge(_ event: Event, _ record: ConsumedRecord, _ pending: inout PendingRecord) {
        let wall = clock.wallMilliseconds
        let ahead = event.time.milliseconds - (record.brokerTime ?? wall)
        guard ahead > maxFuture else {
            isCurrent = abs(event.time.milliseconds - wall) <= maxFuture
            return
        }
        let reference = record.brokerTime == nil ? "the clock" : "the broker's time"
        let time = event.time.milliseconds
        pending.content = .rejected(.inTheFuture, detail: "the time stamp \(time) is more than \(maxFuture) ms ahead of \(reference)")
        pending.isFutureVerdict = true
    }

    private func keep(
        _ record: ConsumedRecord, _ key: ByteView?, _ value: ByteView?, _ chunk: any RecordChunk, _ content: Decoded, _ arena: ByteArena
    ) -> OriginalRecord {
        if case .rejected(.recordTooLarge, _) = content {
            let shortKey = key.flatMap { $0.count <= Intake.keyBytesMax ? arena.copy($0) : nil }
            return OriginalRecord(key: shortKey, value: nil, omittedBytes: value?.count ?? 0)
        }
        let headers = chunk.headers(of: record, into: arena)
        return OriginalRecord(key: key.map(arena.keep), value: value.map(arena.keep), headers: headers.kept, omittedHeaders: headers.omitted)
    }
}

extension RecordChunk {
    /// The headers of a record, copied into `arena`, and how many were left out for their size.
    func headers(of record: ConsumedRecord, into arena: ByteArena) -> (kept: [RecordHeader], omitted: Int) {
        var kept: [RecordHeader] = []
        var left = Intake.headerBytesMax
        var omitted = 0
        forEachHeader(of: record) { name, value in
            left -= name.count + (value?.count ?? 0) + MemoryLayout<RecordHeader>.stride
            guard left >= 0 else { return omitted += 1 }
            kept.append(RecordHeader(name: arena.keep(ByteView(name)), value: value.map { arena.keep(ByteView($0)) }))
        }
        return (kept, omitted)
    }
}

extension PendingRecord {
    /// Whether it may become a dead letter: it is rejected, or an `identify`, which only the state can judge.
    package var needsOriginal: Bool {
        switch content {
        case .event(let event): event.type == .identify
        case .rejected: true
        case .ignored: false
        }
    }
}

extension ConsumedRecord {
    /// Its time, where the broker has stamped it.
    var brokerTime: Int64? { timestampKind == .logAppend && timestamp >= 0 ? timestamp : nil }
}

extension ByteArena {
    /// A copy; an empty text stays one, unlike a null.
    func keep(_ bytes: ByteView) -> ByteView { bytes.isEmpty ? ByteView("") : copy(bytes) }
}
