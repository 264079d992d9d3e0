package import FreshetCore
package import FreshetKafka
import FreshetKernels

/// Applies the records of a batch in their order: the one way in which live runs, catch-up and replay change state.
package final class BatchApplication {
    private let publication: Publication
    private let partitions: [TopicPartition]
    private let names: [ByteView]
    private let arena = ByteArena()
    /// What the journal carries in the place of what was read.
    private let sideArena = ByteArena()
    /// Holds what a dead letter has of a record that is only there while it is applied.
    private let letterArena = ByteArena()
    private let pseudonyms: Pseudonyms?
    /// The records of side topics of the batch applied last that were acceptable.
    package private(set) var acceptedSides: [SideRecord] = []
    /// Why somebody whom the journal has forgotten was not forgotten again, in the batch applied last.
    package private(set) var unforgotten: RejectionCode?
    /// By partition, the offsets of the records of side topics that were refused for a time in the future since they were taken last.
    private var futureSides: [Int: [Int64]] = [:]
    /// The first record since it was taken last that was not acceptable.
    private var firstRejected: RejectedRecord?
    /// The first user since it was taken last who was taken for a bot.
    private var firstBot: FoundBot?
    /// Called between two records, after every so many: a large batch takes long enough for other work to fall behind.
    package var onPause: () -> Void = {}
    private static let recordsBetweenPauses = 1_000

    /// Applies records of these partitions, by number, to `publication`. With `pseudonyms`, dead letters hold them in the place of records.
    package init(_ publication: Publication, partitions: [TopicPartition], pseudonyms: Pseudonyms? = nil) {
        self.publication = publication
        self.pseudonyms = pseudonyms
        self.partitions = partitions
        let arena = arena
        names = partitions.map { partition in
            var topic = partition.topic
            return topic.withUTF8 { arena.copy(ByteView(UnsafeRawBufferPointer($0))) }
        }
    }

    /// Applies one batch. With `outputs` nil (catch-up) the same state results and nothing is written.
    package func apply(_ batch: [BatchEntry], tick: Int64?, outputs: OutputBuffer?, sides: [SideRecord] = []) -> BatchCounts {
        foresee(CollectionOfOne(batch))
        return applyForeseen(batch, tick: tick, outputs: outputs, sides: sides)
    }

    /// Looks through batches that `applyForeseen` is about to apply, one after another.
    package func foresee(_ batches: some Collection<[BatchEntry]>) {
        publication.beginForeseeing()
        for batch in batches {
            for index in batch.indices {
                if case .event(let event) = batch[index].record.content { publication.foresee(event) }
            }
        }
    }

    /// Applies one batch that was foreseen.
    package func applyForeseen(_ batch: [BatchEntry], tick: Int64?, outputs: OutputBuffer?, sides: [SideRecord] = []) -> BatchCounts {
        var counts = BatchCounts()
        publication.begin(outputs, isForeseen: true)
        acceptedSides.removeAll(keepingCapacity: true)
        sideArena.releaseAll()
        unforgotten = nil
        for side in sides where apply(side, outputs, &counts) { acceptedSides.append(journalled(side)) }
        if !acceptedSides.isEmpty {
            publication.finishSides()
            // What they say decides what the events will do. Such a batch is foreseen alone, in a catch-up, too.
            foresee(CollectionOfOne(batch))
        }
        if let tick { publication.tick(to: EventTime(milliseconds: tick)) }
        for index in batch.indices {
            apply(batch[index], outputs, &counts)
            if index % BatchApplication.recordsBetweenPauses == BatchApplication.recordsBetweenPauses - 1 { onPause() }
        }
        publication.finish()
        counts.trackingAlarms = publication.trackingAlarms.count
        if let outputs { counts.countWritten(outputs) }
        return counts
    }

    /// Applies a record of a side topic; `finishSides` follows behind the last one of a batch, of which at least one was acceptable. Answers whether
    /// it was: one that was not has no effect, and need not be journalled.
    @discardableResult
    package func apply(_ side: SideRecord, _ outputs: OutputBuffer?, _ counts: inout BatchCounts) -> Bool {
        let rejection =
            side.rejection
            ?? publication.apply(
                side.topic, key: side.key, value: side.value, outputs: outputs, isJournalled: side.isJournalled, latest: side.latest)
        guard let rejection else {
            counts.sides += 1
            return true
        }
        counts.count(.rejected(rejection.code))
        counts.sidesRejected += 1
        if side.isJournalled, side.topic == .erasures { unforgotten = rejection.code }
        if let partition = side.partition {
            let source = DeadLetterSource(topic: names[partition], partition: partitions[partition].partition, offset: side.offset)
            note(partitions[partition], side.offset, rejection.code, rejection.detail)
            if rejection.code == .inTheFuture { futureSides[partition, default: []].append(side.offset) }
            if let outputs { appendDeadLetter(of: side, rejection, from: source, to: outputs) }
        }
        return false
    }

    private func appendDeadLetter(
        of side: SideRecord, _ rejection: (code: RejectionCode, detail: String), from source: DeadLetterSource, to outputs: OutputBuffer
    ) {
        let headers = side.consumed.map { $0.chunk.headers(of: $0.record, into: letterArena) }
        let original =
            side.original
            ?? OriginalRecord(key: side.key, value: side.value, headers: headers?.kept ?? [], omittedHeaders: headers?.omitted ?? 0)
        outputs.appendDeadLetter(original, rejection.code, detail: rejection.detail, from: source, pseudonyms)
        letterArena.releaseAll()
    }

    /// A record that was not acceptable since the last call, where there was one: an example for who is told of it.
    package func takeFirstRejected() -> RejectedRecord? {
        defer { firstRejected = nil }
        return firstRejected
    }

    /// A user who was taken for a bot since the last call, where there was one: the same.
    package func takeFirstBot() -> FoundBot? {
        defer { firstBot = nil }
        return firstBot
    }

    /// The verdicts of the clock on records of side topics since the last call, by partition: the journal must carry them.
    package func takeFutureSides() -> [Int: [Int64]] {
        defer { futureSides = [:] }
        return futureSides
    }

    /// What the journal carries of a record: of an erasure the pseudonym, not the id.
    private func journalled(_ side: SideRecord) -> SideRecord {
        guard side.topic == .erasures, let erased = publication.erased else { return side }
        var side = side
        side.key = erased.name.withView(sideArena.copy)
        side.value = "{\"timestamp\":\(erased.time.milliseconds)}".withView(sideArena.copy)
        side.original = nil
        return side
    }

    /// Ends the records of side topics of a batch that holds nothing else: nothing is published by it.
    package func finishSides() { publication.finishSides() }

    private func note(_ source: TopicPartition, _ offset: Int64, _ code: RejectionCode, _ detail: String) {
        guard firstRejected == nil else { return }
        // The words may repeat some of the record.
        firstRejected = RejectedRecord(source: source, offset: offset, code: code, detail: pseudonyms == nil ? detail : "")
    }

    /// Notes the user of the event that was applied last, where that showed it to be a bot.
    private func noteBot(_ user: ByteView, _ reason: BotReason) {
        guard firstBot == nil, publication.hasJudged else { return }
        firstBot = FoundBot(reason: reason, user: pseudonyms == nil ? user.text : "")
    }

    private func apply(_ entry: BatchEntry, _ outputs: OutputBuffer?, _ counts: inout BatchCounts) {
        let (partition, record) = (entry.partition, entry.record)
        let number = partitions[partition].partition
        func reject(_ code: RejectionCode, _ detail: String) {
            let source = DeadLetterSource(topic: names[partition], partition: number, offset: record.offset)
            note(partitions[partition], record.offset, code, detail)
            outputs?.appendDeadLetter(record.original, code, detail: detail, from: source, pseudonyms)
        }
        switch record.content {
        case .event(let event):
            if event.keyDiffers { counts.keysDiffering += 1 }
            let applied = publication.apply(event, from: EventOrigin(topic: names[partition], partition: number, offset: record.offset))
            counts.count(applied)
            if case .bot(let reason, late: false) = applied, event.type.isAction { noteBot(event.user, reason) }
            if case .rejected(let code) = applied { reject(code, "a user is named as a visitor, or a visitor as a user") }
        case .rejected(let code, let detail):
            counts.count(.rejected(code))
            reject(code, detail)
        case .ignored:
            counts.count(.ignored)
        }
    }
}
