package import FreshetCore
package import FreshetKafka
import FreshetKernels

/// Applies the records of a batch in their order: the one way in which live runs, catch-up and replay change state.
package final class BatchApplication {
    private let publication: Publication
    private let partitions: [TopicPartition]
    private let names: [ByteView]
    private let arena = ByteArena()
    /// The records of side topics of the batch applied last that were acceptable.
    package private(set) var acceptedSides: [SideRecord] = []
    /// Called between two records, after every so many: a large batch takes long enough for other work to fall behind.
    package var onPause: () -> Void = {}
    private static let recordsBetweenPauses = 1_000

    /// Applies records of these partitions, by number, to `publication`.
    package init(_ publication: Publication, partitions: [TopicPartition]) {
        self.publication = publication
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
        for side in sides where apply(side, outputs, &counts) { acceptedSides.append(side) }
        if !acceptedSides.isEmpty { publication.finishSides() }
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
        guard let rejection = side.rejection ?? publication.apply(side.topic, key: side.key, value: side.value) else {
            counts.sides += 1
            return true
        }
        counts.count(.rejected(rejection.code))
        counts.sidesRejected += 1
        if let partition = side.partition {
            let source = DeadLetterSource(topic: names[partition], partition: partitions[partition].partition, offset: side.offset)
            let original = side.original ?? OriginalRecord(key: side.key, value: side.value)
            outputs?.appendDeadLetter(original, rejection.code, detail: rejection.detail, from: source)
        }
        return false
    }

    /// Ends the records of side topics of a batch that holds nothing else: nothing is published by it.
    package func finishSides() { publication.finishSides() }

    private func apply(_ entry: BatchEntry, _ outputs: OutputBuffer?, _ counts: inout BatchCounts) {
        let (partition, record) = (entry.partition, entry.record)
        let number = partitions[partition].partition
        func reject(_ code: RejectionCode, _ detail: String) {
            let source = DeadLetterSource(topic: names[partition], partition: number, offset: record.offset)
            outputs?.appendDeadLetter(record.original, code, detail: detail, from: source)
        }
        switch record.content {
        case .event(let event):
            if event.keyDiffers { counts.keysDiffering += 1 }
            let applied = publication.apply(event, from: EventOrigin(topic: names[partition], partition: number, offset: record.offset))
            counts.count(applied)
            if case .rejected(let code) = applied { reject(code, "a user is named as a visitor, or a visitor as a user") }
        case .rejected(let code, let detail):
            counts.count(.rejected(code))
            reject(code, detail)
        case .ignored:
            counts.count(.ignored)
        }
    }
}
