public import FreshetKafka

extension KafkaError {
    /// A topic, group, transactional id or cluster that we may not use: 29, 30, 31, 53.
    public var isMissingPermission: Bool { [29, 30, 31, 53].contains(code) }

    /// A topic or partition that is not there: 3, −188, −190.
    public var isMissingTopic: Bool { [3, -188, -190].contains(code) }

    /// Only someone who grants a right or makes a topic can mend it.
    var wantsOperator: Bool { isMissingPermission || isMissingTopic }

    /// Another producer has the transactional id, or the transaction has timed out: −144, 47, 90.
    package var isFenced: Bool { [KafkaErrorCode.fenced, 47, 90].contains(code) }

    /// A record, or a batch of records, that is larger than the topic takes: 10, 18.
    package var isOversize: Bool { code == 10 || code == 18 }

    /// No answer, or no room in the local queue, in time, so that the result is not known: −185, −192, −184, 7.
    package var isTimeout: Bool { [-185, -192, -184, 7].contains(code) }

    /// The broker cannot be reached: −195, −187, or no answer.
    package var isUnreachable: Bool { isTimeout || code == -195 || code == -187 }

    /// What was to be read is not kept any more: 1, −140.
    public var isOffsetLost: Bool { code == 1 || code == -140 }
}
