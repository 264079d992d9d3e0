public import FreshetKafka

/// Why a start stops instead of going on with a state that would be wrong, and what the operator can do.
public enum RecoveryRefusal: Error, Equatable, Sendable, CustomStringConvertible {
    /// The state was made under other settings.
    case otherSettings(stored: String, configured: String)
    /// The group has committed batches, and there is no state.
    case stateLost(committedBatch: Int64)
    /// There is a state, and these partitions have no committed offset.
    case offsetsGone([TopicPartition])
    /// An offset was committed, or reset, by another program.
    case foreignOffsets(TopicPartition, metadata: String)
    /// The state is newer than what is committed.
    case stateAhead(storedBatch: Int64, committedBatch: Int64)
    /// The state's offset is not kept by the broker any more.
    case belowLogStart(TopicPartition, offset: Int64, logStart: Int64)
    /// The committed offset lies behind the end of the log.
    case aboveLogEnd(TopicPartition, offset: Int64, logEnd: Int64)
    /// The same batch is committed with another offset than the state's.
    case offsetsMoved(TopicPartition, stored: Int64, committed: Int64)
    /// The inputs have other partitions than the state.
    case partitionsChanged(stored: [TopicPartition], present: [TopicPartition])
    /// Topics beside the events got these partitions while they were read.
    case sidePartitionsAdded([TopicPartition])
    /// A state made by `replay`, and a group that has already gone on from another one.
    case groupHasHistory(storedBatch: Int64, committedBatch: Int64)
    /// The journal takes more from a topic than was read of the one that is there now.
    case topicAnew(TopicPartition, needed: Int64, logEnd: Int64)
    /// The topic was deleted and made anew while it was read.
    case topicReplaced(TopicPartition)
    /// The journal holds no batch of the group.
    case journalEmpty(committedBatch: Int64)
    /// The journal lacks a batch that must be applied.
    case journalGap(batch: Int64)
    /// The journal ends before this batch, and the group has committed more.
    case journalShort(batch: Int64, committedBatch: Int64)
    /// The group has committed batches, and the topic of their journal does not exist.
    case journalMissing(String, committedBatch: Int64)
    /// The journal holds what Freshet does not write.
    case journalUnreadable(offset: Int64, message: String)
    /// A journalled range does not begin where the batch before it ended.
    case rangeGap(TopicPartition, batch: Int64, expected: Int64, found: Int64)
    /// The journal names people who were forgotten by pseudonyms of another key.
    case otherPseudonymKey(batch: Int64)
    /// More people are to stay forgotten than a limit lets be remembered.
    case noRoomToForget(batch: Int64)
    /// A topic that is written does not exist.
    case topicMissing(String)
    /// A topic that events are read from does not exist.
    case inputMissing(String)
    /// `exactly_once` was asked for, and the broker keeps no transactions.
    case noTransactions
    /// The broker does not keep what is committed with an offset.
    case noOffsets

    /// What is wrong, and the remedy.
    public var description: String {
        switch self {
        case .otherSettings(let stored, let configured):
            "the state was made under another seed or other settings of events, signals or limits (digest \(stored.prefix(12)), configured \(configured.prefix(12))):"
                + " take the settings back, let a new version learn beside this one with a kafka.group, output topics and a --state of its own,"
                + " or make the state anew with --rebuild"
        case .stateLost(let batch):
            "the group has committed batch \(batch), and there is no state: state was lost, or --state names another folder:"
                + " make it anew from inputs and journal with --rebuild (an instance that still runs with this group is then stopped)"
        case .offsetsGone(let partitions):
            "no committed offset is left of \(RecoveryRefusal.list(partitions)): a topic was deleted and made anew, or the group's"
                + " offsets expired: start over with another kafka.group and a new --state"
        case .foreignOffsets(let partition, let metadata):
            "the offset of \(partition) carries "
                + (metadata.isEmpty ? "no batch number: it was reset by a tool, or" : "\"\(metadata.prefix(40))\", no batch number: it was")
                + " committed by another program, and which batch stands is not known any more: \(beginAnew)"
        case .stateAhead(let stored, let committed):
            "the state holds batch \(stored), the group only batch \(committed): the state belongs to another group or cluster, or offsets were reset:"
                + " name the right state folder, or make the state anew with --rebuild"
        case .belowLogStart(let partition, let offset, let start):
            "the state needs \(partition) from offset \(offset), and the broker keeps it from \(start) on: raise the topic's retention;"
                + " --rebuild makes a state from what is still there"
        case .aboveLogEnd(let partition, let offset, let end):
            "offset \(offset) of \(partition) is committed, and the log ends at \(end): the topic was deleted and made anew, or lost its end:"
                + " start over with another kafka.group and a new --state"
        case .offsetsMoved(let partition, let stored, let committed):
            "the group stands at offset \(committed) of \(partition), the state of the same batch at \(stored): offsets were reset:"
                + " make the state anew with --rebuild, or start over with another kafka.group and a new --state"
        case .partitionsChanged(let stored, let present):
            "the state knows the partitions \(RecoveryRefusal.list(stored)), the inputs have \(RecoveryRefusal.list(present)):"
                + " make the state anew with --rebuild"
        case .sidePartitionsAdded(let added):
            "\(RecoveryRefusal.list(added)) came while Freshet ran, and is not read: start again, which reads it from its beginning; nothing is lost"
        case .groupHasHistory(let stored, let committed):
            "the state was made by replay up to batch \(stored), and the group has already committed batch \(committed):"
                + " name a kafka.group without history"
        case .topicAnew(let partition, let needed, let end):
            "the journal needs \(partition) up to offset \(needed), and the topic was deleted and made anew since (it ends at \(end)): \(beginAnew)"
        case .topicReplaced(let partition):
            "the topic of \(partition) was deleted and made anew while it was read, so that the offsets say nothing of its records: \(beginAnew)"
        case .journalEmpty, .journalGap, .journalShort, .journalMissing, .journalUnreadable, .otherPseudonymKey, .noRoomToForget: aboutJournal
        case .rangeGap(let partition, let batch, let expected, let found):
            "the journal's batch \(batch) takes \(partition) from offset \(found), expected \(expected): the state belongs to another journal:"
                + " make it anew with --rebuild"
        case .topicMissing(let topic):
            "there is no topic \(topic): make it with `freshet topics create`, or set topics.create: true"
        case .inputMissing(let topic): "there is no topic \(topic): make it, with records keyed by user_id"
        case .noTransactions:
            "the broker keeps no transactions (the embedded one does not): set kafka.delivery: at_least_once"
        case .noOffsets:
            "the broker does not keep the text committed with an offset: Freshet cannot tell where it stands"
        }
    }

    /// What is wrong with the journal, and the remedy.
    private var aboutJournal: String {
        switch self {
        case .journalEmpty(let batch):
            "the group has committed batch \(batch), and the journal holds none of its batches, so nothing can be rebuilt: \(beginAnew)"
        case .journalGap(let batch):
            "the journal lacks batch \(batch): it was deleted, or its retention is less than the inputs':"
                + " --rebuild makes a state from what is still there"
        case .journalShort(let batch, let committed):
            "the journal ends before batch \(batch), and the group has committed batch \(committed): topics.journal names another topic than before,"
                + " or the journal lost its end: name the right one, or \(beginAnew)"
        case .journalMissing(let topic, let batch):
            "there is no topic \(topic), and the group has committed batch \(batch), which the journal should hold: set topics.journal to the name that"
                + " it had; if it was deleted, `freshet topics create` makes a new one, and the state folder is then the one copy of what came before"
        case .journalUnreadable(let offset, let message):
            "the journal's record at offset \(offset) was not written by Freshet (\(message)): name a journal topic that nobody else writes"
        case .otherPseudonymKey(let batch):
            "the journal's batch \(batch) names people who were forgotten under another key than that of privacy.pseudonym_key_file: name the file that"
                + " it had, or none if it had none"
        case .noRoomToForget(let batch):
            "the journal's batch \(batch) forgets more people than limits.erasures_max lets be remembered, and they would come back: raise it"
        default: ""
        }
    }

    /// The way on where the group's history is no use: it leads to the same lists, each of which is published once more.
    private var beginAnew: String {
        "go on with a kafka.group that nobody else uses and a new --state, filled by `freshet replay --config FILE --from TIME`"
    }

    private static func list(_ partitions: [TopicPartition]) -> String {
        let shown = partitions.prefix(8).map(\.description).joined(separator: ", ")
        return partitions.count > 8 ? "\(shown) and \(partitions.count - 8) more" : partitions.isEmpty ? "(none)" : shown
    }
}
