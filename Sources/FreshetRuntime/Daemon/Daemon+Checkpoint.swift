import FreshetCore
import FreshetKafka

extension Daemon {
    /// The committed boundary that the state belongs to now. Markers that were read since are not part of it.
    var boundary: StateBoundary {
        var offsets: [TopicPartition: Int64] = [:]
        var sideOffsets: [TopicPartition: Int64] = [:]
        for (number, partition) in partitions.enumerated() {
            if sides[number] == nil { offsets[partition] = committedOffsets[number] } else { sideOffsets[partition] = committedOffsets[number] }
        }
        var boundary = StateBoundary(
            batch: batch, offsets: offsets, origin: .live, journalOffset: journalOffset, settingsDigest: settings.settingsDigest,
            watermark: largestEventTime, settingsText: settings.settingsText)
        boundary.sideOffsets = sideOffsets
        return boundary
    }

    /// Whether it is time for another checkpoint.
    var isCheckpointDue: Bool {
        guard batch != checkpointedBatch, checkpointer.isIdle else { return false }
        let events = Int(publication.engine.eventsApplied) - checkpointedEvents
        return clock.monotonicMilliseconds - checkpointedAt >= settings.checkpointInterval || events >= settings.checkpointEventsMax
    }

    /// Freezes the changed rows, where it is time to. Only a committed boundary is saved; what is collected already stands behind it.
    func beginCheckpointIfDue() throws(DaemonInterruption) {
        guard sending == nil, isCheckpointDue else { return }
        checkpointer.begin(boundary)
        checkpointedAt = clock.monotonicMilliseconds
        checkpointedBatch = batch
        checkpointedEvents = Int(publication.engine.eventsApplied)
        try step(.checkpointBegun)
    }

    /// Begins a checkpoint where one is due and may be, encodes another slice, and takes what came of a save.
    func continueCheckpoint(mayBegin: Bool = true) throws(DaemonInterruption) {
        if mayBegin { try beginCheckpointIfDue() }
        if checkpointer.encodeBetweenBatches() { try step(.checkpointEncoded) }
        try takeOutcome()
    }

    /// Saves the state at the present boundary, and waits for it.
    func saveNow() throws(DaemonInterruption) {
        try finishCheckpoint()
        guard checkpointer.savedBatch != batch else { return }
        checkpointer.begin(boundary)
        try finishCheckpoint()
    }

    /// Ends the checkpoint that is under way.
    func finishCheckpoint() throws(DaemonInterruption) {
        while !checkpointer.isIdle {
            try continueCheckpoint()
            if !checkpointer.isIdle, !checkpointer.isEncoding { clock.sleep(milliseconds: 1) }
        }
    }

    private func takeOutcome() throws(DaemonInterruption) {
        guard let outcome = checkpointer.takeOutcome() else { return }
        if let error = outcome.error {
            metrics.checkpointFailures += 1
            checkpointedBatch = -1
            observer.onNotice(.checkpointFailed(error))
        } else {
            metrics.checkpointBatch = outcome.boundary.batch
            observer.onNotice(.checkpointSaved(batch: outcome.boundary.batch, rows: outcome.rows))
            try step(.checkpointSaved)
        }
    }
}
